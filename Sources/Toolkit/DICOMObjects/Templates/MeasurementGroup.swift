// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Measurements of one finding (TID 1410 on a plane, TID 1411 of a volume, TID 1501 without region).
public struct MeasurementGroup: Sendable, Hashable {
  /// The region that was measured; it decides the template.
  public enum Region: Sendable, Hashable {
    /// No region (TID 1501).
    case none
    /// A figure on an image (TID 1410).
    case planar(ImageRegion)
    /// A figure in a plane in space (TID 1410).
    case planarInSpace(SpatialCoordinates3D)
    /// A frame of a segmentation, with the image that was segmented (TID 1410).
    case segmentFrame(ImageReference, source: ImageReference)
    /// A whole segment of a segmentation, with the images or the series that were segmented (TID 1411).
    case segment(ImageReference, sources: [ImageReference], series: UID?)
    /// Figures on several images (TID 1411).
    case volume([ImageRegion])
    /// A surface in space, with the images (TID 1411).
    case surface([SpatialCoordinates3D], sources: [ImageReference])
  }

  /// Text by which people tell the finding from others, the same in follow-ups.
  public var trackingIdentifier: String
  /// UID of the finding, the same in follow-ups.
  public var trackingUID: UID
  public var activitySession: String
  public var category: CodedConcept?
  public var finding: CodedConcept?
  public var sites: [FindingSite]
  public var method: CodedConcept?
  public var region: Region
  public var realWorldValueMap: InstanceReference?
  public var measurements: [Measurement]
  public var evaluations: [QualitativeEvaluation]
  /// Images without figure, where there is no region.
  public var images: [ImageReference]

  public init(
    trackingIdentifier: String, trackingUID: UID = .random(), finding: CodedConcept? = nil, sites: [FindingSite] = [],
    region: Region = .none, measurements: [Measurement] = [], evaluations: [QualitativeEvaluation] = [],
    images: [ImageReference] = []
  ) {
    self.trackingIdentifier = trackingIdentifier
    self.trackingUID = trackingUID
    activitySession = ""
    self.finding = finding
    self.sites = sites
    self.region = region
    self.measurements = measurements
    self.evaluations = evaluations
    self.images = images
  }

  /// Reads a container Measurement Group; nil for all others.
  init?(_ item: ContentItem) {
    guard item.concept == ReportConcepts.measurementGroup, case .container = item.value else { return nil }
    trackingIdentifier = item.child(ReportConcepts.trackingIdentifier)?.text ?? ""
    trackingUID = item.child(ReportConcepts.trackingUniqueIdentifier)?.uid ?? ""
    activitySession = item.child(ReportConcepts.activitySession)?.text ?? ""
    category = item.child(ReportConcepts.findingCategory)?.code
    finding = item.child(ReportConcepts.finding)?.code
    sites = item.children(ReportConcepts.findingSite).compactMap { FindingSite($0) }
    method = item.child(ReportConcepts.measurementMethod)?.code
    region = Self.region(item)
    if case .composite(let instance)? = item.child(ReportConcepts.realWorldValueMap)?.value {
      realWorldValueMap = instance
    }
    let own: Set<CodedConcept> = [
      ReportConcepts.trackingIdentifier, ReportConcepts.activitySession, ReportConcepts.findingCategory,
      ReportConcepts.finding, ReportConcepts.findingSite, ReportConcepts.measurementMethod,
    ]
    let parts = item.children.filter { $0.relationship == .contains }
    measurements = parts.compactMap { Measurement($0) }
    evaluations = parts.filter { !own.contains($0.concept ?? ReportConcepts.finding) }
      .compactMap { QualitativeEvaluation($0) }
    images = region == .none ? parts.compactMap(\.image) : []
  }

  private static func region(_ group: ContentItem) -> Region {
    if let frame = group.child(ReportConcepts.referencedSegmentationFrame)?.image,
      let source = group.child(ReportConcepts.sourceImageForSegmentation)?.image
    {
      return .segmentFrame(frame, source: source)
    }
    let sources = group.children(ReportConcepts.sourceImageForSegmentation).compactMap(\.image)
    if let segment = group.child(ReportConcepts.referencedSegment)?.image {
      return .segment(segment, sources: sources, series: group.child(ReportConcepts.sourceSeriesForSegmentation)?.uid)
    }
    let surfaces: [SpatialCoordinates3D] = group.children.compactMap {
      if case .spatialCoordinates3D(let figure) = $0.value { figure } else { nil }
    }
    if !surfaces.isEmpty {
      let isVolume = group.child(ReportConcepts.volumeSurface) != nil
      return isVolume || surfaces.count > 1 ? .surface(surfaces, sources: sources) : .planarInSpace(surfaces[0])
    }
    let regions = group.children.filter { $0.relationship == .contains }.compactMap { ImageRegion($0) }
    if regions.count == 1, group.template != "1411" { return .planar(regions[0]) }
    return regions.isEmpty ? .none : .volume(regions)
  }

  /// The identifier of the template.
  public var template: String {
    switch region {
    case .none: "1501"
    case .planar, .planarInSpace, .segmentFrame: "1410"
    case .segment, .volume, .surface: "1411"
    }
  }

  /// Needs the SOP class Comprehensive 3D SR.
  var usesSpace: Bool {
    switch region {
    case .planarInSpace, .surface: true
    default: false
    }
  }

  func item() throws(ObjectError) -> ContentItem {
    guard !trackingIdentifier.isEmpty else {
      throw ObjectError(.missing, "a measurement group needs a tracking identifier (TID 1501, row 2)")
    }
    let context = Relationship.hasObservationContext
    var items: [ContentItem] = []
    if !activitySession.isEmpty {
      items.append(ContentItem(context, ReportConcepts.activitySession, .text(activitySession)))
    }
    items.append(ContentItem(context, ReportConcepts.trackingIdentifier, .text(trackingIdentifier)))
    items.append(ContentItem(context, ReportConcepts.trackingUniqueIdentifier, .uidReference(trackingUID)))
    if let category { items.append(ContentItem(.contains, ReportConcepts.findingCategory, .code(category))) }
    if let finding { items.append(ContentItem(.contains, ReportConcepts.finding, .code(finding))) }
    if let method { items.append(ContentItem(.hasConceptModifier, ReportConcepts.measurementMethod, .code(method))) }
    items += sites.map { $0.item() }
    items += try regionItems()
    if let realWorldValueMap {
      items.append(ContentItem(.contains, ReportConcepts.realWorldValueMap, .composite(realWorldValueMap)))
    }
    items += measurements.map { $0.item() }
    items += evaluations.map { $0.item() }
    items += images.map { ContentItem(.contains, nil, .image($0)) }
    return .container(.contains, ReportConcepts.measurementGroup, template: template, items)
  }

  private func regionItems() throws(ObjectError) -> [ContentItem] {
    switch region {
    case .none: return []
    case .planar(let figure): return [figure.item(.contains, concept: ReportConcepts.imageRegion)]
    case .planarInSpace(let figure):
      return [ContentItem(.contains, ReportConcepts.imageRegion, .spatialCoordinates3D(figure))]
    case .segmentFrame(let frame, let source):
      guard frame.frames.count == 1 else {
        throw ObjectError(.invalid, "a referenced segmentation frame is one frame (TID 1410)")
      }
      return [
        ContentItem(.contains, ReportConcepts.referencedSegmentationFrame, .image(frame)),
        ContentItem(.contains, ReportConcepts.sourceImageForSegmentation, .image(source)),
      ]
    case .segment(let segment, let sources, let series):
      guard segment.segments.count == 1 else {
        throw ObjectError(.invalid, "a referenced segment is one segment (TID 1411)")
      }
      guard !sources.isEmpty || series != nil else {
        throw ObjectError(.missing, "a referenced segment needs its source images or series (TID 1411)")
      }
      return [ContentItem(.contains, ReportConcepts.referencedSegment, .image(segment))]
        + sources.map { ContentItem(.contains, ReportConcepts.sourceImageForSegmentation, .image($0)) }
        + (series.map { [ContentItem(.contains, ReportConcepts.sourceSeriesForSegmentation, .uidReference($0))] } ?? [])
    case .volume(let figures): return figures.map { $0.item(.contains, concept: ReportConcepts.imageRegion) }
    case .surface(let figures, let sources):
      return figures.map { ContentItem(.contains, ReportConcepts.volumeSurface, .spatialCoordinates3D($0)) }
        + sources.map { ContentItem(.contains, ReportConcepts.sourceImageForSegmentation, .image($0)) }
    }
  }
}
