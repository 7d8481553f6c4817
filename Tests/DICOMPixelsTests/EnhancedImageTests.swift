// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import Testing

@testable import DICOMPixels

import struct DICOMCore.Tag

/// What differs between frames, and pictures of other depths than a byte.
struct EnhancedImageTests {
  private func words(_ values: [Int]) -> [UInt8] {
    values.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
  }

  private func item(_ attributes: (inout DataSet) -> Void) -> DataSet {
    var item = DataSet()
    attributes(&item)
    return item
  }

  private func mapping(_ slope: Double, _ intercept: Double, _ label: String) -> DataSet {
    item {
      $0.set(.lutLabel, .SH, label)
      $0.set(.realWorldValueSlope, .FD, doubles: [slope])
      $0.set(.realWorldValueIntercept, .FD, doubles: [intercept])
      $0.set(.realWorldValueFirstValueMapped, .US, integers: [0])
      $0.set(.realWorldValueLastValueMapped, .US, integers: [255])
      $0.set(.measurementUnitsCodeSequence, items: [item { $0.set(.codeValue, .SH, "mm2/s") }])
    }
  }

  @Test func attributesOfAFrame() {
    let dataSet = item {
      let shared = item {
        $0.set(.pixelMeasuresSequence, items: [item { $0.set(.pixelSpacing, .DS, ["0.5", "0.25"]) }])
        $0.set(
          .planeOrientationSequence,
          items: [item { $0.set(.imageOrientationPatient, .DS, ["1", "0", "0", "0", "1", "0"]) }])
        $0.set(.realWorldValueMappingSequence, items: [mapping(2, 1, "ADC"), mapping(1, 0, "B")])
      }
      let own = item {
        $0.set(.planePositionSequence, items: [item { $0.set(.imagePositionPatient, .DS, ["1", "2", "3"]) }])
        $0.set(.frameAnatomySequence, items: [item { $0.set(.frameLaterality, .CS, "L") }])
      }
      $0.set(.sharedFunctionalGroupsSequence, items: [shared])
      $0.set(.perFrameFunctionalGroupsSequence, items: [DataSet(), own])
    }
    let frame = FrameAttributes(dataSet, frame: 1)
    #expect(frame.position == [1, 2, 3])
    #expect(frame.orientation == [1, 0, 0, 0, 1, 0])
    #expect(frame.pixelSpacing == [0.5, 0.25])
    #expect(frame.laterality == "L")
    #expect(frame.realWorldValues.map(\.label) == ["ADC", "B"])
    #expect(frame.realWorldValues[0].unit == "mm2/s")
    #expect(frame.realWorldValues[0].transform(10) == 21)
    #expect(FrameAttributes(dataSet, frame: 0).position == nil)
  }

  @Test func windowsInRealWorldUnits() throws {
    let dataSet = item {
      $0.set(.realWorldValueMappingSequence, items: [mapping(0.5, 10, "X")])
      $0.set(.rescaleSlope, .DS, "100")
      $0.set(.rescaleIntercept, .DS, "0")
    }
    let description = PixelDescription(rows: 1, columns: 3, bitsAllocated: 8)
    var options = RenderOptions(window: Window(center: 60, width: 100, function: .linearExact))
    options.windowsAreRealWorld = true
    let image = try FrameRenderer(dataSet, description: description)
      .render(DecodedFrame(description, bytes: [0, 100, 200]), index: 0, options: options)
    #expect(image.bytes == [0, 128, 255])
    #expect(throws: PixelError.self) {
      try FrameRenderer(DataSet(), description: description)
        .render(DecodedFrame(description, bytes: [0, 1, 2]), index: 0, options: options)
    }
  }

  @Test func severalWindowsAndLUTsAreChosenByTheirNumber() throws {
    let dataSet = item {
      $0.set(.windowCenter, .DS, ["10", "100"])
      $0.set(.windowWidth, .DS, ["2", "200"])
      $0.set(.windowCenterWidthExplanation, .LO, ["LUNG", "BONE"])
      $0.set(.voiLUTFunction, .CS, "LINEAR_EXACT")
      let table = item {
        $0.set(.lutDescriptor, .US, integers: [2, 50, 8])
        $0.set(.lutData, .OW, integers: [0, 255])
        $0.set(.lutExplanation, .LO, "EDGE")
      }
      $0.set(.voiLUTSequence, items: [table])
    }
    let description = PixelDescription(rows: 1, columns: 2, bitsAllocated: 8)
    let renderer = try FrameRenderer(dataSet, description: description)
    #expect(renderer.choices(frame: 0).map(\.explanation) == ["LUNG", "BONE", "EDGE"])
    func render(_ voi: VOISelection) throws -> [UInt8] {
      var options = RenderOptions()
      options.voi = voi
      return try renderer.render(DecodedFrame(description, bytes: [50, 100]), index: 0, options: options).bytes
    }
    #expect(try render(.automatic) == [255, 255])
    #expect(try render(.stored(1)) == [64, 128])
    #expect(try render(.stored(2)) == [0, 255])
    #expect(try render(.frameRange) == [0, 255])
    #expect(try render(.storedRange) == [50, 100])
    #expect(throws: PixelError.self) { try render(.stored(3)) }
  }

  @Test func sixteenBits() throws {
    let description = PixelDescription(rows: 1, columns: 3, bitsAllocated: 16, bitsStored: 12)
    let frame = DecodedFrame(description, bytes: words([0, 2048, 4095]))
    var options = RenderOptions()
    options.voi = .storedRange
    options.bits = 16
    let image = try FrameRenderer(DataSet(), description: description).render(frame, index: 0, options: options)
    #expect(image.bits == 16)
    #expect(image.bytes == words([0, 32_776, 65_535]))
    let half = ImageScaler.scale(image, width: 1, height: 1)
    #expect(half.bytes.count == 2)
    options.bits = 12
    #expect(throws: PixelError.self) {
      try FrameRenderer(DataSet(), description: description).render(frame, index: 0, options: options)
    }
  }

  @Test(arguments: [(8, 8), (16, 12), (16, 16), (32, 32)])
  func colourOfEveryDepth(_ allocated: Int, _ stored: Int) throws {
    let description = PixelDescription(
      rows: 1, columns: 1, samplesPerPixel: 3, bitsAllocated: allocated, bitsStored: stored, photometric: .rgb)
    let full = (1 << stored) - 1
    let bytes = [0, full / 2, full].flatMap { value in
      (0..<allocated / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
    let renderer = try FrameRenderer(DataSet(), description: description)
    let image = try renderer.render(DecodedFrame(description, bytes: bytes), index: 0)
    #expect(image.bytes == [0, 127, 255])
    var options = RenderOptions()
    options.bits = 16
    let deep = try renderer.render(DecodedFrame(description, bytes: bytes), index: 0, options: options)
    #expect(deep.bytes.suffix(2) == [255, 255])
    #expect((126...128).contains(deep.bytes[3]))
  }

  @Test func paddingIsBlackAndRangesCount() throws {
    let dataSet = item {
      $0.set(.pixelPaddingValue, .US, integers: [250])
      $0.set(.pixelPaddingRangeLimit, .US, integers: [255])
    }
    let description = PixelDescription(rows: 1, columns: 4, bitsAllocated: 16, photometric: .monochrome1)
    let frame = DecodedFrame(description, bytes: words([0, 100, 250, 255]))
    let renderer = try FrameRenderer(dataSet, description: description)
    #expect(try renderer.render(frame, index: 0).bytes == [255, 0, 0, 0])
    var options = RenderOptions()
    options.voi = .storedRange
    options.blackensPadding = false
    #expect(try renderer.render(frame, index: 0, options: options).bytes == [255, 255, 254, 254])
  }

  @Test func supplementalPalettesColourTheirPart() throws {
    let dataSet = item {
      $0.set(.pixelPresentation, .CS, "MIXED")
      let tables: [(Tag, Tag)] = [
        (.redPaletteColorLookupTableDescriptor, .redPaletteColorLookupTableData),
        (.greenPaletteColorLookupTableDescriptor, .greenPaletteColorLookupTableData),
        (.bluePaletteColorLookupTableDescriptor, .bluePaletteColorLookupTableData),
      ]
      for (descriptor, data) in tables {
        $0.set(descriptor, .US, integers: [2, 200, 16])
        $0.set(data, .OW, integers: descriptor == tables[0].0 ? [0x1000, 0xFF00] : [0x2000, 0])
      }
      $0.set(.windowCenter, .DS, "100")
      $0.set(.windowWidth, .DS, "200")
      $0.set(.voiLUTFunction, .CS, "LINEAR_EXACT")
    }
    let description = PixelDescription(rows: 1, columns: 4, bitsAllocated: 16)
    let frame = DecodedFrame(description, bytes: words([0, 100, 200, 201]))
    let image = try FrameRenderer(dataSet, description: description).render(frame, index: 0)
    #expect(image.bytes == [0, 0, 0, 128, 128, 128, 0x10, 0x20, 0x20, 0xFF, 0, 0])
    var grey = dataSet
    grey.set(.pixelPresentation, .CS, "MONOCHROME")
    #expect(try FrameRenderer(grey, description: description).render(frame, index: 0).samples == 1)
  }

  @Test func profilesOfColourImagesAreCarried() throws {
    let dataSet = item { $0.set(DataElement(tag: .iccProfile, vr: .OB, value: .bytes(ByteSlice([1, 2, 3, 4])))) }
    let colour = PixelDescription(rows: 1, columns: 1, samplesPerPixel: 3, bitsAllocated: 8, photometric: .rgb)
    let image = try FrameRenderer(dataSet, description: colour).render(
      DecodedFrame(colour, bytes: [1, 2, 3]), index: 0)
    #expect(image.iccProfile == [1, 2, 3, 4])
  }
}
