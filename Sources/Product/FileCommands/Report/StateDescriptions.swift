// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMObjects

/// A blending presentation state in JSON.
struct BlendingDescription: Encodable {
  let label: String
  let underlying: [InstanceDescription]
  let superimposed: [InstanceDescription]
  /// Of the superimposed images, 0 to 1.
  let opacity: Double
  let paletteEntries: Int

  init(_ state: BlendingPresentationState) {
    label = state.content.label
    underlying = state.underlying.images.map { InstanceDescription($0.instance) }
    superimposed = state.superimposed.images.map { InstanceDescription($0.instance) }
    opacity = state.opacity
    paletteEntries = state.palette.red.count
  }
}

/// A presentation state in JSON.
struct PresentationStateDescription: Encodable {
  struct FigureDescription: Encodable {
    let layer: String
    let kind: String
    let units: String
    let points: [Double]
  }

  struct TextDescription: Encodable {
    let layer: String
    let text: String
    let anchor: [Double]?
    let box: [Double]?
  }

  let label: String
  let isColor: Bool
  let images: [InstanceDescription]
  let layers: [String]
  let figures: [FigureDescription]
  let texts: [TextDescription]
  /// Centre and width of each window.
  let windows: [[Double]]
  /// Left, top, right and bottom of each displayed area.
  let areas: [[Int]]
  let rotation: Int
  let isFlipped: Bool

  init(_ state: PresentationState) {
    label = state.content.label
    if case .grayscale = state.kind { isColor = false } else { isColor = true }
    images = state.images.map { InstanceDescription($0.instance) }
    layers = state.graphics.layers.map(\.name)
    figures = state.graphics.annotations.flatMap { annotation in
      annotation.figures.map {
        FigureDescription(
          layer: annotation.layer, kind: $0.kind.rawValue, units: $0.units.rawValue,
          points: $0.points.flatMap { [$0.column, $0.row] })
      }
    }
    texts = state.graphics.annotations.flatMap { annotation in
      annotation.texts.map {
        TextDescription(
          layer: annotation.layer, text: $0.text, anchor: $0.anchor.map { [$0.point.column, $0.point.row] },
          box: $0.box.map { [$0.topLeft.column, $0.topLeft.row, $0.bottomRight.column, $0.bottomRight.row] })
      }
    }
    windows = state.voi.flatMap(\.windows).map { [$0.center, $0.width] }
    areas = state.displayedAreas.map { [$0.topLeft.column, $0.topLeft.row, $0.bottomRight.column, $0.bottomRight.row] }
    rotation = state.spatial?.rotation ?? 0
    isFlipped = state.spatial?.isFlippedHorizontally ?? false
  }
}

/// Measurements of a finding in JSON.
struct MeasurementGroupDescription: Encodable {
  struct MeasurementDescription: Encodable {
    let concept: ConceptDescription
    let value: Double?
    let unit: ConceptDescription?
    let derivation: ConceptDescription?
  }

  let template: String
  let trackingIdentifier: String
  let trackingUID: String
  let finding: ConceptDescription?
  let sites: [ConceptDescription]
  let measurements: [MeasurementDescription]
  /// Instances that the region lies on.
  let images: [String]

  init(_ group: MeasurementGroup) {
    template = group.template
    trackingIdentifier = group.trackingIdentifier
    trackingUID = group.trackingUID.rawValue
    finding = group.finding.map { ConceptDescription($0) }
    sites = group.sites.map { ConceptDescription($0.site) }
    measurements = group.measurements.map {
      MeasurementDescription(
        concept: ConceptDescription($0.concept), value: $0.value.value,
        unit: $0.value.unit.map { ConceptDescription($0) }, derivation: $0.derivation.map { ConceptDescription($0) })
    }
    let references: [ImageReference] =
      switch group.region {
      case .none: group.images
      case .planar(let region): [region.image]
      case .planarInSpace: []
      case .segmentFrame(let frame, let source): [frame, source]
      case .segment(let segment, let sources, _): [segment] + sources
      case .volume(let regions): regions.map(\.image)
      case .surface(_, let sources): sources
      }
    images = references.map(\.instance.sopInstance.rawValue)
  }
}

/// A multiplex group of a waveform in JSON.
struct MultiplexGroupDescription: Encodable {
  struct ChannelDescription: Encodable {
    let source: ConceptDescription
    let unit: String?
    /// The first physical values; null where nothing was measured.
    let first: [Double?]
    let minimum: Double?
    let maximum: Double?
  }

  /// Values that are told of each channel.
  private static let shownValues = 8

  let label: String
  let samplingFrequency: Double
  let samples: Int
  let channels: [ChannelDescription]

  init(_ group: MultiplexGroup) {
    label = group.label
    samplingFrequency = group.samplingFrequency
    samples = group.sampleCount
    channels = group.channels.indices.map { index in
      let values = group.values(index)
      let finite = values.filter(\.isFinite)
      return ChannelDescription(
        source: ConceptDescription(group.channels[index].source), unit: group.channels[index].sensitivity?.unit.value,
        first: values.prefix(Self.shownValues).map { $0.isFinite ? $0 : nil }, minimum: finite.min(),
        maximum: finite.max())
    }
  }
}

/// An encapsulated document in JSON.
struct EncapsulatedDescription: Encodable {
  let title: String
  let mimeType: String
  let length: Int
  let concept: ConceptDescription?
  let text: String?

  init(_ document: EncapsulatedDocument) {
    title = document.title
    mimeType = document.kind.mimeType
    length = document.content.count
    concept = document.concept.map { ConceptDescription($0) }
    text = document.text
  }
}
