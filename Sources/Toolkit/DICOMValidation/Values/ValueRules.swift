// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The rules of PS3.5 §6.2 for the values of each VR.
enum ValueRules {
  /// What is wrong with an element's bytes; each kind of problem once.
  static func problems(_ element: DataElement, characterSet: SpecificCharacterSet) -> [ValueProblem] {
    guard let bytes = element.bytes, !bytes.isEmpty else { return [] }
    if !element.vr.isText { return binary(element.vr, bytes.count) }
    return bytes.withUnsafeBytes { buffer in
      let raw = buffer.bindMemory(to: UInt8.self)
      var problems: [ValueProblem] = []
      func add(_ problem: ValueProblem?) {
        if let problem, !problems.contains(where: { $0.kind == problem.kind }) { problems.append(problem) }
      }
      let text = unpadded(raw, element.vr, add)
      if element.vr.usesSpecificCharacterSet {
        CharacterRules.check(text, vr: element.vr, characterSet: characterSet, add)
      } else if element.vr == .UR {
        add(UIDRules.locator(text))
      } else {
        for value in text.split(separator: 0x5C, omittingEmptySubsequences: false) {
          let padded = value
          let value = trimmed(padded)
          if element.vr == .AS, value.count < padded.count {
            add(ValueProblem(.valuePadding, "AS has no padding: its four characters are an even length."))
          }
          if !value.isEmpty { check(value, element.vr, add) }
        }
      }
      return problems
    }
  }

  /// Numbers of binary VRs fill the value.
  private static func binary(_ vr: VR, _ count: Int) -> [ValueProblem] {
    let unit = vr == .AT ? 4 : vr.unitSize
    guard count % unit != 0 else { return [] }
    return [ValueProblem(.valueLength, "\(count) bytes are no whole number of \(vr.name) values of \(unit) bytes.")]
  }

  private static func check(
    _ value: Slice<UnsafeBufferPointer<UInt8>>, _ vr: VR, _ add: (ValueProblem?) -> Void
  ) {
    switch vr {
    case .AE:
      add(length(value, vr, atMost: 16))
      add(characters(value, vr) { $0 >= 0x20 && $0 < 0x7F })
    case .AS: add(DateTimeRules.age(value))
    case .CS:
      add(length(value, vr, atMost: 16))
      add(
        characters(value, vr) { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || $0 == 0x20 || $0 == 0x5F })
    case .DA: add(DateTimeRules.date(value))
    case .DT: add(DateTimeRules.dateTime(value))
    case .TM: add(DateTimeRules.time(value))
    case .DS:
      add(length(value, vr, atMost: 16))
      add(NumberRules.decimal(value))
    case .IS:
      add(length(value, vr, atMost: 12))
      add(NumberRules.integer(value))
    case .UI:
      add(length(value, vr, atMost: 64))
      add(UIDRules.form(value))
      add(UIDRules.root(value))
    default: break
    }
  }

  static func length(_ value: Slice<UnsafeBufferPointer<UInt8>>, _ vr: VR, atMost limit: Int) -> ValueProblem? {
    guard value.count > limit else { return nil }
    return ValueProblem(
      .valueLength, "\(quoted(value)) has \(value.count) characters; \(vr.name) allows \(limit).")
  }

  private static func characters(
    _ value: Slice<UnsafeBufferPointer<UInt8>>, _ vr: VR, _ isAllowed: (UInt8) -> Bool
  ) -> ValueProblem? {
    guard let wrong = value.first(where: { !isAllowed($0) }) else { return nil }
    return ValueProblem(
      .valueFormat, "\(quoted(value)) has character \(hexadecimal(wrong)), which \(vr.name) excludes.")
  }

  static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return (digits.count < 2 ? "0" : "") + digits + "H"
  }

  /// Without the byte that makes the length even. It is a space, and NUL for UI (PS3.5 §6.2).
  private static func unpadded(
    _ raw: UnsafeBufferPointer<UInt8>, _ vr: VR, _ add: (ValueProblem?) -> Void
  ) -> Slice<UnsafeBufferPointer<UInt8>> {
    var text = raw[...]
    if vr == .UI {
      if text.last == 0 { text.removeLast() }
      if text.last == 0x20 || text.last == 0 {
        add(ValueProblem(.valuePadding, "The UID ends with \(text.last == 0 ? "more than one NUL" : "a space")."))
        while let last = text.last, last == 0x20 || last == 0 { text.removeLast() }
      }
      return text
    }
    if text.last == 0 {
      add(ValueProblem(.valuePadding, "The value is padded with NUL instead of a space."))
      while text.last == 0 { text.removeLast() }
    }
    return text
  }

  /// Without leading and trailing spaces.
  static func trimmed(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> Slice<UnsafeBufferPointer<UInt8>> {
    var value = value
    while value.last == 0x20 { value.removeLast() }
    while value.first == 0x20 { value.removeFirst() }
    return value
  }
}
