// SPDX-License-Identifier: Apache-2.0

/// Appends numbers of a binary VR. What does not fit is refused, and nothing appended.
struct NumberWriter {
  let vr: VR
  let byteOrder: ByteOrder
  private(set) var bytes: [UInt8] = []

  init(vr: VR, byteOrder: ByteOrder) {
    self.vr = vr
    self.byteOrder = byteOrder
  }

  mutating func append(_ number: some BinaryInteger) -> Bool {
    switch vr {
    case .OB: put(UInt8(exactly: number))
    case .US, .OW: put(UInt16(exactly: number))
    case .SS: put(Int16(exactly: number))
    case .UL, .OL: put(UInt32(exactly: number))
    case .SL: put(Int32(exactly: number))
    case .UV, .OV: put(UInt64(exactly: number))
    case .SV: put(Int64(exactly: number))
    case .FL, .OF: put(Float(exactly: number)?.bitPattern)
    case .FD, .OD: put(Double(exactly: number)?.bitPattern)
    default: false
    }
  }

  /// Floating point numbers lose precision in FL and OF, but no magnitude.
  mutating func append(_ number: Double) -> Bool {
    switch vr {
    case .FL, .OF:
      let single = Float(number)
      return put(single.isInfinite && number.isFinite ? nil : single.bitPattern)
    case .FD, .OD: return put(number.bitPattern)
    default: return Int(exactly: number).map { append($0) } ?? false
    }
  }

  mutating func append(_ tag: Tag) {
    _ = put(tag.group)
    _ = put(tag.element)
  }

  /// A number in decimal, or a tag of eight hexadecimal digits.
  mutating func append(_ text: String) -> Bool {
    switch vr {
    case .AT:
      guard let tag = Tag(hexadecimal: text) else { return false }
      append(tag)
      return true
    case .FL, .OF, .FD, .OD: return Double(text).map { append($0) } ?? false
    case .UV, .OV: return UInt64(text).map { append($0) } ?? false
    default: return Int(text).map { append($0) } ?? false
    }
  }

  private mutating func put(_ number: (some FixedWidthInteger)?) -> Bool {
    guard let number else { return false }
    withUnsafeBytes(of: byteOrder == .littleEndian ? number.littleEndian : number.bigEndian) {
      bytes.append(contentsOf: $0)
    }
    return true
  }
}
