// SPDX-License-Identifier: Apache-2.0

/// The form of a report: its sections with standard texts, and coded fields.
public struct ReportTemplate: Sendable, Hashable, Codable {
  public struct Section: Sendable, Hashable, Codable {
    public var key: String
    public var title: String
    /// CID 7001.
    public var code: CodedElement?
    public var text: String
    public var isRequired: Bool

    public init(key: String, title: String, code: CodedElement? = nil, text: String = "", isRequired: Bool = false) {
      self.key = key
      self.title = title
      self.code = code
      self.text = text
      self.isRequired = isRequired
    }
  }

  public struct Field: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Codable { case text, number, choice, date }

    public var key: String
    public var title: String
    public var kind: Kind
    /// UCUM code of a number.
    public var unit: String?
    public var choices: [CodedElement]
    /// What the field means.
    public var code: CodedElement?
    public var isRequired: Bool

    public init(
      key: String, title: String, kind: Kind, unit: String? = nil, choices: [CodedElement] = [],
      code: CodedElement? = nil, isRequired: Bool = false
    ) {
      self.key = key
      self.title = title
      self.kind = kind
      self.unit = unit
      self.choices = choices
      self.code = code
      self.isRequired = isRequired
    }
  }

  /// Unique.
  public var name: String
  public var title: String
  public var language: String
  public var modality: String
  public var sections: [Section]
  public var fields: [Field]
  /// A second reader must validate what a first one signed.
  public var needsSecondReader: Bool

  public init(
    name: String, title: String, language: String = "en", modality: String = "", sections: [Section] = standardSections,
    fields: [Field] = [], needsSecondReader: Bool = false
  ) {
    self.name = name
    self.title = title
    self.language = language
    self.modality = modality
    self.sections = sections
    self.fields = fields
    self.needsSecondReader = needsSecondReader
  }

  /// Those of TID 2000.
  public static let standardSections = [
    Section(key: "indication", title: "Indication"), Section(key: "technique", title: "Technique"),
    Section(key: "comparison", title: "Comparison"), Section(key: "findings", title: "Findings", isRequired: true),
    Section(key: "impression", title: "Impression", isRequired: true),
  ]

  /// What keeps a report from being signed.
  public func faults(_ content: ReportContent) -> [String] {
    var faults: [String] = []
    for section in sections where section.isRequired {
      let text = content.sections.first { $0.key == section.key }?.text ?? ""
      if text.allSatisfy(\.isWhitespace) { faults.append("The section \(section.title) is empty.") }
    }
    for field in fields {
      guard let given = content.fields.first(where: { $0.key == field.key }), !given.value.isEmpty else {
        if field.isRequired { faults.append("\(field.title) is missing.") }
        continue
      }
      if let fault = Self.fault(given, field) { faults.append(fault) }
    }
    return faults
  }

  private static func fault(_ given: ReportContent.Field, _ field: Field) -> String? {
    switch field.kind {
    case .text: nil
    case .number: Double(given.value).map(\.isFinite) == true ? nil : "\(field.title) is not a number."
    case .date: LocalDateTime(date: given.value) != nil ? nil : "\(field.title) is not a date, YYYYMMDD."
    case .choice:
      field.choices.contains { $0.value == given.value || $0 == given.code }
        ? nil : "\(field.title) is none of the choices."
    }
  }
}
