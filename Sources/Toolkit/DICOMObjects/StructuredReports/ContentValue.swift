// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The value of a content item, by Value Type (0040,A040) (PS3.3 §C.17.3.2.1).
public enum ContentValue: Sendable, Hashable {
  /// Continuity of Content (PS3.3 §C.18.8).
  public enum Continuity: String, Sendable, Hashable {
    /// The items of the container stand for themselves.
    case separate = "SEPARATE"
    /// The items are parts of one text.
    case continuous = "CONTINUOUS"
  }

  case container(Continuity)
  case text(String)
  case number(NumericValue)
  case code(CodedConcept)
  /// `YYYYMMDD`.
  case date(String)
  /// `HHMMSS.FFFFFF`.
  case time(String)
  /// `YYYYMMDDHHMMSS.FFFFFF&ZZXX`.
  case dateTime(String)
  case uidReference(UID)
  case personName(String)
  case spatialCoordinates(SpatialCoordinates)
  case spatialCoordinates3D(SpatialCoordinates3D)
  case temporalCoordinates(TemporalCoordinates)
  case composite(InstanceReference)
  case image(ImageReference)
  case waveform(WaveformReference)
  /// By-reference relationship to another item of the tree: its position, such as `[1, 2, 4]` (PS3.3 §C.17.3.2.5).
  case reference([Int])
  /// TABLE and value types that are not known, with the attributes of the item as they stand.
  case other(valueType: String, DataSet)

  /// Value Type; empty for a by-reference relationship.
  public var valueType: String {
    switch self {
    case .container: "CONTAINER"
    case .text: "TEXT"
    case .number: "NUM"
    case .code: "CODE"
    case .date: "DATE"
    case .time: "TIME"
    case .dateTime: "DATETIME"
    case .uidReference: "UIDREF"
    case .personName: "PNAME"
    case .spatialCoordinates: "SCOORD"
    case .spatialCoordinates3D: "SCOORD3D"
    case .temporalCoordinates: "TCOORD"
    case .composite: "COMPOSITE"
    case .image: "IMAGE"
    case .waveform: "WAVEFORM"
    case .reference: ""
    case .other(let valueType, _): valueType
    }
  }

  /// Whether Concept Name Code Sequence may be absent (PS3.3 table C.17-5: those that refer, and containers that are
  /// not the root).
  var mayBeNameless: Bool {
    switch self {
    case .container, .composite, .image, .waveform, .spatialCoordinates, .spatialCoordinates3D,
      .temporalCoordinates, .reference, .other:
      true
    default: false
    }
  }

  /// Instances that the value refers to.
  public var instances: [InstanceReference] {
    switch self {
    case .composite(let instance): [instance]
    case .image(let image): image.instances
    case .waveform(let waveform): [waveform.instance]
    default: []
    }
  }

  /// Reads the value of an item; `other` where it is not what its value type says.
  init(_ item: DataSet) {
    let type = item.string(.valueType) ?? ""
    let value: ContentValue?
    switch type {
    case "CONTAINER":
      value = .container(item.string(.continuityOfContent).flatMap { Continuity(rawValue: $0) } ?? .separate)
    case "TEXT": value = .text(item.string(.textValue) ?? "")
    case "NUM": value = .number(NumericValue(item))
    case "CODE": value = CodedConcept(item, .conceptCodeSequence).map { .code($0) }
    case "DATE": value = .date(item.string(.date) ?? "")
    case "TIME": value = .time(item.string(.time) ?? "")
    case "DATETIME": value = .dateTime(item.string(.dateTime) ?? "")
    case "UIDREF": value = .uidReference(item.uid(.uid) ?? "")
    case "PNAME": value = .personName(item.string(.personName) ?? "")
    case "SCOORD": value = SpatialCoordinates(item).map { .spatialCoordinates($0) }
    case "SCOORD3D": value = SpatialCoordinates3D(item).map { .spatialCoordinates3D($0) }
    case "TCOORD": value = TemporalCoordinates(item).map { .temporalCoordinates($0) }
    case "COMPOSITE":
      value = item.items(.referencedSOPSequence).first.flatMap { InstanceReference($0) }.map { .composite($0) }
    case "IMAGE": value = ImageReference(item).map { .image($0) }
    case "WAVEFORM": value = WaveformReference(item).map { .waveform($0) }
    case "":
      value = item.integers(.referencedContentItemIdentifier).map { .reference($0) }
    default: value = nil
    }
    if let value {
      self = value
      return
    }
    var rest = item.converted()
    rest.keep { !Self.treeAttributes.contains($0.tag) }
    self = .other(valueType: type, rest)
  }

  private static let treeAttributes: Set<Tag> = [
    .relationshipType, .valueType, .conceptNameCodeSequence, .contentSequence, .contentTemplateSequence,
    .observationDateTime, .observationUID,
  ]

  func write(_ item: inout AttributeWriter) throws(ObjectError) {
    if case .reference(let identifier) = self {
      return try item.set(.referencedContentItemIdentifier, identifier, .type1)
    }
    try item.set(.valueType, valueType, .type1)
    switch self {
    case .container(let continuity): try item.set(.continuityOfContent, continuity.rawValue, .type1)
    case .text(let text): try item.set(.textValue, text, .type1)
    case .number(let number): try number.write(&item)
    case .code(let code): try item.set(.conceptCodeSequence, code: code, .type1)
    case .date(let date): try item.set(.date, date, .type1)
    case .time(let time): try item.set(.time, time, .type1)
    case .dateTime(let dateTime): try item.set(.dateTime, dateTime, .type1)
    case .uidReference(let uid): try item.set(.uid, uid, .type1)
    case .personName(let name): try item.set(.personName, name, .type1)
    case .spatialCoordinates(let coordinates): try coordinates.write(&item)
    case .spatialCoordinates3D(let coordinates): try coordinates.write(&item)
    case .temporalCoordinates(let coordinates): try coordinates.write(&item)
    case .composite(let instance):
      try item.set(.referencedSOPSequence, [instance], .type1) { (instance, path) throws(ObjectError) in
        try instance.dataSet(path: path)
      }
    case .image(let image): try image.write(&item)
    case .waveform(let waveform): try waveform.write(&item)
    case .other(_, let attributes): item.merge(attributes)
    case .reference: break
    }
  }
}
