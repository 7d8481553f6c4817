// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// LO, LT, PN, SH, ST, UC and UT: length and repertoire (PS3.5 §6.1, §6.2).
enum CharacterRules {
  typealias Value = Slice<UnsafeBufferPointer<UInt8>>

  /// Characters that a value of the VR has at most; nil where only the length field limits it.
  static func limit(_ vr: VR) -> Int? {
    switch vr {
    case .LO, .PN: 64
    case .SH: 16
    case .ST: 1024
    case .LT: 10240
    default: nil
    }
  }

  static func check(_ text: Value, vr: VR, characterSet: SpecificCharacterSet, _ add: (ValueProblem?) -> Void) {
    add(control(text, vr))
    let isPlain = text.allSatisfy { $0 < 0x80 && $0 != 0x1B }
    if !isPlain, characterSet == .default {
      add(
        ValueProblem(
          .characterSet, "\(quoted(text)) has characters that no Specific Character Set declares.", severity: .error))
    }
    if isPlain {
      let values = vr.isMultiValued ? text.split(separator: 0x5C, omittingEmptySubsequences: false) : [text]
      for value in values where vr == .PN {
        for problem in name(Array(ValueRules.trimmed(value)), characters: { $0.count }) { add(problem) }
      }
      guard vr != .PN, let limit = limit(vr) else { return }
      for value in values { add(length(value, ValueRules.trimmed(value).count, vr, limit)) }
    } else {
      let bytes = ByteSlice(Array(text))
      for value in characterSet.decodeValues(bytes, vr: vr) {
        if vr == .PN {
          for problem in name(
            Array(value.utf8), characters: { String(decoding: $0, as: UTF8.self).unicodeScalars.count }
          ) {
            add(problem)
          }
        } else if let limit = limit(vr) {
          add(length(text, value.unicodeScalars.count, vr, limit))
        }
      }
    }
  }

  private static func length(_ text: Value, _ count: Int, _ vr: VR, _ limit: Int) -> ValueProblem? {
    guard count > limit else { return nil }
    return ValueProblem(.valueLength, "\(quoted(text)) has \(count) characters; \(vr.name) allows \(limit).")
  }

  /// Texts of several lines may hold TAB, LF, FF and CR, all texts ESC (PS3.5 §6.1.3).
  private static func control(_ text: Value, _ vr: VR) -> ValueProblem? {
    let hasLines = vr == .ST || vr == .LT || vr == .UT
    let wrong = text.first { byte in
      guard byte < 0x20 || byte == 0x7F, byte != 0x1B else { return false }
      return !(hasLines && (byte == 0x09 || byte == 0x0A || byte == 0x0C || byte == 0x0D))
    }
    guard let wrong else { return nil }
    return ValueProblem(
      .valueFormat, "\(quoted(text)) has control character \(ValueRules.hexadecimal(wrong)), which \(vr.name) excludes."
    )
  }

  /// At most three component groups of at most 64 characters and five components.
  private static func name(_ value: [UInt8], characters: (ArraySlice<UInt8>) -> Int) -> [ValueProblem] {
    if value.isEmpty { return [] }
    var problems: [ValueProblem] = []
    let groups = value.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
    if groups.count > 3 {
      problems.append(ValueProblem(.valueFormat, "\(quoted(value)) has \(groups.count) component groups; PN allows 3."))
    }
    for group in groups {
      let count = characters(group)
      if count > 64 {
        problems.append(
          ValueProblem(.valueLength, "\(quoted(group)) has \(count) characters; a component group of PN allows 64."))
      }
      let components = group.split(separator: UInt8(ascii: "^"), omittingEmptySubsequences: false).count
      if components > 5 {
        problems.append(ValueProblem(.valueFormat, "\(quoted(group)) has \(components) components; PN allows 5."))
      }
    }
    if let first = groups.first, !first.isEmpty, !first.contains(UInt8(ascii: "^")) {
      problems.append(
        ValueProblem(
          .personNameForm, "\(quoted(first)) is one component, which means the family name alone.", severity: .note))
    }
    return problems
  }
}
