// SPDX-License-Identifier: Apache-2.0

/// How a region is shown without hiding what is in it: by its border.
enum OverlayOutline {
  /// The pixels of a mask that have a neighbour above, below, left or right outside it; the image's edge counts as
  /// inside.
  static func border(_ mask: [UInt8], width: Int, height: Int) -> [UInt8] {
    var border = mask
    for y in 0..<height {
      for x in 0..<width where mask[y * width + x] == 1 {
        let index = y * width + x
        let isInner =
          (x == 0 || mask[index - 1] == 1) && (x == width - 1 || mask[index + 1] == 1)
          && (y == 0 || mask[index - width] == 1) && (y == height - 1 || mask[index + width] == 1)
        if isInner { border[index] = 0 }
      }
    }
    return border
  }
}
