// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A layer of drawings (PS3.3 §C.10.7).
public struct GraphicLayer: Sendable, Hashable {
  public let name: String
  /// Graphic Layer Order: the highest is on top.
  public let order: Int
  /// The recommended colour, else grey value; white where none is given.
  public let colour: DisplayColour

  init(name: String, order: Int, colour: DisplayColour) {
    self.name = name
    self.order = order
    self.colour = colour
  }

  init(_ item: DataSet) {
    name = item.string(.graphicLayer) ?? ""
    order = item.integer(.graphicLayerOrder) ?? 0
    let grey = item.integer(.graphicLayerRecommendedDisplayGrayscaleValue).map {
      DisplayColour(grey: UInt16(clamping: $0))
    }
    let lab = DisplayColour(cieLab: item.integers(.graphicLayerRecommendedDisplayCIELabValue))
    // Retired, but still written.
    let rgb = item.integers(.graphicLayerRecommendedDisplayRGBValue).flatMap { words in
      words.count == 3
        ? DisplayColour(
          red: UInt16(clamping: words[0]), green: UInt16(clamping: words[1]), blue: UInt16(clamping: words[2])) : nil
    }
    colour = lab ?? rgb ?? grey ?? .white
  }
}
