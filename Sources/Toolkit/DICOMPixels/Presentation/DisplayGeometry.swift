// SPDX-License-Identifier: Apache-2.0

/// From the pixels of an image to those of the picture: which part is shown, how it is turned, how large it is.
struct DisplayGeometry {
  /// The part of the image, which may reach beyond it.
  let area: RenderOptions.Region
  let quarterTurns: Int
  let isFlipped: Bool
  /// The size of the whole part, turned and scaled.
  let width: Int
  let height: Int
  /// What of it is in the picture.
  let window: RenderOptions.Region

  /// - Parameter heightToWidth: of a pixel of the image.
  init(
    imageWidth: Int, imageHeight: Int, heightToWidth: Double, presentation: SoftcopyPresentation, area: DisplayedArea?,
    options: RenderOptions
  ) throws(PixelError) {
    let part =
      area.map {
        RenderOptions.Region(
          x: $0.columns.lowerBound - 1, y: $0.rows.lowerBound - 1, width: $0.columns.count, height: $0.rows.count)
      } ?? RenderOptions.Region(x: 0, y: 0, width: imageWidth, height: imageHeight)
    self.area = part
    quarterTurns = presentation.quarterTurns
    isFlipped = presentation.isFlipped
    let aspect = area?.heightToWidth ?? heightToWidth
    var size = (width: Double(part.width), height: Double(part.height))
    switch area?.mode ?? .scaleToFit {
    case .scaleToFit:
      if aspect > 1 { size.height *= aspect } else { size.width /= aspect }
      if presentation.quarterTurns % 2 == 1 { size = (size.height, size.width) }
      if let viewport = options.viewport {
        let fit = min(Double(viewport.width) / size.width, Double(viewport.height) / size.height)
        let factor = options.onlyShrinks ? min(fit, 1) : fit
        size = (size.width * factor, size.height * factor)
      }
    case .trueSize:
      let spacing = area?.pixelSpacing ?? [1, 1]
      size.width *= spacing[1] / options.displayPixelSpacing
      size.height *= spacing[0] / options.displayPixelSpacing
      if presentation.quarterTurns % 2 == 1 { size = (size.height, size.width) }
    case .magnify(let ratio):
      size.width *= ratio
      size.height *= ratio * aspect
      if presentation.quarterTurns % 2 == 1 { size = (size.height, size.width) }
    }
    let limit = Double(FrameRenderer.maximumSide)
    guard size.width.isFinite, size.height.isFinite, max(size.width, size.height) <= limit,
      part.width <= FrameRenderer.maximumSide, part.height <= FrameRenderer.maximumSide
    else { throw PixelError(.limit, "a picture of \(size.width) × \(size.height) pixels") }
    width = max(Int(size.width.rounded()), 1)
    height = max(Int(size.height.rounded()), 1)
    let shown = options.viewport ?? (width, height)
    let (shownWidth, shownHeight) = (min(shown.width, width), min(shown.height, height))
    // What does not fit is cut on both sides (PS3.3 §C.10.4).
    window = RenderOptions.Region(
      x: (width - shownWidth) / 2, y: (height - shownHeight) / 2, width: shownWidth, height: shownHeight)
  }

  /// Where a position is in the picture.
  func position(_ point: Point, _ units: Annotation.Units) -> Point {
    var share: Point
    switch units {
    case .display: share = point
    case .pixel:
      share = Point((point.x - Double(area.x)) / Double(area.width), (point.y - Double(area.y)) / Double(area.height))
      for _ in 0..<quarterTurns { share = Point(1 - share.y, share.x) }
      if isFlipped { share.x = 1 - share.x }
    }
    return Point(share.x * Double(width) - Double(window.x), share.y * Double(height) - Double(window.y))
  }

  /// The part of a picture of the image that is shown, as it is shown.
  func picture(_ image: RenderedImage) -> RenderedImage {
    let part = image.placed(x: -area.x, y: -area.y, width: area.width, height: area.height)
    let turned = part.rotated(quarterTurns: quarterTurns).flipped(columns: isFlipped, rows: false)
    return ImageScaler.scale(turned, width: width, height: height).cropped(window) ?? turned
  }
}
