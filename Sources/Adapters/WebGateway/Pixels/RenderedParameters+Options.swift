// SPDX-License-Identifier: Apache-2.0

import DICOMPixels
import DICOMWeb

extension RenderedParameters {
  /// How an image of this size is to be rendered, and whether it is to be flipped afterwards.
  func options(rows: Int, columns: Int) -> (options: RenderOptions, flipsColumns: Bool, flipsRows: Bool) {
    var options = RenderOptions()
    options.keepsMatrix = true
    options.window = window.map { DICOMPixels.Window(center: $0.center, width: $0.width, function: $0.function.pixels) }
    guard let viewport else { return (options, false, false) }
    options.viewport = (viewport.width, viewport.height)
    guard let source = viewport.source else { return (options, false, false) }
    let x = Int(min(source.x, Double(columns)))
    let y = Int(min(source.y, Double(rows)))
    options.region = RenderOptions.Region(
      x: x, y: y, width: source.width.map { max(Int(abs($0)), 1) } ?? columns - x,
      height: source.height.map { max(Int(abs($0)), 1) } ?? rows - y)
    return (options, source.width.map { $0 < 0 } ?? false, source.height.map { $0 < 0 } ?? false)
  }
}

extension RenderedParameters.Window.Function {
  fileprivate var pixels: DICOMPixels.Window.Function {
    switch self {
    case .linear: .linear
    case .linearExact: .linearExact
    case .sigmoid: .sigmoid
    }
  }
}
