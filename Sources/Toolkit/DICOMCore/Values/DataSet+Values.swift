// SPDX-License-Identifier: Apache-2.0

extension DataSet {
  /// All values as text, decoded by the character set, padding removed. Numbers of binary VRs are written in decimal.
  /// Nil where the element is absent or holds items; empty where it has no value.
  public func strings(_ tag: Tag) -> [String]? {
    guard let element = self[tag], let bytes = element.bytes else { return nil }
    if bytes.isEmpty { return [] }
    guard element.vr.isText || element.vr == .UN else {
      // Larger than Int.
      if element.vr == .UV || element.vr == .OV { return numbers(bytes, UInt64.self).map { String($0) } }
      if let integers = integers(tag) { return integers.map { String($0) } }
      return doubles(tag)?.map { String($0) }
    }
    let set = element.vr.usesSpecificCharacterSet || element.vr == .UN ? characterSet : .default
    return set.decodeValues(bytes, vr: element.vr)
  }

  /// The first value as text; nil where absent or empty.
  public func string(_ tag: Tag) -> String? {
    guard let first = strings(tag)?.first, !first.isEmpty else { return nil }
    return first
  }

  /// All values of an integer VR (US, SS, UL, SL, UV, SV, AT, OW, OL, OV, OB) or of IS and DS that are whole numbers.
  public func integers(_ tag: Tag) -> [Int]? {
    guard let element = self[tag], let bytes = element.bytes else { return nil }
    switch element.vr {
    case .US, .OW: return numbers(bytes, UInt16.self).map { Int($0) }
    case .SS: return numbers(bytes, Int16.self).map { Int($0) }
    case .UL, .OL: return numbers(bytes, UInt32.self).map { Int($0) }
    case .SL: return numbers(bytes, Int32.self).map { Int($0) }
    case .UV, .OV: return numbers(bytes, UInt64.self).map { Int(clamping: $0) }
    case .SV: return numbers(bytes, Int64.self).map { Int($0) }
    case .OB, .UN: return bytes.array.map { Int($0) }
    case .AT:
      let halves = numbers(bytes, UInt16.self)
      return stride(from: 0, to: halves.count - 1, by: 2).map { Int(halves[$0]) << 16 | Int(halves[$0 + 1]) }
    case .IS, .DS:
      return bytes.asciiValues.compactMap { text in
        Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
      }
    default: return nil
    }
  }

  /// The first integer; nil where absent, empty or not a number.
  public func integer(_ tag: Tag) -> Int? { integers(tag)?.first }

  /// All values of a numeric VR as floating point numbers.
  public func doubles(_ tag: Tag) -> [Double]? {
    guard let element = self[tag], let bytes = element.bytes else { return nil }
    switch element.vr {
    case .FL, .OF: return numbers(bytes, UInt32.self).map { Double(Float(bitPattern: $0)) }
    case .FD, .OD: return numbers(bytes, UInt64.self).map { Double(bitPattern: $0) }
    case .DS, .IS: return bytes.asciiValues.compactMap { Double($0) }
    default: return integers(tag)?.map { Double($0) }
    }
  }

  /// The first floating point number; nil where absent, empty or not a number.
  public func double(_ tag: Tag) -> Double? { doubles(tag)?.first }

  /// The first UID; nil where absent or empty.
  public func uid(_ tag: Tag) -> UID? { string(tag).map { UID($0) } }

  /// The items of a sequence; empty where it is absent.
  public func items(_ tag: Tag) -> [DataSet] { self[tag]?.items ?? [] }

  /// The value's bytes; nil where absent, or a sequence.
  public func bytes(_ tag: Tag) -> ByteSlice? { self[tag]?.bytes }

  /// Sets text values without checking them, encoded by the data set's character set and padded to even length
  /// (PS3.5 §6.2).
  /// UTF-8 is chosen by the caller through Specific Character Set before.
  public mutating func set(_ tag: Tag, _ vr: VR, _ values: [String]) {
    let set = vr.usesSpecificCharacterSet ? characterSet : .default
    var bytes = set.encode(values.joined(separator: "\\"), vr: vr)
    if bytes.count % 2 == 1 { bytes.append(vr == .UI ? 0 : 0x20) }
    self.set(DataElement(tag: tag, vr: vr, value: .bytes(ByteSlice(bytes))))
  }

  /// Sets one text value.
  public mutating func set(_ tag: Tag, _ vr: VR, _ value: String) { set(tag, vr, [value]) }

  /// Sets a UID.
  public mutating func set(_ tag: Tag, _ uid: UID) { set(tag, .UI, [uid.rawValue]) }

  /// Sets integers of a binary VR; numbers that do not fit are clamped.
  public mutating func set(_ tag: Tag, _ vr: VR, integers values: [Int]) {
    var bytes: [UInt8] = []
    for value in values {
      switch vr {
      case .US, .OW: append(UInt16(clamping: value), to: &bytes)
      case .SS: append(UInt16(bitPattern: Int16(clamping: value)), to: &bytes)
      case .UL, .OL: append(UInt32(clamping: value), to: &bytes)
      case .SL: append(UInt32(bitPattern: Int32(clamping: value)), to: &bytes)
      case .UV, .OV: append(UInt64(clamping: value), to: &bytes)
      case .SV: append(UInt64(bitPattern: Int64(value)), to: &bytes)
      case .AT:
        append(UInt16(truncatingIfNeeded: value >> 16), to: &bytes)
        append(UInt16(truncatingIfNeeded: value), to: &bytes)
      default: preconditionFailure("\(vr) holds no integers")
      }
    }
    set(DataElement(tag: tag, vr: vr, value: .bytes(ByteSlice(bytes))))
  }

  /// Sets numbers of FL, FD, OF or OD.
  public mutating func set(_ tag: Tag, _ vr: VR, doubles values: [Double]) {
    var bytes: [UInt8] = []
    for value in values {
      switch vr {
      case .FL, .OF: append(Float(value).bitPattern, to: &bytes)
      case .FD, .OD: append(value.bitPattern, to: &bytes)
      default: preconditionFailure("\(vr) holds no floating point numbers")
      }
    }
    set(DataElement(tag: tag, vr: vr, value: .bytes(ByteSlice(bytes))))
  }

  /// Sets the items of a sequence.
  public mutating func set(_ tag: Tag, items: [DataSet]) {
    set(DataElement(tag: tag, vr: .SQ, value: .items(items)))
  }

  func numbers<Number: FixedWidthInteger>(_ bytes: ByteSlice, _: Number.Type) -> [Number] {
    bytes.withUnsafeBytes { buffer in
      let size = MemoryLayout<Number>.size
      return (0..<buffer.count / size).map { index in
        let raw = buffer.loadUnaligned(fromByteOffset: index * size, as: Number.self)
        return byteOrder == .littleEndian ? Number(littleEndian: raw) : Number(bigEndian: raw)
      }
    }
  }

  private func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
    let ordered = byteOrder == .littleEndian ? number.littleEndian : number.bigEndian
    withUnsafeBytes(of: ordered) { bytes.append(contentsOf: $0) }
  }
}

extension ByteSlice {
  /// Backslash-separated ASCII values without leading and trailing spaces and NULs.
  var asciiValues: [String] {
    if isEmpty { return [] }
    return withUnsafeBytes { buffer in
      buffer.split(separator: 0x5C, omittingEmptySubsequences: false).map { part in
        var part = part
        while let last = part.last, last == 0x20 || last == 0 { part.removeLast() }
        while let first = part.first, first == 0x20 || first == 0 { part.removeFirst() }
        return String(decoding: part, as: UTF8.self)
      }
    }
  }
}
