// SPDX-License-Identifier: Apache-2.0

/// What a report says: sections of text, coded fields, measurements, key images.
public struct ReportContent: Sendable, Hashable, Codable {
  /// A heading with its text.
  public struct Section: Sendable, Hashable, Codable {
    /// Of the template; such as `findings`.
    public var key: String
    public var title: String
    /// Paragraphs, separated by line ends.
    public var text: String

    public init(key: String, title: String, text: String) {
      self.key = key
      self.title = title
      self.text = text
    }
  }

  /// The value of a template's field.
  public struct Field: Sendable, Hashable, Codable {
    public var key: String
    /// As text; a number with a point.
    public var value: String
    /// UCUM code of a number.
    public var unit: String?
    /// Of a choice.
    public var code: CodedElement?

    public init(key: String, value: String, unit: String? = nil, code: CodedElement? = nil) {
      self.key = key
      self.value = value
      self.unit = unit
      self.code = code
    }
  }

  /// An image that the report shows.
  public struct KeyImage: Sendable, Hashable, Codable {
    public var studyInstanceUID: String
    public var seriesInstanceUID: String
    public var sopClassUID: String
    public var sopInstanceUID: String
    /// From 1; nil for the whole instance.
    public var frame: Int?
    public var caption: String?
  }

  /// `ReportTemplate.name`; empty for none.
  public var template = ""
  /// `en`, `es`, `fr`, `it`, `cs`.
  public var language = "en"
  public var sections: [Section] = []
  public var fields: [Field] = []
  public var keyImages: [KeyImage] = []

  public init() {}

  public init(from decoder: any Decoder) throws {
    self.init()
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try values.read(.template, &template)
    try values.read(.language, &language)
    try values.read(.sections, &sections)
    try values.read(.fields, &fields)
    try values.read(.keyImages, &keyImages)
  }

  /// All of it as text, to be searched in.
  public var text: String {
    (sections.map { $0.title + "\n" + $0.text }
      + fields.map { ([$0.key, $0.value] + [$0.unit, $0.code?.meaning].compactMap(\.self)).joined(separator: " ") })
      .joined(separator: "\n")
  }

  public var isEmpty: Bool { sections.allSatisfy(\.text.isEmpty) && fields.isEmpty }
}
