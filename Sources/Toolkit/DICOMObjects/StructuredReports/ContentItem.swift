// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A content item of an SR document tree with all that is below it (SR Document Content module, PS3.3 §C.17.3).
public struct ContentItem: Sendable, Hashable {
  /// Nesting of content items. Real documents stay below 15.
  public static let maximumDepth = 100

  /// Relationship to the enclosing item; nil for the root.
  public var relationship: Relationship?
  /// Concept name.
  public var concept: CodedConcept?
  public var value: ContentValue
  public var children: [ContentItem]
  /// Template identifier of DCMR, such as `1500`, of a container.
  public var template: String?
  /// Observation DateTime, a value of DT.
  public var observationDateTime: String?
  public var observationUID: UID?

  public init(
    _ relationship: Relationship?, _ concept: CodedConcept?, _ value: ContentValue, children: [ContentItem] = [],
    template: String? = nil
  ) {
    self.relationship = relationship
    self.concept = concept
    self.value = value
    self.children = children
    self.template = template
  }

  /// A container.
  public static func container(
    _ relationship: Relationship?, _ concept: CodedConcept?, template: String? = nil,
    continuity: ContentValue.Continuity = .separate, _ children: [ContentItem]
  ) -> ContentItem {
    ContentItem(relationship, concept, .container(continuity), children: children, template: template)
  }

  /// Reads the tree of which a data set is the root, or an item of Content Sequence. Items that cannot be understood
  /// are kept as `.other`, since references count positions.
  public init(_ item: DataSet) throws(ObjectError) {
    try self.init(item, depth: 1)
  }

  private init(_ item: DataSet, depth: Int) throws(ObjectError) {
    guard depth <= Self.maximumDepth else {
      throw ObjectError(.limitExceeded, "content items are nested deeper than \(Self.maximumDepth)")
    }
    relationship = item.string(.relationshipType).map { Relationship(rawValue: $0) }
    concept = CodedConcept(item, .conceptNameCodeSequence)
    value = ContentValue(item)
    template = item.items(.contentTemplateSequence).first?.string(.templateIdentifier)
    observationDateTime = item.string(.observationDateTime)
    observationUID = item.uid(.observationUID)
    children = []
    for child in item.items(.contentSequence) {
      children.append(try ContentItem(child, depth: depth + 1))
    }
  }

  /// Writes the item and all below it. The relationships are not checked here, see `StructuredReport`.
  public func dataSet() throws(ObjectError) -> DataSet {
    var item = AttributeWriter()
    try write(&item, depth: 1)
    return item.dataSet
  }

  func write(_ item: inout AttributeWriter, depth: Int) throws(ObjectError) {
    guard depth <= Self.maximumDepth else {
      throw ObjectError(
        .limitExceeded, .contentSequence, in: item.path, "items are nested deeper than \(Self.maximumDepth)")
    }
    try item.set(.relationshipType, relationship?.rawValue, .type3)
    if case .reference = value {
      guard children.isEmpty, concept == nil else {
        throw ObjectError(.notPermitted, .contentSequence, in: item.path, "a reference has neither name nor children")
      }
    } else {
      try item.set(.conceptNameCodeSequence, code: concept, value.mayBeNameless && depth > 1 ? .type3 : .type1)
    }
    try value.write(&item)
    try item.set(.observationDateTime, observationDateTime, .type3)
    try item.set(.observationUID, observationUID, .type3)
    if let template {
      try item.set(.contentTemplateSequence, [template], .type1) { (template, path) throws(ObjectError) in
        var identification = AttributeWriter(path: path)
        try identification.set(.mappingResource, "DCMR", .type1)
        try identification.set(.templateIdentifier, template, .type1)
        return identification.dataSet
      }
    }
    try item.set(.contentSequence, children, .type3) { (child, path) throws(ObjectError) in
      var writer = AttributeWriter(path: path)
      try child.write(&writer, depth: depth + 1)
      return writer.dataSet
    }
  }

  /// The item at a position relative to this one, which is the root `[1]`; nil where there is none.
  public subscript(position: [Int]) -> ContentItem? {
    guard position.first == 1 else { return nil }
    var item = self
    for number in position.dropFirst() {
      guard item.children.indices.contains(number - 1) else { return nil }
      item = item.children[number - 1]
    }
    return item
  }

  /// Children with a concept name.
  public func children(_ concept: CodedConcept) -> [ContentItem] { children.filter { $0.concept == concept } }

  /// The first child with a concept name.
  public func child(_ concept: CodedConcept) -> ContentItem? { children.first { $0.concept == concept } }

  /// This item and all below it, parents before children, in the order of the document.
  public var flattened: [ContentItem] { [self] + children.flatMap(\.flattened) }
}

extension ContentItem {
  /// The text of a TEXT item, nil for all others.
  public var text: String? { if case .text(let text) = value { text } else { nil } }
  /// The value of a NUM item, nil for all others.
  public var number: NumericValue? { if case .number(let number) = value { number } else { nil } }
  /// The value of a CODE item, nil for all others.
  public var code: CodedConcept? { if case .code(let code) = value { code } else { nil } }
  /// The value of a UIDREF item, nil for all others.
  public var uid: UID? { if case .uidReference(let uid) = value { uid } else { nil } }
  /// The value of a PNAME item, nil for all others.
  public var personName: String? { if case .personName(let name) = value { name } else { nil } }
  /// The value of an IMAGE item, nil for all others.
  public var image: ImageReference? { if case .image(let image) = value { image } else { nil } }
  /// The value of a DATETIME item, nil for all others.
  public var dateTime: String? { if case .dateTime(let text) = value { text } else { nil } }
}
