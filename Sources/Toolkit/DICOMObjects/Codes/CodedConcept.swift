// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A coded concept (Code Sequence macro, PS3.3 §8.8). Equal are concepts of the same scheme and code, whatever their
/// meanings say; a retired SNOMED RT code equals the SNOMED CT code that took its place (PS3.16 Annex O).
public struct CodedConcept: Sendable {
  /// Code Value, Long Code Value or URN Code Value.
  public var value: String
  /// Coding Scheme Designator; empty for URNs.
  public var scheme: String
  /// Coding Scheme Version.
  public var schemeVersion: String?
  /// Code Meaning.
  public var meaning: String

  /// - Parameter meaning: nil takes the one of PS3.16; unknown concepts then get their code.
  public init(_ value: String, _ scheme: String, _ meaning: String? = nil, version: String? = nil) {
    self.value = value
    self.scheme = scheme
    schemeVersion = version
    self.meaning = meaning ?? ConceptDictionary.meaning(of: value, scheme: scheme) ?? value
  }

  /// Reads an item of a code sequence; nil where it has no code.
  public init?(_ item: DataSet) {
    guard let value = item.string(.codeValue) ?? item.string(.longCodeValue) ?? item.string(.urnCodeValue) else {
      return nil
    }
    self.value = value
    scheme = item.string(.codingSchemeDesignator) ?? ""
    schemeVersion = item.string(.codingSchemeVersion)
    meaning = item.string(.codeMeaning) ?? ConceptDictionary.meaning(of: value, scheme: scheme) ?? value
  }

  /// The first item of a code sequence.
  init?(_ dataSet: DataSet, _ tag: Tag) {
    guard let item = dataSet.items(tag).first else { return nil }
    self.init(item)
  }

  /// A unit of UCUM, such as `mm`.
  public static func unit(_ code: String, _ meaning: String? = nil) -> CodedConcept {
    CodedConcept(code, "UCUM", meaning)
  }

  /// The item of a code sequence.
  public func dataSet() throws(ObjectError) -> DataSet { try dataSet(path: "") }

  func dataSet(path: String) throws(ObjectError) -> DataSet {
    var item = AttributeWriter(path: path)
    if value.hasPrefix("urn:") || value.contains("://") {
      try item.set(.urnCodeValue, value, .type1)
    } else {
      try item.set(value.unicodeScalars.count > 16 ? .longCodeValue : .codeValue, value, .type1)
      try item.set(.codingSchemeDesignator, scheme, .type1)
    }
    try item.set(.codingSchemeVersion, schemeVersion, .type3)
    try item.set(.codeMeaning, meaning, .type1)
    return item.dataSet
  }

  /// Scheme and code by which concepts are compared.
  private var identity: (scheme: String, value: String) {
    switch scheme {
    case "SRT", "SNM3", "99SDM":
      RetiredCodes.current(value).map { ("SCT", $0) } ?? ("SRT", value)
    case "DCM": RetiredCodes.headings[value].map { ("LN", $0) } ?? (scheme, value)
    default: (scheme, value)
    }
  }
}

extension CodedConcept: Hashable {
  public static func == (left: CodedConcept, right: CodedConcept) -> Bool {
    if left.scheme == right.scheme { return left.value == right.value }
    return left.identity == right.identity
  }

  public func hash(into hasher: inout Hasher) {
    let identity = identity
    hasher.combine(identity.scheme)
    hasher.combine(identity.value)
  }
}

extension CodedConcept: CustomStringConvertible {
  /// As the standard writes it: `(113704, DCM, "Projection X-Ray")`.
  public var description: String { "(\(value), \(scheme), \"\(meaning)\")" }
}
