// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMPixels
import Testing

/// The grey scale pipeline and its parts (PS3.3 §C.11).
struct RenderingTests {
  private func frame(_ bytes: [UInt8], _ description: PixelDescription) -> DecodedFrame {
    DecodedFrame(description, bytes: bytes)
  }

  private func row(_ count: Int, bits: Int = 8, signed: Bool = false, _ photometric: PhotometricInterpretation)
    -> PixelDescription
  {
    PixelDescription(rows: 1, columns: count, bitsAllocated: bits, isSigned: signed, photometric: photometric)
  }

  private func words(_ values: [Int]) -> [UInt8] {
    values.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
  }

  @Test func linearWindowOfTheStandardsExample() {
    // PS3.3 §C.11.2.1.2.1: c=2048, w=4096 covers 0 to 4095.
    let window = Window(center: 2048, width: 4096)
    #expect(window(0) == 0)
    #expect(window(4095) == 1)
    #expect(abs(window(2047.5) - 0.5) < 1e-12)
    // c=0, w=1: a threshold.
    #expect(Window(center: 0, width: 1)(-0.5) == 0)
    #expect(Window(center: 0, width: 1)(0) == 1)
  }

  @Test func otherFunctions() {
    let exact = Window(center: 50, width: 100, function: .linearExact)
    #expect(exact(0) == 0)
    #expect(exact(25) == 0.25)
    #expect(exact(101) == 1)
    let sigmoid = Window(center: 50, width: 100, function: .sigmoid)
    #expect(sigmoid(50) == 0.5)
    #expect(abs(sigmoid(75) - 1 / (1 + 0.36787944117)) < 1e-9)
    #expect(!Window(center: 0, width: 0.5).isValid)
    #expect(Window(center: 0, width: 0.5, function: .linearExact).isValid)
  }

  @Test func rescaleAndWindowOfSignedValues() throws {
    var dataSet = DataSet()
    dataSet.set(.rescaleSlope, .DS, "2")
    dataSet.set(.rescaleIntercept, .DS, "-1000")
    dataSet.set(.windowCenter, .DS, ["0.5", "9"])
    dataSet.set(.windowWidth, .DS, ["401", "1"])
    let description = row(4, bits: 16, signed: true, .monochrome2)
    let renderer = try FrameRenderer(dataSet, description: description)
    let image = try renderer.render(frame(words([-5, 400, 500, 600]), description), index: 0)
    #expect(image.bytes == [0, 0, 128, 255])
    let own = try renderer.render(
      frame(words([-5, 400, 500, 600]), description), index: 0,
      options: RenderOptions(window: Window(center: 0, width: 2020, function: .linearExact)))
    #expect(own.bytes == [0, 102, 128, 153])
  }

  @Test func withoutWindowTheRangeOfTheImageIsShownAndPaddingIsNotPartOfIt() throws {
    var dataSet = DataSet()
    dataSet.set(.pixelPaddingValue, .SS, integers: [-2000])
    let description = row(4, bits: 16, signed: true, .monochrome2)
    let image = try FrameRenderer(dataSet, description: description)
      .render(frame(words([-2000, 0, 50, 100]), description), index: 0)
    #expect(image.bytes == [0, 0, 128, 255])
  }

  @Test func monochrome1IsShownInverse() throws {
    let description = row(3, bits: 16, .monochrome1)
    let image = try FrameRenderer(DataSet(), description: description)
      .render(frame(words([0, 100, 200]), description), index: 0)
    #expect(image.bytes == [255, 128, 0])
    let bytes = row(3, .monochrome1)
    let own = try FrameRenderer(DataSet(), description: bytes).render(frame([0, 100, 255], bytes), index: 0)
    #expect(own.bytes == [255, 155, 0])
  }

  @Test func lookupTables() throws {
    var modality = DataSet()
    modality.set(.lutDescriptor, .US, integers: [3, 10, 16])
    modality.set(.lutData, .OW, integers: [1000, 2000, 3000])
    var voi = DataSet()
    voi.set(.lutDescriptor, .US, integers: [2, 2000, 8])
    voi.set(.lutData, .OW, integers: [7, 250])
    var dataSet = DataSet()
    dataSet.set(.modalityLUTSequence, items: [modality])
    dataSet.set(.voiLUTSequence, items: [voi])
    let description = row(4, .monochrome2)
    let image = try FrameRenderer(dataSet, description: description)
      .render(frame([9, 11, 12, 200], description), index: 0)
    #expect(image.bytes == [7, 7, 250, 250])
  }

  @Test func functionalGroupsOfTheFrameWin() throws {
    func group(_ intercept: String) -> DataSet {
      var transformation = DataSet()
      transformation.set(.rescaleSlope, .DS, "1")
      transformation.set(.rescaleIntercept, .DS, intercept)
      var item = DataSet()
      item.set(.pixelValueTransformationSequence, items: [transformation])
      return item
    }
    var dataSet = DataSet()
    dataSet.set(.windowCenter, .DS, "100")
    dataSet.set(.windowWidth, .DS, "200")
    dataSet.set(.sharedFunctionalGroupsSequence, items: [group("1000")])
    dataSet.set(.perFrameFunctionalGroupsSequence, items: [group("0"), group("-500")])
    let description = row(1, .monochrome2)
    let renderer = try FrameRenderer(dataSet, description: description)
    let grey = try (0..<3).map { try renderer.render(frame([100], description), index: $0).bytes[0] }
    #expect(grey == [128, 0, 255])
  }

  @Test func floatsAreRendered() throws {
    let description = PixelDescription(rows: 1, columns: 3, bitsAllocated: 32, format: .float)
    let bytes = [Float(-1), 0, .nan].flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * $0)) }
    }
    let image = try FrameRenderer(DataSet(), description: description).render(frame(bytes, description), index: 0)
    #expect(image.bytes == [0, 255, 0])
  }

  @Test func pixelsThatAreNotSquareChangeTheShape() throws {
    var dataSet = DataSet()
    dataSet.set(.pixelAspectRatio, .IS, ["2", "1"])
    let description = PixelDescription(rows: 10, columns: 10, bitsAllocated: 8)
    let renderer = try FrameRenderer(dataSet, description: description)
    let decoded = frame([UInt8](repeating: 9, count: 100), description)
    let image = try renderer.render(decoded, index: 0)
    #expect((image.width, image.height) == (10, 20))
    let thumbnail = try renderer.render(decoded, index: 0, options: RenderOptions(viewport: (40, 40)))
    #expect((thumbnail.width, thumbnail.height) == (20, 40))
    let small = try renderer.render(
      decoded, index: 0, options: RenderOptions(viewport: (400, 400), onlyShrinks: true))
    #expect((small.width, small.height) == (10, 20))
  }

  @Test func regionsAreCutOut() throws {
    let description = PixelDescription(rows: 2, columns: 3, bitsAllocated: 8, photometric: .monochrome2)
    let renderer = try FrameRenderer(DataSet(), description: description)
    let decoded = frame([0, 51, 102, 153, 204, 255], description)
    let image = try renderer.render(
      decoded, index: 0, options: RenderOptions(region: .init(x: 1, y: 1, width: 9, height: 9)))
    #expect(image.bytes == [204, 255])
    #expect(throws: PixelError.self) {
      try renderer.render(decoded, index: 0, options: RenderOptions(region: .init(x: 3, y: 0, width: 1, height: 1)))
    }
  }

  @Test func scalingAveragesDownAndInterpolatesUp() {
    let image = RenderedImage(width: 4, height: 2, samples: 1, bytes: [0, 100, 200, 200, 100, 200, 0, 0])
    #expect(ImageScaler.scale(image, width: 2, height: 1).bytes == [100, 100])
    let pair = RenderedImage(width: 2, height: 1, samples: 1, bytes: [0, 200])
    #expect(ImageScaler.scale(pair, width: 4, height: 1).bytes == [0, 50, 150, 200])
    let colour = RenderedImage(width: 2, height: 1, samples: 3, bytes: [0, 10, 20, 100, 30, 40])
    #expect(ImageScaler.scale(colour, width: 1, height: 1).bytes == [50, 20, 30])
  }

  @Test func scalingKeepsAFlatImageFlat() {
    let flat = RenderedImage(width: 17, height: 13, samples: 1, bytes: [UInt8](repeating: 255, count: 17 * 13))
    for (width, height) in [(5, 3), (40, 31), (17, 2), (1, 1), (3, 40)] {
      let scaled = ImageScaler.scale(flat, width: width, height: height)
      #expect(scaled.bytes.allSatisfy { $0 == 255 }, "\(width) × \(height)")
    }
  }
}
