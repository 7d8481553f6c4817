// SPDX-License-Identifier: Apache-2.0

/// UI and UR (PS3.5 §6.2, §9).
enum UIDRules {
  typealias Value = Slice<UnsafeBufferPointer<UInt8>>

  /// Digits and points, no component with a leading zero.
  static func form(_ value: Value) -> ValueProblem? {
    if let wrong = value.first(where: { !(0x30...0x39).contains($0) && $0 != UInt8(ascii: ".") }) {
      return ValueProblem(
        .valueFormat, "\(quoted(value)) has character \(ValueRules.hexadecimal(wrong)), which UI excludes.")
    }
    let components = value.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    if components.contains(where: \.isEmpty) {
      return ValueProblem(.valueFormat, "\(quoted(value)) has an empty component.")
    }
    if components.contains(where: { $0.count > 1 && $0.first == 0x30 }) {
      return ValueProblem(.valueFormat, "\(quoted(value)) has a component with a leading zero.")
    }
    if components.allSatisfy({ $0.elementsEqual([0x30]) }) {
      return ValueProblem(.valueFormat, "\(quoted(value)) has no component but zero.")
    }
    return nil
  }

  /// Object identifiers begin with 0, 1 or 2, and with at most 39 below 0 and 1 (ISO/IEC 8824).
  static func root(_ value: Value) -> ValueProblem? {
    let components = value.split(separator: UInt8(ascii: "."), maxSplits: 2)
    guard let first = components.first, first.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    guard let arc = Int(String(decoding: first, as: UTF8.self)), arc < 3 else {
      return ValueProblem(.uid, "\(quoted(value)) has a root that does not exist: UIDs begin with 0, 1 or 2.")
    }
    return nil
  }

  /// No spaces before, and only characters of RFC 3986.
  static func locator(_ value: Value) -> ValueProblem? {
    var value = value
    while value.last == 0x20 { value.removeLast() }
    guard let wrong = value.first(where: { $0 <= 0x20 || $0 >= 0x7F || "\"<>\\^`{|}".utf8.contains($0) }) else {
      return nil
    }
    return ValueProblem(
      .valueFormat, "\(quoted(value)) has character \(ValueRules.hexadecimal(wrong)), which a locator excludes.")
  }
}
