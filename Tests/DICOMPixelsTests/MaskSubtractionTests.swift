// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import Testing

@testable import DICOMPixels

import struct DICOMCore.Tag

/// What presentation states subtract from the frames of X-ray series (PS3.3 §C.7.6.10, §C.11.13, §C.11.19).
struct MaskSubtractionTests {
  private static let description = PixelDescription(
    rows: 2, columns: 3, bitsAllocated: 16, isSigned: false, numberOfFrames: 4)

  private static let frames: [[UInt16]] = [
    [10, 20, 30, 40, 50, 60], [20, 30, 40, 50, 60, 70], [100, 100, 100, 100, 100, 100], [7, 7, 7, 7, 7, 107],
  ]

  private func frame(_ index: Int) -> DecodedFrame {
    DecodedFrame(Self.description, bytes: Self.frames[index].flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
  }

  private func item(_ operation: String, _ attributes: (inout DataSet) -> Void = { _ in }) -> DataSet {
    var item = DataSet()
    item.set(.maskOperation, .CS, operation)
    attributes(&item)
    return item
  }

  private func average(_ numbers: [Int], _ attributes: (inout DataSet) -> Void = { _ in }) -> DataSet {
    item("AVG_SUB") {
      $0.set(.maskFrameNumbers, .US, integers: numbers)
      attributes(&$0)
    }
  }

  private func shift(_ rows: Float, _ columns: Float) -> DataElement {
    let bytes = [rows, columns].flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
    return DataElement(tag: .maskSubPixelShift, vr: .FL, value: .bytes(ByteSlice(bytes)))
  }

  private func state(_ items: [DataSet], _ attributes: (inout DataSet) -> Void = { _ in }) throws
    -> SoftcopyPresentation
  {
    var dataSet = DataSet()
    dataSet.set(.sopClassUID, UID(SoftcopyPresentation.Kind.grayscale.rawValue))
    dataSet.set(.maskSubtractionSequence, items: items)
    attributes(&dataSet)
    return try SoftcopyPresentation(dataSet)
  }

  private func values(
    _ items: [DataSet], frame index: Int, _ attributes: (inout DataSet) -> Void = { _ in }
  ) throws -> [Double]? {
    guard
      let subtraction = try state(items, attributes)
        .subtraction(for: "1.2.3.4", frame: index, of: Self.frames.count, isSigned: false)
    else { return nil }
    let difference = try subtraction.difference { frame($0) }
    #expect(difference.format == .float && difference.bitsAllocated == 64)
    return difference.bytes.withUnsafeBytes { Array($0.assumingMemoryBound(to: Double.self)) }
  }

  @Test func theMeanOfMaskFramesIsSubtracted() throws {
    #expect(try values([average([1, 2])], frame: 2) == [85, 75, 65, 55, 45, 35])
    #expect(try values([average([1])], frame: 0) == [0, 0, 0, 0, 0, 0])
  }

  /// From the third frame on: the second is the mask of the third, the first that of the fourth; of the frames before
  /// the range nothing is subtracted, nor where the mask would lie before the first (PS3.3 §C.7.6.10.1.1).
  @Test func aReversedIntervalGoesBackAsFramesGoOn() throws {
    func reversed(_ offset: Int, _ range: [Int]) -> DataSet {
      item("REV_TID") {
        $0.set(.applicableFrameRange, .US, integers: range)
        $0.set(.tidOffset, .SS, integers: [offset])
      }
    }
    #expect(try values([reversed(1, [3, 4])], frame: 2) == [80, 70, 60, 50, 40, 30])
    #expect(try values([reversed(1, [3, 4])], frame: 3) == [-3, -13, -23, -33, -43, 47])
    #expect(try values([reversed(1, [3, 4])], frame: 1) == nil)
    #expect(try values([reversed(2, [3, 4])], frame: 3) == nil)
    #expect(try values([reversed(-2, [1, 2, 4, 4])], frame: 0) == [-90, -80, -70, -60, -50, -40])
    #expect(try values([reversed(-2, [1, 2, 4, 4])], frame: 1) == [0, 0, 0, 0, 0, 0])
    for (offset, range) in [(32_767, [3, 4]), (-32_768, [3, 4]), (1, [9, 9])] {
      #expect(try values([reversed(offset, range)], frame: 2) == nil)
    }
    #expect(throws: PixelError.self) { try values([reversed(1, [0, 4])], frame: 2) }
    #expect(throws: PixelError.self) { try values([reversed(1, [3])], frame: 2) }
  }

  @Test func theModalityTransformOfTheStateComesFirst() throws {
    let found = try values([average([2])], frame: 2) {
      $0.set(.rescaleSlope, .DS, "2")
      $0.set(.rescaleIntercept, .DS, "-5")
    }
    #expect(found == [160, 140, 120, 100, 80, 60])
  }

  @Test func intervalsAreCountedBack() throws {
    let back = item("TID") { $0.set(.tidOffset, .SS, integers: [2]) }
    #expect(try values([back], frame: 1) == nil)
    #expect(try values([back], frame: 2) == [90, 80, 70, 60, 50, 40])
    #expect(try values([item("TID")], frame: 1) == [10, 10, 10, 10, 10, 10])
    let forth = item("TID") { $0.set(.tidOffset, .SS, integers: [-1]) }
    #expect(try values([forth], frame: 0) == [-10, -10, -10, -10, -10, -10])
    #expect(try values([forth], frame: 3) == nil)
  }

  @Test func theFirstItemForAFrameHolds() throws {
    let items = [
      average([1]) { $0.set(.applicableFrameRange, .US, integers: [2, 2, 4, 4]) }, item("NONE"),
      average([2]) { $0.set(.applicableFrameRange, .US, integers: [3, 4]) },
    ]
    #expect(try values(items, frame: 0) == nil)
    #expect(try values(items, frame: 1) == [10, 10, 10, 10, 10, 10])
    #expect(try values(items, frame: 2) == [80, 70, 60, 50, 40, 30])
    #expect(try values(items, frame: 3) == [-3, -13, -23, -33, -43, 47])
  }

  @Test func contrastFramesAreAveraged() throws {
    let both = average([1]) { $0.set(.contrastFrameAveraging, .US, integers: [2]) }
    #expect(try values([both], frame: 1) == [50, 45, 40, 35, 30, 25])
    #expect(try values([both], frame: 3) == [-3, -13, -23, -33, -43, 47])
  }

  @Test func theMaskMovesDownAndRight() throws {
    #expect(try values([average([1]) { $0.set(shift(1, 0)) }], frame: 2) == [90, 80, 70, 90, 80, 70])
    #expect(try values([average([1]) { $0.set(shift(0, -1)) }], frame: 2) == [80, 70, 70, 50, 40, 40])
    #expect(try values([average([1]) { $0.set(shift(0.5, 0.5)) }], frame: 2) == [90, 85, 75, 75, 70, 60])
    #expect(try values([average([1]) { $0.set(shift(-1e30, 0)) }], frame: 2) == [60, 50, 40, 60, 50, 40])
  }

  @Test func regionsMoveByThemselves() throws {
    func region(_ element: DataElement, _ vertices: [Int]) -> DataSet {
      var region = DataSet()
      region.set(element)
      if !vertices.isEmpty { region.set(.verticesOfTheRegion, .SS, integers: vertices) }
      return region
    }
    func shifts(_ regions: [DataSet], _ frames: [Int]) -> DataSet {
      var shifts = DataSet()
      shifts.set(.pixelShiftFrameRange, .US, integers: frames)
      shifts.set(.regionPixelShiftSequence, items: regions)
      return shifts
    }
    let left = region(shift(0, -1), [1, 1, 1, 2, 2, 2, 2, 1])
    let item = average([1]) {
      $0.set(.pixelShiftSequence, items: [shifts([region(shift(1, 0), []), left], [3, 3]), shifts([left], [4, 4])])
    }
    #expect(try values([item], frame: 2) == [80, 70, 70, 50, 40, 70])
    #expect(try values([item], frame: 3) == [-13, -23, -23, -43, -53, 47])
    #expect(try values([item], frame: 1) == [10, 10, 10, 10, 10, 10])
  }

  @Test func tablesMakeIntensitiesLogarithmic() throws {
    let item = average([1]) {
      var table = DataSet()
      table.set(.lutDescriptor, .US, integers: [3, 9, 16])
      table.set(.lutData, .OW, integers: [1, 2, 4])
      table.set(.lutFunction, .CS, "TO_LOG")
      table.set(.lutFrameRange, .US, integers: [1, 1])
      $0.set(.pixelIntensityRelationshipLUTSequence, items: [table])
    }
    #expect(try values([item], frame: 2) == [98, 96, 96, 96, 96, 96])
  }

  @Test func aDifferenceIsWindowedLikeValues() throws {
    var image = DataSet()
    image.set(.sopInstanceUID, UID("1.2.3.4"))
    var options = RenderOptions()
    options.presentation = try state([average([1])]) {
      var window = DataSet()
      window.set(.windowCenter, .DS, "65")
      window.set(.windowWidth, .DS, "50")
      window.set(.voiLUTFunction, .CS, "LINEAR_EXACT")
      $0.set(.softcopyVOILUTSequence, items: [window])
    }
    let renderer = try FrameRenderer(image, description: Self.description)
    let subtraction = try #require(try renderer.subtraction(frame: 2, options: options))
    let picture = try renderer.render(try subtraction.difference { frame($0) }, index: 2, options: options)
    #expect(picture.bytes == [255, 204, 153, 102, 51, 0])
    #expect(throws: PixelError.self) { try renderer.render(frame(2), index: 2, options: options) }
  }

  @Test(arguments: [["NONE"], ["TID", "0"]])
  func nothingIsSubtracted(_ words: [String]) throws {
    let item = item(words[0]) { if words.count > 1 { $0.set(.tidOffset, .SS, integers: [9]) } }
    #expect(try values([item], frame: 2) == nil)
  }

  @Test func whatCannotBeSubtractedIsRefused() throws {
    #expect(throws: PixelError.self) { try values([item("REV_TID")], frame: 1) }
    #expect(throws: PixelError.self) { try values([item("MAX_SUB")], frame: 1) }
    for numbers in [[], [0], [5], [Int](repeating: 1, count: 257)] {
      #expect(throws: PixelError.self) { try values([average(numbers)], frame: 1) }
    }
    let long = average([1]) { $0.set(.contrastFrameAveraging, .US, integers: [300]) }
    #expect(throws: PixelError.self) { try values([long], frame: 1) }
    let subtraction = try #require(
      try state([average([1])]).subtraction(for: nil, frame: 2, of: 4, isSigned: false))
    let colour = PixelDescription(rows: 2, columns: 3, samplesPerPixel: 3, bitsAllocated: 8, photometric: .rgb)
    #expect(throws: PixelError.self) {
      try subtraction.difference { _ in DecodedFrame(colour, bytes: [UInt8](repeating: 0, count: 18)) }
    }
    let small = PixelDescription(rows: 1, columns: 3, bitsAllocated: 16)
    #expect(throws: PixelError.self) {
      try subtraction.difference { $0 == 2 ? frame($0) : DecodedFrame(small, bytes: [0, 0, 0, 0, 0, 0]) }
    }
  }
}
