// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The rules of the VRs for values of text (PS3.5 §6.2), as far as they concern what is written.
enum ValueRules {
  /// What is wrong with a value; nil where nothing is.
  static func objection(to text: String, vr: VR) -> String? {
    switch vr {
    case .AE: return length(text, 16) ?? singleLine(text)
    case .AS: return isAge(text) ? nil : "\"\(text)\" is no age (nnnD, nnnW, nnnM, nnnY)"
    case .CS: return length(text, 16) ?? codeString(text)
    case .DA: return isDate(text) ? nil : "\"\(text)\" is no date (YYYYMMDD)"
    case .TM: return isTime(text) ? nil : "\"\(text)\" is no time (HHMMSS.FFFFFF)"
    case .DT: return isDateTime(text) ? nil : "\"\(text)\" is no date and time (YYYYMMDDHHMMSS.FFFFFF&ZZXX)"
    case .DS: return length(text, 16) ?? (isNumber(text) ? nil : "\"\(text)\" is no decimal number")
    case .IS: return length(text, 12) ?? (Int32(text) != nil ? nil : "\"\(text)\" is no 32-bit integer")
    case .LO: return length(text, 64) ?? singleLine(text)
    case .SH: return length(text, 16) ?? singleLine(text)
    case .UC: return singleLine(text)
    case .PN: return personName(text)
    case .ST: return length(text, 1024) ?? controls(text)
    case .LT: return length(text, 10_240) ?? controls(text)
    case .UT: return controls(text)
    case .UI: return UID(text).isValid ? nil : "\"\(text)\" is no UID"
    case .UR: return text.contains(" ") ? "a URI has no spaces" : singleLine(text)
    default: return nil
    }
  }

  private static func length(_ text: String, _ limit: Int) -> String? {
    let count = text.unicodeScalars.count
    return count > limit ? "\(count) characters, at most \(limit) are allowed" : nil
  }

  private static func singleLine(_ text: String) -> String? {
    if text.contains("\\") { return "a backslash separates values and cannot be part of one" }
    return text.unicodeScalars.contains { $0.value < 0x20 && $0.value != 0x1B || $0.value == 0x7F }
      ? "a control character" : nil
  }

  private static func controls(_ text: String) -> String? {
    let allowed: Set<UInt32> = [0x09, 0x0A, 0x0C, 0x0D, 0x1B]
    return text.unicodeScalars.contains { $0.value < 0x20 && !allowed.contains($0.value) }
      ? "a control character" : nil
  }

  private static func codeString(_ text: String) -> String? {
    let isAllowed = text.utf8.allSatisfy {
      (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x20 || $0 == 0x5F
    }
    return isAllowed ? nil : "\"\(text)\": only upper case letters, digits, space and underscore are allowed"
  }

  private static func personName(_ text: String) -> String? {
    let groups = text.split(separator: "=", omittingEmptySubsequences: false)
    if groups.count > 3 { return "a person name has at most three component groups" }
    for group in groups {
      if let objection = length(String(group), 64) { return objection }
      if group.split(separator: "^", omittingEmptySubsequences: false).count > 5 {
        return "a component group has at most five components"
      }
    }
    return singleLine(text)
  }

  private static func isAge(_ text: String) -> Bool {
    text.utf8.count == 4 && text.utf8.prefix(3).allSatisfy(isDigit) && "DWMY".contains(text.suffix(1))
  }

  static func isDate(_ text: String) -> Bool {
    guard text.utf8.count == 8, text.utf8.allSatisfy(isDigit) else { return false }
    guard let month = Int(text.dropFirst(4).prefix(2)), let day = Int(text.suffix(2)) else { return false }
    return (1...12).contains(month) && (1...31).contains(day)
  }

  static func isTime(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let clock = parts.first, [2, 4, 6].contains(clock.utf8.count) else { return false }
    guard clock.utf8.allSatisfy(isDigit), isClock(clock) else { return false }
    guard parts.count == 2 else { return true }
    return clock.utf8.count == 6 && (1...6).contains(parts[1].utf8.count) && parts[1].utf8.allSatisfy(isDigit)
  }

  static func isDateTime(_ text: String) -> Bool {
    var local = Substring(text)
    if let sign = local.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      let zone = local[local.index(after: sign)...]
      guard zone.utf8.count == 4, zone.utf8.allSatisfy(isDigit) else { return false }
      local = local[..<sign]
    }
    let digits = local.prefix { $0.isNumber }
    switch digits.utf8.count {
    case 4, 6: return digits.utf8.count == local.utf8.count
    case 8...: return isDate(String(local.prefix(8))) && (local.count == 8 || isTime(String(local.dropFirst(8))))
    default: return false
    }
  }

  private static func isClock(_ clock: Substring) -> Bool {
    let limits = [23, 59, 60]
    var rest = clock
    for limit in limits {
      if rest.isEmpty { return true }
      guard let value = Int(rest.prefix(2)), value <= limit else { return false }
      rest = rest.dropFirst(2)
    }
    return true
  }

  private static func isNumber(_ text: String) -> Bool {
    guard let value = Double(text), value.isFinite else { return false }
    return text.utf8.allSatisfy { isDigit($0) || "+-.eE".utf8.contains($0) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
