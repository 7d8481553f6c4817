// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// A measured number (TID 300, TID 1419).
public struct Measurement: Sendable, Hashable {
  /// What was measured, such as (410668003, SCT, "Length").
  public var concept: CodedConcept
  public var value: NumericValue
  /// Such as mean or maximum.
  public var derivation: CodedConcept?
  public var method: CodedConcept?
  public var site: CodedConcept?
  public var laterality: CodedConcept?
  /// The figure that was measured, on an image.
  public var region: ImageRegion?
  /// Images that the measurement was made on.
  public var images: [ImageReference]

  public init(
    _ concept: CodedConcept, _ value: Double, _ unit: CodedConcept, derivation: CodedConcept? = nil,
    method: CodedConcept? = nil, region: ImageRegion? = nil, images: [ImageReference] = []
  ) {
    self.concept = concept
    self.value = NumericValue(value, unit)
    self.derivation = derivation
    self.method = method
    self.region = region
    self.images = images
  }

  /// Reads a NUM content item; nil for all others.
  init?(_ item: ContentItem) {
    guard let concept = item.concept, let number = item.number else { return nil }
    self.concept = concept
    value = number
    derivation = item.child(ReportConcepts.derivation)?.code
    method = item.child(ReportConcepts.measurementMethod)?.code
    let site = item.child(ReportConcepts.findingSite)
    self.site = site?.code
    laterality = site?.child(ReportConcepts.laterality)?.code
    let sources = item.children.filter { $0.relationship == .inferredFrom }
    region = sources.lazy.compactMap { ImageRegion($0) }.first
    images = sources.compactMap(\.image)
  }

  func item() -> ContentItem {
    var children: [ContentItem] = []
    if let method { children.append(ContentItem(.hasConceptModifier, ReportConcepts.measurementMethod, .code(method))) }
    if let derivation {
      children.append(ContentItem(.hasConceptModifier, ReportConcepts.derivation, .code(derivation)))
    }
    if let site { children.append(FindingSite(site, laterality: laterality).item()) }
    if let region { children.append(region.item(.inferredFrom, concept: nil)) }
    children += images.map { ContentItem(.inferredFrom, ReportConcepts.sourceOfMeasurement, .image($0)) }
    return ContentItem(.contains, concept, .number(value), children: children)
  }
}

/// A figure on an image: spatial coordinates and the image that they are selected from.
public struct ImageRegion: Sendable, Hashable {
  public var coordinates: SpatialCoordinates
  public var image: ImageReference

  public init(_ coordinates: SpatialCoordinates, on image: ImageReference) {
    self.coordinates = coordinates
    self.image = image
  }

  init?(_ item: ContentItem) {
    guard case .spatialCoordinates(let coordinates) = item.value,
      let image = item.children.lazy.compactMap(\.image).first
    else { return nil }
    self.coordinates = coordinates
    self.image = image
  }

  func item(_ relationship: Relationship, concept: CodedConcept?) -> ContentItem {
    ContentItem(
      relationship, concept, .spatialCoordinates(coordinates),
      children: [ContentItem(.selectedFrom, nil, .image(image))])
  }
}

/// Where in the body.
public struct FindingSite: Sendable, Hashable {
  public var site: CodedConcept
  public var laterality: CodedConcept?

  public init(_ site: CodedConcept, laterality: CodedConcept? = nil) {
    self.site = site
    self.laterality = laterality
  }

  init?(_ item: ContentItem) {
    guard let site = item.code else { return nil }
    self.site = site
    laterality = item.child(ReportConcepts.laterality)?.code
  }

  func item() -> ContentItem {
    let side = laterality.map { ContentItem(.hasConceptModifier, ReportConcepts.laterality, .code($0)) }
    return ContentItem(.hasConceptModifier, ReportConcepts.findingSite, .code(site), children: side.map { [$0] } ?? [])
  }
}

/// A statement that is not a number: a concept with a code or a text as its value.
public struct QualitativeEvaluation: Sendable, Hashable {
  /// A concept or a text.
  public enum Value: Sendable, Hashable {
    case code(CodedConcept)
    case text(String)
  }

  public var concept: CodedConcept
  public var value: Value

  public init(_ concept: CodedConcept, _ value: Value) {
    self.concept = concept
    self.value = value
  }

  init?(_ item: ContentItem) {
    guard let concept = item.concept else { return nil }
    self.concept = concept
    switch item.value {
    case .code(let code): value = .code(code)
    case .text(let text): value = .text(text)
    default: return nil
    }
  }

  func item() -> ContentItem {
    switch value {
    case .code(let code): ContentItem(.contains, concept, .code(code))
    case .text(let text): ContentItem(.contains, concept, .text(text))
    }
  }
}
