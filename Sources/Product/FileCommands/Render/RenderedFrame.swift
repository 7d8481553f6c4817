// SPDX-License-Identifier: Apache-2.0

import DICOMPixels

/// What `render --json` says of a picture.
struct RenderedFrame: Encodable, Sendable {
  struct View: Encodable, Sendable {
    /// For --voi-index.
    let index: Int
    let kind: String
    let center: Double?
    let width: Double?
    let function: String?
    let explanation: String?
  }

  struct Mapping: Encodable, Sendable {
    let label: String?
    let unit: String?
  }

  let file: String
  /// Counted from 1.
  let frame: Int
  let frames: Int
  let output: String
  let format: String
  let width: Int
  let height: Int
  let samples: Int
  let bits: Int
  let hasICCProfile: Bool
  let overlays: Int
  let presentationState: String?
  let position: [Double]?
  let orientation: [Double]?
  let pixelSpacing: [Double]?
  let laterality: String?
  let anatomicRegion: String?
  let realWorldValues: [Mapping]
  let views: [View]

  init(
    file: String, frame: Int, frames: Int, output: String, format: PictureFormat, image: RenderedImage,
    renderer: FrameRenderer, presentationState: String?
  ) {
    self.file = file
    self.frame = frame + 1
    self.frames = frames
    self.output = output
    self.format = format.rawValue
    width = image.width
    height = image.height
    samples = image.samples
    bits = format == .jpeg ? 8 : image.bits
    hasICCProfile = format != .raw && image.iccProfile != nil
    overlays = renderer.overlays.filter { $0.applies(to: frame) }.count
    self.presentationState = presentationState
    let attributes = renderer.attributes(frame: frame)
    position = attributes.position
    orientation = attributes.orientation
    pixelSpacing = attributes.pixelSpacing
    laterality = attributes.laterality
    anatomicRegion = attributes.anatomicRegion
    realWorldValues = attributes.realWorldValues.map { Mapping(label: $0.label, unit: $0.unit) }
    views = renderer.choices(frame: frame).enumerated().map { index, choice in
      switch choice.transform {
      case .window(let window):
        View(
          index: index + 1, kind: "window", center: window.center, width: window.width,
          function: window.function.rawValue, explanation: choice.explanation)
      case .table:
        View(
          index: index + 1, kind: "lut", center: nil, width: nil, function: nil, explanation: choice.explanation)
      }
    }
  }
}
