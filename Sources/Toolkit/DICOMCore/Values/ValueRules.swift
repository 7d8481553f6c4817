// SPDX-License-Identifier: Apache-2.0

/// The rules of PS3.5 §6.2 for one value of a VR of text.
public enum ValueRules {
  /// Characters of one value at most, per component group in PN; nil where only the length field limits it.
  public static func maximumLength(_ vr: VR) -> Int? {
    switch vr {
    case .AE, .CS, .DS, .SH: 16
    case .AS: 4
    case .DA: 8
    case .DT: 26
    case .IS: 12
    case .LO, .PN, .UI: 64
    case .LT: 10_240
    case .ST: 1_024
    case .TM: 14
    default: nil
    }
  }

  /// Says what is wrong with a value that is not padded; an empty one is always right.
  public static func check(_ text: String, _ vr: VR) throws(ValueError) {
    if text.isEmpty { return }
    try checkCharacters(text, vr)
    if vr == .PN { return try checkName(text) }
    if let limit = maximumLength(vr), text.unicodeScalars.count > limit {
      throw ValueError(.tooLong, "\(vr.name) has at most \(limit) characters.", vr: vr)
    }
    if let form = form(text, vr) { throw ValueError(.malformed, "\"\(text)\" is not \(form).", vr: vr) }
    if vr == .IS, Int32(text) == nil {
      throw ValueError(.outOfRange, "\(text) does not fit the 32 bits of an integer string.", vr: vr)
    }
  }

  /// What a value should have been; nil where it is that.
  private static func form(_ text: String, _ vr: VR) -> String? {
    switch vr {
    case .AS: Age(text) == nil ? "three digits and D, W, M or Y" : nil
    case .DA: DICOMDate(text)?.isComplete == true && text.utf8.count == 8 ? nil : "a date, YYYYMMDD"
    case .DT: DICOMDateTime(text) == nil ? "a date and time, YYYYMMDDHHMMSS.FFFFFF&ZZXX" : nil
    case .TM: DICOMTime(text) == nil || text.contains(":") ? "a time, HHMMSS.FFFFFF" : nil
    case .DS: DecimalString(text) == nil ? "a decimal number" : nil
    case .IS: isInteger(text) ? nil : "a whole number"
    case .UI: UID(text).isValid ? nil : "a UID of digits and points, no component with a leading zero"
    case .AE: text.utf8.allSatisfy { $0 == 0x20 } ? "more than spaces" : nil
    default: nil
    }
  }

  private static func isInteger(_ text: String) -> Bool {
    let digits = text.hasPrefix("+") || text.hasPrefix("-") ? text.utf8.dropFirst() : text.utf8[...]
    return !digits.isEmpty && digits.allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func checkCharacters(_ text: String, _ vr: VR) throws(ValueError) {
    let isLong = [.LT, .ST, .UT].contains(vr)
    for scalar in text.unicodeScalars {
      let isAllowed: Bool
      switch scalar.value {
      case 0x5C: isAllowed = isLong || vr == .UR
      case 0x09, 0x0A, 0x0C, 0x0D: isAllowed = isLong
      case 0..<0x20, 0x7F: isAllowed = false
      case 0x80...: isAllowed = vr.usesSpecificCharacterSet && !(0x80..<0xA0).contains(scalar.value)
      default:
        isAllowed =
          vr != .CS || scalar == " " || scalar == "_" || ("0"..."9").contains(scalar) || ("A"..."Z").contains(scalar)
      }
      guard isAllowed else {
        let name = scalar.value < 0x21 ? "U+00" + hexadecimal(scalar.value) : "\"\(scalar)\""
        throw ValueError(.invalidCharacter, "\(vr.name) may not have the character \(name).", vr: vr)
      }
    }
    if vr == .UR, text.utf8.contains(0x20) {
      throw ValueError(.invalidCharacter, "UR may not have spaces.", vr: vr)
    }
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return digits.utf8.count < 2 ? "0" + digits : digits
  }

  private static func checkName(_ text: String) throws(ValueError) {
    let groups = text.split(separator: "=", omittingEmptySubsequences: false)
    guard groups.count <= 3 else {
      throw ValueError(.malformed, "A person name has at most three component groups.", vr: .PN)
    }
    for group in groups {
      guard group.split(separator: "^", omittingEmptySubsequences: false).count <= 5 else {
        throw ValueError(.malformed, "A component group of a person name has at most five components.", vr: .PN)
      }
      guard group.unicodeScalars.count <= 64 else {
        throw ValueError(.tooLong, "A component group of a person name has at most 64 characters.", vr: .PN)
      }
    }
  }
}
