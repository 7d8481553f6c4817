// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMObjects

/// An SR document in JSON.
struct DocumentDescription: Encodable {
  let title: String
  let completion: String
  let verified: Bool
  let verifyingObservers: [String]
  let evidence: [InstanceDescription]
  let predecessors: [InstanceDescription]
  let root: ItemDescription

  init(_ report: StructuredReport) {
    title = report.title
    completion = report.header.completion.rawValue
    verified = report.header.isVerified
    verifyingObservers = report.header.verifyingObservers.map(\.name)
    evidence = report.header.evidence.map { InstanceDescription($0) }
    predecessors = report.header.predecessors.map { InstanceDescription($0) }
    root = ItemDescription(report.root)
  }
}

/// A reference to an instance in JSON.
struct InstanceDescription: Encodable {
  let sopClass: String
  let sopInstance: String
  let study: String?
  let series: String?

  init(_ instance: InstanceReference) {
    sopClass = instance.sopClass.rawValue
    sopInstance = instance.sopInstance.rawValue
    study = instance.study?.rawValue
    series = instance.series?.rawValue
  }
}

/// A coded concept in JSON.
struct ConceptDescription: Encodable {
  let value: String
  let scheme: String
  let meaning: String

  init(_ concept: CodedConcept) {
    value = concept.value
    scheme = concept.scheme
    meaning = concept.meaning
  }
}

/// A content item in JSON, with all that is below it.
struct ItemDescription: Encodable {
  let relationship: String?
  let valueType: String
  let concept: ConceptDescription?
  let template: String?
  var text: String?
  var number: Double?
  var unit: ConceptDescription?
  var qualifier: ConceptDescription?
  var code: ConceptDescription?
  var graphicType: String?
  var graphicData: [Double]?
  var instance: InstanceDescription?
  var frames: [Int]?
  var segments: [Int]?
  var reference: [Int]?
  var content: [ItemDescription]?

  init(_ item: ContentItem) {
    relationship = item.relationship?.rawValue
    valueType = item.value.valueType
    concept = item.concept.map { ConceptDescription($0) }
    template = item.template
    switch item.value {
    case .text(let value), .date(let value), .time(let value), .dateTime(let value), .personName(let value):
      text = value
    case .uidReference(let uid): text = uid.rawValue
    case .container(let continuity): text = continuity.rawValue
    case .number(let value):
      number = value.value
      unit = value.unit.map { ConceptDescription($0) }
      qualifier = value.qualifier.map { ConceptDescription($0) }
    case .code(let concept): code = ConceptDescription(concept)
    case .spatialCoordinates(let figure):
      graphicType = figure.graphicType.rawValue
      graphicData = figure.points.flatMap { [$0.column, $0.row] }
    case .spatialCoordinates3D(let figure):
      graphicType = figure.graphicType.rawValue
      graphicData = figure.points.flatMap { [$0.x, $0.y, $0.z] }
    case .temporalCoordinates(let range): graphicType = range.rangeType.rawValue
    case .composite(let reference): instance = InstanceDescription(reference)
    case .image(let image):
      instance = InstanceDescription(image.instance)
      frames = image.frames.isEmpty ? nil : image.frames
      segments = image.segments.isEmpty ? nil : image.segments
    case .waveform(let waveform): instance = InstanceDescription(waveform.instance)
    case .reference(let identifier): reference = identifier
    case .other: break
    }
    content = item.children.isEmpty ? nil : item.children.map { ItemDescription($0) }
  }
}
