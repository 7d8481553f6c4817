// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Where things are on a film; lengths are mm.
public enum FilmLayout {
  /// Around the images.
  public static let margin = 4.0
  /// Between two images.
  public static let gap = 1.5
  /// Of a line of annotations at the top or the bottom.
  public static let annotationHeight = 7.0
  /// Of a printer pixel: 300 on an inch.
  public static let printerPixel = 25.4 / 300

  /// What an image box leaves for its image.
  /// - Parameter lines: lines of annotations.
  public static func boxSize(_ box: Int, of film: Film, lines: Int) -> (width: Double, height: Double) {
    let size = film.millimetres
    let place = film.format.boxes[box]
    return (
      place.width * (size.width - 2 * margin) - gap,
      place.height * (size.height - 2 * margin - Double(lines) * annotationHeight) - gap
    )
  }
}

extension Film {
  /// Whether an image has more than its box can show: more pixels than the printer has there, or a requested size that
  /// is larger (PS3.4 §H.4.3.1.2.1).
  public func exceeds(box: Int, _ image: Image) -> Bool {
    let place = FilmLayout.boxSize(box, of: self, lines: annotations.isEmpty ? 0 : 2)
    let columns = Double(image.pixels.integer(.columns) ?? 0)
    let rows = Double(image.pixels.integer(.rows) ?? 0)
    guard columns > 0, rows > 0 else { return false }
    if let width = image.width, width > 0 {
      // A picture that was measured and drawn to the edge still fits.
      return width > place.width + FilmLayout.printerPixel
        || width / columns * rows * image.pixelAspect > place.height + FilmLayout.printerPixel
    }
    return columns * FilmLayout.printerPixel > place.width || rows * FilmLayout.printerPixel > place.height
  }
}

extension Film.Image {
  /// Height of a pixel over its width: Pixel Aspect Ratio (0028,0034).
  var pixelAspect: Double {
    let ratio = pixels.doubles(.pixelAspectRatio) ?? []
    return ratio.count == 2 && ratio[0] > 0 && ratio[1] > 0 ? ratio[0] / ratio[1] : 1
  }
}
