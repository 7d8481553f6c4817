// SPDX-License-Identifier: Apache-2.0

/// DS and IS (PS3.5 §6.2).
enum NumberRules {
  typealias Value = Slice<UnsafeBufferPointer<UInt8>>

  /// A fixed point or floating point number.
  static func decimal(_ value: Value) -> ValueProblem? {
    var rest = value[...]
    takeSign(&rest)
    let whole = takeDigits(&rest)
    var fraction = 0
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      fraction = takeDigits(&rest)
    }
    var isValid = whole + fraction > 0
    if let mark = rest.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
      rest.removeFirst()
      takeSign(&rest)
      isValid = isValid && takeDigits(&rest) > 0
    }
    guard isValid, rest.isEmpty else { return ValueProblem(.valueFormat, "\(quoted(value)) is no decimal number.") }
    return nil
  }

  /// An integer of 32 bits with sign.
  static func integer(_ value: Value) -> ValueProblem? {
    var rest = value[...]
    takeSign(&rest)
    guard takeDigits(&rest) > 0, rest.isEmpty else {
      return ValueProblem(.valueFormat, "\(quoted(value)) is no integer.")
    }
    guard Int32(String(decoding: value, as: UTF8.self)) != nil else {
      return ValueProblem(.valueRange, "\(quoted(value)) does not lie between -2147483648 and 2147483647.")
    }
    return nil
  }

  private static func takeSign(_ rest: inout Value) {
    if let first = rest.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") { rest.removeFirst() }
  }

  private static func takeDigits(_ rest: inout Value) -> Int {
    var count = 0
    while let first = rest.first, (0x30...0x39).contains(first) {
      rest.removeFirst()
      count += 1
    }
    return count
  }
}
