// SPDX-License-Identifier: Apache-2.0

/// The coded concepts that PS3.16 uses: DCM, SNOMED CT, UCUM, LOINC, MDC and others.
public enum ConceptDictionary {
  /// Number of concepts.
  public static var count: Int { ConceptTable.count }

  /// The code meaning of a concept; nil for unknown ones.
  public static func meaning(of code: String, scheme: String) -> String? {
    if let fields = lines.first("\(scheme)|\(code)|"), fields.count == 3 { return fields[2] }
    guard scheme == "SRT" || scheme == "SNM3" || scheme == "99SDM", let current = RetiredCodes.current(code) else {
      return nil
    }
    return meaning(of: current, scheme: "SCT")
  }

  private static let lines = SortedLines(text: ConceptTable.lines)

  /// The concept with a number in the table.
  static func concept(_ number: Int) -> CodedConcept? {
    guard number >= 0, number < ConceptTable.count else { return nil }
    let start = Hexadecimal.value(ConceptTable.offsets, at: number * 6, digits: 6)
    return ConceptTable.lines.withUTF8Buffer { bytes in
      guard start < bytes.count else { return nil }
      let fields = SortedLines.fields(bytes[start...].prefix { $0 != 0x0A })
      return fields.count == 3 ? CodedConcept(fields[1], fields[0], fields[2]) : nil
    }
  }
}

/// SNOMED RT codes and what took their place (PS3.16 Annex O).
enum RetiredCodes {
  private static let lines = SortedLines(text: RetiredCodeTable.lines)

  /// Headings of reports whose codes of DCM are retired, with the codes of LOINC that took their place (CID 7001).
  static let headings = [
    "121060": "11329-0", "121062": "55115-0", "121064": "55111-9", "121066": "55114-3", "121068": "18834-2",
    "121070": "59776-5", "121072": "19005-8", "121074": "18783-1", "121076": "55110-1", "121109": "18785-6",
  ]

  /// The SNOMED CT code for a SNOMED RT code.
  static func current(_ code: String) -> String? { lines.first(code + "|")?.last }
}

/// Packed numbers of static strings.
enum Hexadecimal {
  static func value(_ text: StaticString, at offset: Int, digits: Int) -> Int {
    text.withUTF8Buffer { bytes in
      guard offset + digits <= bytes.count else { return 0 }
      return bytes[offset..<offset + digits].reduce(0) { $0 << 4 | Int($1 < 0x3A ? $1 - 0x30 : $1 - 0x37) }
    }
  }
}
