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

extension RenderedImage {
  /// The same picture mirrored.
  func flipped(columns: Bool, rows: Bool) -> RenderedImage {
    guard columns || rows else { return self }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for row in 0..<height {
      let start = (rows ? height - 1 - row : row) * width * samples
      if !columns {
        result.append(contentsOf: bytes[start..<start + width * samples])
      } else {
        for column in (0..<width).reversed() {
          result.append(contentsOf: bytes[start + column * samples..<start + (column + 1) * samples])
        }
      }
    }
    return RenderedImage(width: width, height: height, samples: samples, bytes: result)
  }
}
