// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import Testing

@testable import DICOMPixels

import struct DICOMCore.Tag

/// Blending presentation states on images (PS3.3 §C.11.14).
struct BlendingTests {
  private static let lower = UID("1.2.3.1")
  private static let upper = UID("1.2.3.2")

  private func set(_ position: String, _ image: UID) -> DataSet {
    var reference = DataSet()
    reference.set(.referencedSOPInstanceUID, image)
    var series = DataSet()
    series.set(.referencedImageSequence, items: [reference])
    var window = DataSet()
    window.set(.windowCenter, .DS, "127.5")
    window.set(.windowWidth, .DS, "255")
    window.set(.voiLUTFunction, .CS, "LINEAR_EXACT")
    var item = DataSet()
    item.set(.blendingPosition, .CS, position)
    item.set(.referencedSeriesSequence, items: [series])
    item.set(.softcopyVOILUTSequence, items: [window])
    return item
  }

  /// Red runs up over the palette, blue runs down.
  private func state(opacity: Float, _ change: (inout DataSet) -> Void = { _ in }) throws -> BlendingPresentation {
    var dataSet = DataSet()
    dataSet.set(.sopClassUID, .blendingSoftcopyPresentationStateStorage)
    dataSet.set(.blendingSequence, items: [set("UNDERLYING", Self.lower), set("SUPERIMPOSED", Self.upper)])
    dataSet.set(.relativeOpacity, .FL, doubles: [Double(opacity)])
    let ramp = (0..<256).map { $0 * 257 }
    let tables: [(Tag, Tag, [Int])] = [
      (.redPaletteColorLookupTableDescriptor, .redPaletteColorLookupTableData, ramp),
      (.greenPaletteColorLookupTableDescriptor, .greenPaletteColorLookupTableData, ramp.map { _ in 0 }),
      (.bluePaletteColorLookupTableDescriptor, .bluePaletteColorLookupTableData, ramp.reversed()),
    ]
    for (descriptor, data, entries) in tables {
      dataSet.set(descriptor, .US, integers: [256, 0, 16])
      dataSet.set(data, .OW, integers: entries)
    }
    change(&dataSet)
    return try BlendingPresentation(dataSet)
  }

  private func image(
    _ uid: UID, rows: Int, columns: Int, spacing: Double, z: Double, x: Double = 0, reference: UID = "1.2.9"
  ) throws -> (renderer: FrameRenderer, description: PixelDescription) {
    var dataSet = DataSet()
    dataSet.set(.sopInstanceUID, uid)
    dataSet.set(.frameOfReferenceUID, reference)
    dataSet.set(.imagePositionPatient, .DS, ["\(x)", "0", "\(z)"])
    dataSet.set(.imageOrientationPatient, .DS, ["1", "0", "0", "0", "1", "0"])
    dataSet.set(.pixelSpacing, .DS, ["\(spacing)", "\(spacing)"])
    let description = PixelDescription(rows: rows, columns: columns, bitsAllocated: 8)
    return (try FrameRenderer(dataSet, description: description), description)
  }

  private func plane(
    _ bytes: [UInt8], _ state: BlendingPresentation, rows: Int, columns: Int, spacing: Double, z: Double, x: Double = 0,
    reference: UID = "1.2.9"
  ) throws -> BlendingPlane {
    let (renderer, description) = try image(
      Self.upper, rows: rows, columns: columns, spacing: spacing, z: z, x: x, reference: reference)
    let frame = DecodedFrame(description, bytes: bytes)
    return try renderer.blendingPlane(frame, index: 0, transforms: state.superimposed)
  }

  private func blended(
    _ bytes: [UInt8], rows: Int, columns: Int, z: Double = 0, under planes: [BlendingPlane],
    _ state: BlendingPresentation, bits: Int = 8
  ) throws -> RenderedImage {
    let (renderer, description) = try image(Self.lower, rows: rows, columns: columns, spacing: 1, z: z)
    var options = RenderOptions()
    options.bits = bits
    return try renderer.render(
      DecodedFrame(description, bytes: bytes), index: 0, superimposed: planes, state: state, options: options)
  }

  @Test func mixesByOpacity() throws {
    let state = try state(opacity: 0.25)
    let planes = [try plane([0, 255, 0, 255], state, rows: 2, columns: 2, spacing: 1, z: 0)]
    let picture = try blended([0, 0, 255, 255], rows: 2, columns: 2, under: planes, state)
    #expect(picture.samples == 3)
    #expect(picture.bytes == [0, 0, 64, 64, 0, 0, 191, 191, 255, 255, 191, 191])
  }

  @Test(arguments: [Float(0), 1]) func showsOneSetAlone(_ opacity: Float) throws {
    let state = try state(opacity: opacity)
    let planes = [try plane([255, 255], state, rows: 1, columns: 2, spacing: 1, z: 0)]
    let picture = try blended([10, 200], rows: 1, columns: 2, under: planes, state)
    #expect(picture.bytes == (opacity == 0 ? [10, 10, 10, 200, 200, 200] : [255, 0, 0, 255, 0, 0]))
  }

  /// Coarse pixels beside one another and planes above one another are mixed by their distances.
  @Test func interpolatesInThePatient() throws {
    let state = try state(opacity: 1)
    let planes = [
      try plane([200, 0], state, rows: 1, columns: 2, spacing: 4, z: 4),
      try plane([0, 0], state, rows: 1, columns: 2, spacing: 4, z: 0),
    ]
    let picture = try blended([9, 9, 9, 9, 9], rows: 1, columns: 5, z: 1, under: planes, state)
    let red = stride(from: 0, to: 15, by: 3).map { picture.bytes[$0] }
    // A quarter of the way to the upper plane, whose pixels are 4 mm apart.
    #expect(red == [50, 38, 25, 13, 0] || red == [50, 37, 25, 12, 0])
  }

  @Test func showsWhatIsBelowWhereNothingReaches() throws {
    let state = try state(opacity: 1)
    let planes = [try plane([255], state, rows: 1, columns: 1, spacing: 1, z: 0, x: 2)]
    let picture = try blended([7, 8, 9, 10], rows: 1, columns: 4, under: planes, state)
    #expect(picture.bytes == [7, 7, 7, 8, 8, 8, 255, 0, 0, 10, 10, 10])
    let far = try blended([7, 8, 9, 10], rows: 1, columns: 4, z: 3, under: planes, state)
    #expect(far.bytes == [7, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10, 10])
  }

  @Test func refusesOtherFramesOfReference() throws {
    let state = try state(opacity: 1)
    let planes = [try plane([255], state, rows: 1, columns: 1, spacing: 1, z: 0, reference: "1.2.10")]
    #expect(throws: PixelError.self) { try blended([7], rows: 1, columns: 1, under: planes, state) }
  }

  @Test func knowsItsImages() throws {
    let state = try state(opacity: 0.5)
    #expect(state.position(of: Self.lower, frame: 0) == .underlying)
    #expect(state.position(of: Self.upper, frame: 3) == .superimposed)
    #expect(state.position(of: "1.2.3.9", frame: 0) == nil)
  }

  @Test func refusesWhatIsIncomplete() {
    #expect(throws: PixelError.self) { try state(opacity: 0.5) { $0.remove(.blendingSequence) } }
    #expect(throws: PixelError.self) { try state(opacity: 0.5) { $0.remove(.relativeOpacity) } }
    #expect(throws: PixelError.self) { try state(opacity: 7) }
    #expect(throws: PixelError.self) {
      try state(opacity: 1) { $0.set(.referencedSpatialRegistrationSequence, items: [DataSet()]) }
    }
  }
}
