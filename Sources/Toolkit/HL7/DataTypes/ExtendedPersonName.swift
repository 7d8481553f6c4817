// SPDX-License-Identifier: Apache-2.0

/// A person's name (XPN, HL7 v2.5.1 §2.A.88). Components 2 to 6 of XCN have the same order, one further on.
public struct ExtendedPersonName: Sendable, Hashable {
  public var family: String
  public var given: String
  public var middle: String
  public var suffix: String
  public var prefix: String
  public var degree: String
  /// `L` legal, `D` display, `M` maiden, … (table 0200).
  public var type: String
  /// `A` alphabetic, `I` ideographic, `P` phonetic (table 4000).
  public var representation: String

  public init(
    family: String, given: String = "", middle: String = "", suffix: String = "", prefix: String = "",
    degree: String = "", type: String = "", representation: String = ""
  ) {
    self.family = family
    self.given = given
    self.middle = middle
    self.suffix = suffix
    self.prefix = prefix
    self.degree = degree
    self.type = type
    self.representation = representation
  }

  public init(_ repetition: Repetition) {
    self.init(
      family: repetition[1].value, given: repetition[2].value, middle: repetition[3].value,
      suffix: repetition[4].value, prefix: repetition[5].value, degree: repetition[6].value,
      type: repetition[7].value, representation: repetition[8].value)
  }

  /// Value of VR PN, one component group (PS3.5 §6.2.1.1): family^given^middle^prefix^suffix.
  public var dicom: String {
    let suffixes = [suffix, degree].filter { !$0.isEmpty }.joined(separator: " ")
    var parts = [family, given, middle, prefix, suffixes].map { part in
      String(part.map { "^=\\".contains($0) ? " " : $0 })
    }
    while parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
    return parts.joined(separator: "^")
  }

  /// PN of a field whose repetitions are representations of one name: alphabetic=ideographic=phonetic. Of several
  /// alphabetic names the legal one, else the first.
  public static func dicom(_ field: Field) -> String {
    let names = field.isNull ? [] : field.repetitions.map { ExtendedPersonName($0) }
    let plain = names.filter { $0.representation.isEmpty || $0.representation == "A" }
    let alphabetic = plain.first { $0.type == "L" } ?? plain.first
    var groups = [alphabetic?.dicom ?? ""]
    groups += ["I", "P"].map { kind in names.first { $0.representation == kind }?.dicom ?? "" }
    while groups.count > 1, groups.last?.isEmpty == true { groups.removeLast() }
    return groups.joined(separator: "=")
  }

  /// From the first component group of a PN value.
  public init(dicom value: String) {
    let group = value.split(separator: "=", omittingEmptySubsequences: false).first ?? ""
    let parts = group.split(separator: "^", omittingEmptySubsequences: false).map { String($0) }
    func part(_ index: Int) -> String { index < parts.count ? parts[index] : "" }
    self.init(family: part(0), given: part(1), middle: part(2), suffix: part(4), prefix: part(3))
  }

  public var content: FieldContent {
    FieldContent(components: [family, given, middle, suffix, prefix, degree, type, representation])
  }
}
