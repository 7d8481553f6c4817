// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DICOMPixels

/// Lines, areas and letters as pixels.
struct DrawingTests {
  private func black(_ width: Int, _ height: Int, bits: Int = 8) -> Canvas {
    let count = width * height * bits / 8
    return Canvas(
      RenderedImage(
        width: width, height: height, samples: 1, bits: bits, bytes: [UInt8](repeating: 0, count: count)))
  }

  private func filled(_ corners: [Point], _ width: Int, _ height: Int) -> [UInt8] {
    var canvas = black(width, height)
    var filler = PathFiller(width: width, height: height)
    filler.add(corners)
    filler.fill(&canvas, .white)
    return canvas.image.bytes
  }

  @Test func pixelsTakeTheShareThatIsCovered() {
    // Half of the first pixel's width, a quarter of the last one's.
    let bytes = filled([Point(0.5, 0), Point(2.25, 0), Point(2.25, 1), Point(0.5, 1)], 4, 1)
    #expect(bytes == [128, 255, 64, 0])
    let tall = filled([Point(0, 0.75), Point(1, 0.75), Point(1, 2), Point(0, 2)], 1, 3)
    #expect(tall == [64, 255, 0])
  }

  @Test func slantedEdgesCoverTheirArea() {
    // A triangle of half of 10 × 10 pixels.
    let bytes = filled([Point(0, 0), Point(10, 0), Point(0, 10)], 10, 10)
    let sum = bytes.reduce(0.0) { $0 + Double($1) / 255 }
    #expect(abs(sum - 50) < 0.2)
    // The diagonal's pixels are half covered.
    #expect((0..<10).allSatisfy { abs(Int(bytes[$0 * 10 + 9 - $0]) - 128) <= 1 })
  }

  @Test func circlesHaveTheirArea() {
    let bytes = filled(Pen.circle(Point(20, 20), 15, corners: 180), 40, 40)
    let sum = bytes.reduce(0.0) { $0 + Double($1) / 255 }
    #expect(abs(sum - Double.pi * 225) < 1)
  }

  @Test func whatLiesOutsideIsCutAndInsideStaysTheSame() {
    let all = filled([Point(-1e9, -1e9), Point(1e9, -1e9), Point(1e9, 1e9), Point(-1e9, 1e9)], 3, 2)
    #expect(all == [UInt8](repeating: 255, count: 6))
    #expect(filled([Point(-9, 0), Point(-2, 0), Point(-2, 2)], 3, 2) == [UInt8](repeating: 0, count: 6))
    #expect(filled([Point(5, 0), Point(9, 0), Point(9, 2)], 3, 2) == [UInt8](repeating: 0, count: 6))
    #expect(filled([Point(.nan, 0), Point(9, 0), Point(9, 2)], 3, 2) == [UInt8](repeating: 0, count: 6))
  }

  @Test func linesHaveTheirWidthAndDoNotDarkenWhereTheyCross() throws {
    var canvas = black(11, 11)
    var pen = Pen(colour: DisplayColour(grey: 0x8080), width: 1)
    try pen.stroke([[Point(0, 5.5), Point(11, 5.5)], [Point(5.5, 0), Point(5.5, 11)]], on: &canvas)
    let bytes = canvas.image.bytes
    #expect((0..<11).allSatisfy { bytes[5 * 11 + $0] == 128 && bytes[$0 * 11 + 5] == 128 })
    #expect(bytes[4 * 11 + 4] == 0)
  }

  @Test func dashes() throws {
    var canvas = black(12, 1)
    var pen = Pen(colour: .white, width: 1)
    pen.dashes = [3, 3]
    try pen.stroke([Point(0, 0.5), Point(12, 0.5)], on: &canvas)
    let bytes = canvas.image.bytes
    #expect(bytes[1] == 255 && bytes[4] < 20 && bytes[7] == 255 && bytes[10] < 20)
  }

  @Test func coloursTurnGreyIntoRGBAndSixteenBitsKeepTheirDepth() {
    var canvas = black(2, 1)
    canvas.paint([0, 1], DisplayColour(red: 0xFFFF, green: 0x8080, blue: 0))
    #expect(canvas.image.samples == 3)
    #expect(canvas.image.bytes == [0, 0, 0, 255, 128, 0])
    var deep = black(2, 1, bits: 16)
    deep.blend(row: 0, from: 0, [0.5, 1], DisplayColour(grey: 0x1234))
    #expect(deep.image.bytes == [0x1A, 0x09, 0x34, 0x12])
  }

  @Test func drawingsThatTakeTooLongAreRefused() {
    var canvas = black(16, 16_000)
    var pen = Pen(colour: .white, width: 1)
    let zigzag = (0..<30_000).map { Point(Double($0 % 16), $0 % 2 == 0 ? 0 : 16_000) }
    #expect(throws: PixelError.self) { try pen.stroke(zigzag, on: &canvas) }
  }

  @Test func everySignOfASCIIHasAGlyphOfItsOwn() {
    let unknown = StrokeFont.glyphs("\u{65E5}")[0]
    var seen: Set<[[Point]]> = []
    for value in UInt8(0x21)..<0x7F {
      let glyph = StrokeFont.glyphs(String(UnicodeScalar(value)))[0]
      #expect(!glyph.lines.isEmpty && glyph.lines != unknown.lines, "\(value)")
      #expect(seen.insert(glyph.lines).inserted, "\(value) looks like another")
      #expect(glyph.lines.joined().allSatisfy { $0.x >= -0.5 && $0.x < glyph.advance && $0.y >= -4 && $0.y <= 11 })
    }
    #expect(StrokeFont.glyphs("é")[0].lines.count > StrokeFont.glyphs("e")[0].lines.count)
    #expect(StrokeFont.width("mm") == 2 * StrokeFont.glyphs("m")[0].advance)
  }

  @Test func turningAndMirroring() {
    let image = RenderedImage(width: 3, height: 2, samples: 1, bytes: [1, 2, 3, 4, 5, 6])
    #expect(image.rotated(quarterTurns: 1).bytes == [4, 1, 5, 2, 6, 3])
    #expect(image.rotated(quarterTurns: 2).bytes == [6, 5, 4, 3, 2, 1])
    #expect(image.rotated(quarterTurns: -1).bytes == [3, 6, 2, 5, 1, 4])
    #expect(image.flipped(columns: true, rows: false).bytes == [3, 2, 1, 6, 5, 4])
    #expect(image.rotated(quarterTurns: 1).width == 2)
    let deep = RenderedImage(width: 2, height: 1, samples: 1, bits: 16, bytes: [1, 2, 3, 4])
    #expect(deep.flipped(columns: true, rows: false).bytes == [3, 4, 1, 2])
  }

  @Test func cieLab() throws {
    let white = try #require(DisplayColour(cieLab: [0xFFFF, 0x8080, 0x8080]))
    #expect([white.red, white.green, white.blue].allSatisfy { $0 > 0xFE00 })
    #expect(DisplayColour(cieLab: [0, 0x8080, 0x8080]) == .black)
    // sRGB red is about L* 54.3, a* 80.8, b* 69.9 under D50.
    let red = try #require(DisplayColour(cieLab: [35_578, 53_664, 50_858]))
    #expect(red.red > 0xFD00 && red.green < 0x0800 && red.blue < 0x0800)
    #expect(DisplayColour(cieLab: [1, 2]) == nil)
  }
}
