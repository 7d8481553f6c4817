// SPDX-License-Identifier: Apache-2.0

/// Lines of text for the corners of a picture, as displays show them (PS3.18 §8.3.5.1.1).
public struct CornerText: Sendable, Hashable {
  public var topLeft: [String]
  public var topRight: [String]
  public var bottomLeft: [String]
  public var bottomRight: [String]

  public init(
    topLeft: [String] = [], topRight: [String] = [], bottomLeft: [String] = [], bottomRight: [String] = []
  ) {
    self.topLeft = topLeft
    self.topRight = topRight
    self.bottomLeft = bottomLeft
    self.bottomRight = bottomRight
  }

  /// The longest line, in characters.
  static let longestLine = 120

  /// Burns the lines into an image: white with a dark edge, so that they are legible on any ground. What does not fit
  /// is made smaller.
  public func burned(into image: RenderedImage) throws(PixelError) -> RenderedImage {
    let all = [topLeft, topRight, bottomLeft, bottomRight].map { $0.map { String($0.prefix(Self.longestLine)) } }
    let widest = all.joined().map { StrokeFont.width($0) }.max() ?? 0
    guard widest > 0 else { return image }
    let margin = 4.0
    let longest = Double(max(all[0].count + all[2].count, all[1].count + all[3].count))
    // Height of a capital: a fortieth of the picture, as long as both columns and all rows have room.
    let wanted = max(Double(min(image.width, image.height)) / 40, 7) / StrokeFont.capHeight
    let room = (Double(image.width) - 3 * margin) / 2 / widest
    let height = (Double(image.height) - 3 * margin) / (longest * StrokeFont.lineHeight)
    let factor = min(wanted, max(room, 0.2), max(height, 0.2))
    var canvas = Canvas(image)
    var edge = Pen(colour: .black, width: max(3 * factor, 2))
    var pen = Pen(colour: .white, width: max(factor, 0.8))
    for (corner, lines) in all.enumerated() {
      for (index, line) in lines.enumerated() {
        let x = corner % 2 == 0 ? margin : Double(image.width) - margin - StrokeFont.width(line) * factor
        let fromTop = margin + (Double(index) * StrokeFont.lineHeight + StrokeFont.capHeight) * factor
        let rest = Double(lines.count - 1 - index) * StrokeFont.lineHeight * factor
        let baseline = corner < 2 ? fromTop : Double(image.height) - margin - 3 * factor - rest
        let strokes = Self.strokes(line, Point(x, baseline), factor)
        try edge.stroke(strokes, on: &canvas)
        try pen.stroke(strokes, on: &canvas)
      }
    }
    return canvas.image
  }

  private static func strokes(_ line: String, _ origin: Point, _ factor: Double) -> [[Point]] {
    var strokes: [[Point]] = []
    var x = origin.x
    for glyph in StrokeFont.glyphs(line) {
      strokes += glyph.lines.map { $0.map { Point(x + $0.x * factor, origin.y - $0.y * factor) } }
      x += glyph.advance * factor
    }
    return strokes
  }
}
