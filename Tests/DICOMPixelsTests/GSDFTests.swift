// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import Testing

@testable import DICOMPixels

/// The Grayscale Standard Display Function; values of PS3.14 table B-1.
struct GSDFTests {
  @Test(arguments: [
    (1.0, 0.05), (2, 0.0547), (10, 0.0991), (100, 1.8508), (200, 8.2179), (500, 119.1318), (1000, 3439.159),
    (1023, 3993.3296),
  ])
  func luminanceOfAnIndex(_ index: Double, _ luminance: Double) {
    let own = GrayscaleStandardDisplayFunction.luminance(index: index)
    #expect(abs(own - luminance) / luminance < 2e-3)
  }

  @Test func bothWays() {
    for index in stride(from: 1.0, through: 1023, by: 7.3) {
      let luminance = GrayscaleStandardDisplayFunction.luminance(index: index)
      #expect(abs(GrayscaleStandardDisplayFunction.index(luminance: luminance) - index) < 1)
    }
    #expect(
      GrayscaleStandardDisplayFunction.index(luminance: 0) == GrayscaleStandardDisplayFunction.index(luminance: 0.05))
    #expect(GrayscaleStandardDisplayFunction.index(luminance: 1e9) <= 1023)
  }

  @Test func displayThatFollowsTheFunctionKeepsPValues() throws {
    let curve = (0..<256).map { level in
      GrayscaleStandardDisplayFunction.luminance(index: 50 + Double(level) * 2)
    }
    let display = try DisplayCalibration(luminances: curve)
    let levels = display.drivingLevels(count: 256)
    #expect(zip(levels, 0...).allSatisfy { abs($0 - $1) <= 1 })
  }

  @Test func equalStepsOfPValuesAreEqualStepsOfPerception() throws {
    let display = try DisplayCalibration(minimum: 0.5, maximum: 400, gamma: 2.2, levels: 1024, ambient: 0.3)
    let levels = display.drivingLevels(count: 64)
    #expect(levels.first == 0 && levels.last == 1023)
    let indices = levels.map {
      GrayscaleStandardDisplayFunction.index(luminance: display.luminances[$0] + display.ambient)
    }
    let steps = zip(indices.dropFirst(), indices).map { $0 - $1 }
    let mean = steps.reduce(0, +) / Double(steps.count)
    #expect(steps.allSatisfy { abs($0 - mean) < mean * 0.35 })
  }

  @Test func senselessDisplaysAreRefused() {
    #expect(throws: PixelError.self) { try DisplayCalibration(luminances: [1]) }
    #expect(throws: PixelError.self) { try DisplayCalibration(luminances: [5, 1]) }
    #expect(throws: PixelError.self) { try DisplayCalibration(luminances: [0, .nan, 3]) }
    #expect(throws: PixelError.self) { try DisplayCalibration(luminances: [0, 1], ambient: -1) }
  }

  @Test func picturesForADisplay() throws {
    let description = PixelDescription(rows: 1, columns: 3, bitsAllocated: 8)
    var options = RenderOptions()
    options.display = try DisplayCalibration(minimum: 0.5, maximum: 400)
    let image = try FrameRenderer(.init(), description: description)
      .render(DecodedFrame(description, bytes: [0, 128, 255]), index: 0, options: options)
    #expect(image.bits == 8)
    #expect(image.bytes[0] == 0 && image.bytes[2] == 255)
    // A display of gamma 2.2 is brighter in the middle than the function asks.
    #expect((70..<128).contains(image.bytes[1]))
  }
}
