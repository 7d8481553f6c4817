// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import Testing

@testable import DICOMPixels

import struct DICOMCore.Tag

/// Softcopy presentation states on images (PS3.4 Annex N).
struct PresentationTests {
  private static let image = UID("1.2.3.4")

  private func image(_ description: PixelDescription, _ attributes: (inout DataSet) -> Void = { _ in }) throws
    -> FrameRenderer
  {
    var dataSet = DataSet()
    dataSet.set(.sopInstanceUID, Self.image)
    attributes(&dataSet)
    return try FrameRenderer(dataSet, description: description)
  }

  private func reference(frames: [Int] = [], to uid: UID = Self.image) -> DataSet {
    var item = DataSet()
    item.set(.referencedSOPInstanceUID, uid)
    if !frames.isEmpty { item.set(.referencedFrameNumber, .IS, frames.map { String($0) }) }
    return item
  }

  private func state(_ attributes: (inout DataSet) -> Void = { _ in }) throws -> SoftcopyPresentation {
    var dataSet = DataSet()
    dataSet.set(.sopClassUID, UID(SoftcopyPresentation.Kind.grayscale.rawValue))
    var series = DataSet()
    series.set(.referencedImageSequence, items: [reference()])
    dataSet.set(.referencedSeriesSequence, items: [series])
    attributes(&dataSet)
    return try SoftcopyPresentation(dataSet)
  }

  private func render(
    _ renderer: FrameRenderer, _ frame: DecodedFrame, _ state: SoftcopyPresentation, index: Int = 0,
    viewport: (Int, Int)? = nil
  ) throws -> RenderedImage {
    var options = RenderOptions()
    options.presentation = state
    options.viewport = viewport
    return try renderer.render(frame, index: index, options: options)
  }

  private let row = PixelDescription(rows: 1, columns: 3, bitsAllocated: 8)

  private func window(_ center: String, _ width: String, for references: [DataSet] = []) -> DataSet {
    var item = DataSet()
    item.set(.windowCenter, .DS, center)
    item.set(.windowWidth, .DS, width)
    item.set(.voiLUTFunction, .CS, "LINEAR_EXACT")
    if !references.isEmpty { item.set(.referencedImageSequence, items: references) }
    return item
  }

  @Test func theStateReplacesWhatTheImageSays() throws {
    let renderer = try image(PixelDescription(rows: 1, columns: 3, bitsAllocated: 8, photometric: .monochrome1)) {
      $0.set(.windowCenter, .DS, "1")
      $0.set(.windowWidth, .DS, "1")
      $0.set(.rescaleIntercept, .DS, "-100")
      $0.set(.rescaleSlope, .DS, "1")
    }
    let frame = DecodedFrame(
      PixelDescription(rows: 1, columns: 3, bitsAllocated: 8, photometric: .monochrome1), bytes: [0, 100, 255])
    // No VOI transform: all values. MONOCHROME1 does not count (PS3.4 §N.2.1.1).
    #expect(try render(renderer, frame, state()).bytes == [0, 100, 255])
    let inverse = try state { $0.set(.presentationLUTShape, .CS, "INVERSE") }
    #expect(try render(renderer, frame, inverse).bytes == [255, 155, 0])
    let windowed = try state {
      $0.set(.rescaleIntercept, .DS, "1000")
      $0.set(.rescaleSlope, .DS, "2")
      $0.set(.softcopyVOILUTSequence, items: [window("1200", "400")])
    }
    #expect(try render(renderer, frame, windowed).bytes == [0, 128, 255])
  }

  @Test func presentationLUTTable() throws {
    let state = try state {
      var item = DataSet()
      item.set(.lutDescriptor, .US, integers: [256, 0, 12])
      item.set(.lutData, .OW, integers: (0..<256).map { $0 < 128 ? 0 : 4095 })
      $0.set(.presentationLUTSequence, items: [item])
    }
    #expect(try render(image(row), DecodedFrame(row, bytes: [0, 127, 128]), state).bytes == [0, 0, 255])
  }

  @Test func windowsBelongToImagesAndFrames() throws {
    let state = try state {
      $0.set(
        .softcopyVOILUTSequence,
        items: [
          window("50", "100", for: [reference(to: UID("9.9"))]), window("10", "20", for: [reference(frames: [2])]),
          window("100", "200", for: [reference(frames: [1, 3])]),
        ])
    }
    #expect(state.voi(for: Self.image, frame: 1, signedInput: false)?(10) == 0.5)
    #expect(state.voi(for: Self.image, frame: 2, signedInput: false)?(100) == 0.5)
    #expect(state.voi(for: Self.image, frame: 3, signedInput: false) == nil)
    #expect(state.applies(to: Self.image, frame: 7))
    #expect(!state.applies(to: UID("9.9"), frame: 0))
  }

  @Test func rotationComesBeforeTheFlip() throws {
    let square = PixelDescription(rows: 2, columns: 2, bitsAllocated: 8)
    let frame = DecodedFrame(square, bytes: [1, 2, 3, 4])
    func turned(_ degrees: Int, _ flip: String) throws -> [UInt8] {
      try render(
        image(square), frame,
        state {
          $0.set(.imageRotation, .US, integers: [degrees])
          $0.set(.imageHorizontalFlip, .CS, flip)
        }
      ).bytes
    }
    #expect(try turned(90, "N") == [3, 1, 4, 2])
    #expect(try turned(90, "Y") == [1, 3, 2, 4])
    #expect(try turned(180, "N") == [4, 3, 2, 1])
    #expect(try turned(270, "Y") == [4, 2, 3, 1])
  }

  private func area(_ first: [Int], _ last: [Int], _ mode: String, _ more: (inout DataSet) -> Void = { _ in })
    -> DataSet
  {
    var item = DataSet()
    item.set(.displayedAreaTopLeftHandCorner, .SL, integers: first)
    item.set(.displayedAreaBottomRightHandCorner, .SL, integers: last)
    item.set(.presentationSizeMode, .CS, mode)
    more(&item)
    return item
  }

  @Test func displayedAreas() throws {
    let square = PixelDescription(rows: 4, columns: 4, bitsAllocated: 8)
    let frame = DecodedFrame(square, bytes: (1...16).map { $0 })
    func shown(_ item: DataSet, _ viewport: (Int, Int)? = nil) throws -> RenderedImage {
      try render(
        image(square), frame, state { $0.set(.displayedAreaSelectionSequence, items: [item]) }, viewport: viewport)
    }
    let part = try shown(area([2, 3], [3, 3], "SCALE TO FIT"))
    #expect(part.bytes == [10, 11])
    // Beyond the image there is black; corners may come in the other order after a rotation.
    let beyond = try shown(area([5, 1], [4, 2], "SCALE TO FIT"))
    #expect(beyond.bytes == [4, 0, 8, 0])
    let large = try shown(
      area([1, 1], [4, 4], "MAGNIFY") { $0.set(.presentationPixelMagnificationRatio, .FL, doubles: [3]) })
    #expect((large.width, large.height) == (12, 12))
    let cut = try shown(
      area([1, 1], [4, 4], "MAGNIFY") { $0.set(.presentationPixelMagnificationRatio, .FL, doubles: [3]) }, (6, 4))
    #expect((cut.width, cut.height) == (6, 4))
    let real = try shown(
      area([1, 1], [4, 4], "TRUE SIZE") { $0.set(.presentationPixelSpacing, .DS, ["0.529166", "0.264583"]) })
    #expect((real.width, real.height) == (4, 8))
    let fit = try shown(
      area([1, 1], [4, 4], "SCALE TO FIT") { $0.set(.presentationPixelAspectRatio, .IS, ["2", "1"]) }, (100, 80))
    #expect((fit.width, fit.height) == (40, 80))
    #expect(throws: PixelError.self) {
      try shown(area([1, 1], [4, 4], "MAGNIFY") { $0.set(.presentationPixelMagnificationRatio, .FL, doubles: [1e6]) })
    }
  }

  private func drawing(_ layer: String, _ graphics: [DataSet], _ texts: [DataSet] = []) -> DataSet {
    var item = DataSet()
    item.set(.graphicLayer, .CS, layer)
    if !graphics.isEmpty { item.set(.graphicObjectSequence, items: graphics) }
    if !texts.isEmpty { item.set(.textObjectSequence, items: texts) }
    return item
  }

  private func graphic(_ type: String, _ data: [Double], units: String = "PIXEL", filled: String = "N") -> DataSet {
    var item = DataSet()
    item.set(.graphicAnnotationUnits, .CS, units)
    item.set(.graphicData, .FL, doubles: data)
    item.set(.graphicType, .CS, type)
    item.set(.graphicFilled, .CS, filled)
    return item
  }

  private func layer(_ name: String, _ order: Int, grey: Int) -> DataSet {
    var item = DataSet()
    item.set(.graphicLayer, .CS, name)
    item.set(.graphicLayerOrder, .IS, String(order))
    item.set(.graphicLayerRecommendedDisplayGrayscaleValue, .US, integers: [grey])
    return item
  }

  @Test func drawingsFollowTheGeometryAndTheLayers() throws {
    let square = PixelDescription(rows: 100, columns: 100, bitsAllocated: 8)
    let frame = DecodedFrame(square, bytes: [UInt8](repeating: 0, count: 10_000))
    let state = try state {
      $0.set(.graphicLayerSequence, items: [layer("TOP", 2, grey: 0xFFFF), layer("LOW", 1, grey: 0x4040)])
      let box: [Double] = [10, 20, 30, 20, 30, 40, 10, 40, 10, 20]
      $0.set(
        .graphicAnnotationSequence,
        items: [
          drawing("TOP", [graphic("POLYLINE", box, filled: "Y")]),
          drawing("LOW", [graphic("POLYLINE", [0, 0, 1, 0, 1, 1, 0, 1], units: "DISPLAY", filled: "Y")]),
        ])
      $0.set(.imageRotation, .US, integers: [90])
    }
    let picture = try render(image(square), frame, state)
    func at(_ x: Int, _ y: Int) -> UInt8 { picture.bytes[y * 100 + x] }
    // Clockwise by 90 degrees (x, y) goes to (100 - y, x); the higher layer is on top although it comes first.
    #expect(at(70, 20) == 255 && at(62, 12) == 255 && at(78, 28) == 255)
    #expect(at(20, 30) == 64 && at(50, 20) == 64)
  }

  @Test func circlesEllipsesPointsAndTextAreDrawn() throws {
    let square = PixelDescription(rows: 200, columns: 200, bitsAllocated: 8)
    let frame = DecodedFrame(square, bytes: [UInt8](repeating: 0, count: 40_000))
    func bright(_ item: DataSet) throws -> Set<Point> {
      let picture = try render(
        image(square), frame, state { $0.set(.graphicAnnotationSequence, items: [item]) })
      return Set(
        picture.bytes.indices.filter { picture.bytes[$0] > 100 }.map { Point(Double($0 % 200), Double($0 / 200)) })
    }
    let circle = try bright(drawing("L", [graphic("CIRCLE", [100, 100, 150, 100])]))
    #expect(circle.count > 250)
    #expect(circle.allSatisfy { abs(($0 - Point(99.5, 99.5)).length - 50) < 2 })
    let ellipse = try bright(drawing("L", [graphic("ELLIPSE", [20, 100, 180, 100, 100, 60, 100, 140])]))
    #expect(ellipse.contains(Point(180, 100)) || ellipse.contains(Point(179, 100)))
    #expect(ellipse.contains(Point(100, 60)) || ellipse.contains(Point(100, 59)))
    #expect(try bright(drawing("L", [graphic("POINT", [50, 60])])).contains(Point(50, 60)))
    var text = DataSet()
    text.set(.boundingBoxAnnotationUnits, .CS, "DISPLAY")
    text.set(.unformattedTextValue, .ST, "Ab")
    text.set(.boundingBoxTopLeftHandCorner, .FL, doubles: [0.25, 0.25])
    text.set(.boundingBoxBottomRightHandCorner, .FL, doubles: [0.75, 0.5])
    let letters = try bright(drawing("L", [], [text]))
    #expect(letters.count > 20)
    #expect(letters.allSatisfy { $0.x >= 48 && $0.x <= 150 && $0.y >= 48 && $0.y <= 100 })
  }

  @Test func compoundGraphicsHideTheirStandIns() throws {
    var compound = DataSet()
    compound.set(.compoundGraphicInstanceID, .UL, integers: [7])
    compound.set(.compoundGraphicUnits, .CS, "PIXEL")
    compound.set(.graphicData, .FL, doubles: [1, 1, 9, 9])
    compound.set(.compoundGraphicType, .CS, "RECTANGLE")
    var standIn = graphic("POLYLINE", [1, 1, 9, 9])
    standIn.set(.compoundGraphicInstanceID, .UL, integers: [7])
    var item = drawing("L", [standIn, graphic("POINT", [3, 3])])
    item.set(.compoundGraphicSequence, items: [compound])
    #expect(Annotation.all(item, colour: .white).count == 2)
    compound.set(.compoundGraphicType, .CS, "SOMETHING")
    item.set(.compoundGraphicSequence, items: [compound])
    let drawn = Annotation.all(item, colour: .white)
    #expect(drawn.map(\.shape) == [.polyline([Point(1, 1), Point(9, 9)]), .point(Point(3, 3))])
  }

  @Test func overlaysAreShownWhereTheirLayerIsActive() throws {
    let renderer = try image(row) {
      $0.set(.overlayRows, .US, integers: [1])
      $0.set(.overlayColumns, .US, integers: [3])
      $0.set(.overlayType, .CS, "G")
      $0.set(DataElement(tag: .overlayData, vr: .OB, value: .bytes(ByteSlice([0b010, 0]))))
    }
    let frame = DecodedFrame(row, bytes: [1, 2, 3])
    #expect(try render(renderer, frame, state()).bytes == [1, 2, 3])
    let active = try state {
      $0.set(.overlayActivationLayer, .CS, "OVER")
      $0.set(.graphicLayerSequence, items: [layer("OVER", 1, grey: 0x8080)])
    }
    #expect(try render(renderer, frame, active).bytes == [1, 128, 3])
  }

  @Test func pseudoColour() throws {
    var dataSet = DataSet()
    dataSet.set(.sopClassUID, UID(SoftcopyPresentation.Kind.pseudoColour.rawValue))
    let tables: [(Tag, Tag, [Int])] = [
      (.redPaletteColorLookupTableDescriptor, .redPaletteColorLookupTableData, [0, 0xFFFF]),
      (.greenPaletteColorLookupTableDescriptor, .greenPaletteColorLookupTableData, [0, 0x8000]),
      (.bluePaletteColorLookupTableDescriptor, .bluePaletteColorLookupTableData, [0xFFFF, 0]),
    ]
    for (descriptor, data, values) in tables {
      dataSet.set(descriptor, .US, integers: [2, 0, 16])
      dataSet.set(data, .OW, integers: values)
    }
    dataSet.set(.softcopyVOILUTSequence, items: [window("100", "100")])
    let picture = try render(
      image(row), DecodedFrame(row, bytes: [0, 120, 200]), SoftcopyPresentation(dataSet))
    #expect(picture.bytes == [0, 0, 255, 255, 128, 0, 255, 128, 0])
  }

  @Test func whatCannotBeAppliedIsRefused() {
    #expect(throws: PixelError.self) { try SoftcopyPresentation(DataSet()) }
  }
}
