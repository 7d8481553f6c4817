// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import Testing

@testable import DICOMPixels

import struct DICOMCore.Tag

/// Overlay planes (PS3.3 §C.9.2) and display shutters (PS3.3 §C.7.6.11).
struct OverlayTests {
  private func overlay(
    _ group: UInt16 = 0x6000, rows: Int = 2, columns: Int = 3, origin: [Int] = [1, 1], bits: [UInt8],
    into dataSet: DataSet = DataSet()
  ) -> DataSet {
    var dataSet = dataSet
    dataSet.set(Tag(group, 0x10), .US, integers: [rows])
    dataSet.set(Tag(group, 0x11), .US, integers: [columns])
    dataSet.set(Tag(group, 0x40), .CS, "G")
    dataSet.set(Tag(group, 0x50), .SS, integers: origin)
    dataSet.set(Tag(group, 0x100), .US, integers: [1])
    dataSet.set(DataElement(tag: Tag(group, 0x3000), vr: .OB, value: .bytes(ByteSlice(bits))))
    return dataSet
  }

  @Test func bitsRunOnOverRowsFromTheLowest() throws {
    // 101 / 011 is 0b110101.
    let plane = try #require(OverlayPlane.all(overlay(bits: [0b110101, 0])).first)
    #expect(plane.mask(width: 3, height: 2, frame: 0, containers: nil) == [1, 0, 1, 0, 1, 1])
  }

  @Test func originsMayLieOutside() throws {
    let plane = try #require(OverlayPlane.all(overlay(origin: [0, 2], bits: [0b110101, 0])).first)
    // The first row is cut off, the second moves right by one and is cut.
    #expect(plane.mask(width: 3, height: 2, frame: 0, containers: nil) == [0, 0, 1, 0, 0, 0])
    let far = try #require(OverlayPlane.all(overlay(origin: [-32768, 32767], bits: [255, 255])).first)
    #expect(far.mask(width: 3, height: 2, frame: 0, containers: nil)?.contains(1) == false)
  }

  @Test func planesOfSeveralFramesBeginWhereTheyAreTold() throws {
    var dataSet = overlay(rows: 1, columns: 3, bits: [0b101_010, 0])
    dataSet.set(.numberOfFramesInOverlay, .IS, "2")
    dataSet.set(.imageFrameOrigin, .US, integers: [3])
    let plane = try #require(OverlayPlane.all(dataSet).first)
    #expect(plane.frames == 2..<4)
    #expect(plane.mask(width: 3, height: 1, frame: 1, containers: nil) == nil)
    #expect(plane.mask(width: 3, height: 1, frame: 2, containers: nil) == [0, 1, 0])
    #expect(plane.mask(width: 3, height: 1, frame: 3, containers: nil) == [1, 0, 1])
  }

  @Test func bitsOfThePixelData() throws {
    var dataSet = DataSet()
    dataSet.set(.overlayRows, .US, integers: [1])
    dataSet.set(.overlayColumns, .US, integers: [3])
    dataSet.set(.overlayType, .CS, "G")
    dataSet.set(.overlayBitsAllocated, .US, integers: [16])
    dataSet.set(.overlayBitPosition, .US, integers: [12])
    let description = PixelDescription(rows: 1, columns: 3, bitsAllocated: 16, bitsStored: 12)
    let renderer = try FrameRenderer(dataSet, description: description)
    #expect(renderer.needsContainers)
    let stored = ByteSlice([0x00, 0x10, 0x00, 0x08, 0xFF, 0x0F])
    let frame = try NativeFrameDecoder(description: description).decode(stored, bits: 0..<48)
    let containers = try NativeFrameDecoder(description: renderer.containerDescription).decode(stored, bits: 0..<48)
    let image = try renderer.render(frame, index: 0, containers: containers)
    #expect(image.bytes == [255, 128, 255])
    var options = RenderOptions()
    options.showsOverlays = false
    #expect(try renderer.render(frame, index: 0, options: options, containers: containers).bytes == [0, 128, 255])
  }

  @Test func regionsShowTheirBorderOnly() {
    let mask: [UInt8] = [
      0, 0, 0, 0, 0,  //
      0, 1, 1, 1, 0,  //
      0, 1, 1, 1, 0,  //
      0, 1, 1, 1, 0,  //
      0, 0, 0, 0, 0,
    ]
    let border = OverlayOutline.border(mask, width: 5, height: 5)
    #expect(border.reduce(0) { $0 + Int($1) } == 8)
    #expect(border[12] == 0)
  }

  @Test func truncatedOverlaysEndWhereTheyEnd() throws {
    let plane = try #require(OverlayPlane.all(overlay(rows: 100, columns: 100, bits: [0xFF, 0xFF])).first)
    let mask = try #require(plane.mask(width: 100, height: 100, frame: 0, containers: nil))
    #expect(mask.reduce(0) { $0 + Int($1) } == 16)
  }

  // MARK: Shutters

  private func open(_ shapes: [DisplayShutter.Shape], bitmap: [UInt8]? = nil) -> [String] {
    let shutter = DisplayShutter(shapes: shapes, colour: .black)
    let mask = shutter.mask(width: 7, height: 5) { _ in bitmap }
    return (0..<5).map { row in
      String(decoding: mask[row * 7..<row * 7 + 7].map { $0 == 0 ? UInt8(ascii: "o") : 0x2E }, as: UTF8.self)
    }
  }

  @Test func rectangle() {
    let seen = open([.rectangle(left: 2, right: 4, upper: 2, lower: 3)])
    #expect(seen == [".......", ".ooo...", ".ooo...", ".......", "......."])
  }

  @Test func circle() {
    let seen = open([.circle(row: 3, column: 4, radius: 2)])
    #expect(seen == ["...o...", "..ooo..", ".ooooo.", "..ooo..", "...o..."])
  }

  @Test func polygon() {
    let corners = [(1, 1), (1, 7), (5, 1)].map { DisplayShutter.Corner(row: $0.0, column: $0.1) }
    #expect(open([.polygon(corners)]) == ["ooooooo", "ooooo..", "oooo...", "oo.....", "o......"])
  }

  @Test func severalShapesLeaveOpenWhatAllLeaveOpen() {
    var bitmap = [UInt8](repeating: 0, count: 35)
    bitmap[2 * 7 + 3] = 1
    let seen = open(
      [
        .rectangle(left: 1, right: 4, upper: 1, lower: 5), .circle(row: 3, column: 4, radius: 2),
        .bitmap(group: 0x6000),
      ],
      bitmap: bitmap)
    #expect(seen == ["...o...", "..oo...", ".oo....", "..oo...", "...o..."])
  }

  @Test func shutterOfAnImageHasItsPresentationValue() throws {
    var dataSet = DataSet()
    dataSet.set(.shutterShape, .CS, "RECTANGULAR")
    dataSet.set(.shutterLeftVerticalEdge, .IS, "2")
    dataSet.set(.shutterRightVerticalEdge, .IS, "9")
    dataSet.set(.shutterUpperHorizontalEdge, .IS, "1")
    dataSet.set(.shutterLowerHorizontalEdge, .IS, "1")
    dataSet.set(.shutterPresentationValue, .US, integers: [0x8080])
    let description = PixelDescription(rows: 1, columns: 3, bitsAllocated: 8)
    let frame = DecodedFrame(description, bytes: [9, 10, 11])
    let renderer = try FrameRenderer(dataSet, description: description)
    #expect(try renderer.render(frame, index: 0).bytes == [128, 10, 11])
    var options = RenderOptions()
    options.showsShutter = false
    #expect(try renderer.render(frame, index: 0, options: options).bytes == [9, 10, 11])
  }

  @Test func senselessShuttersDoNoHarm() {
    var dataSet = DataSet()
    dataSet.set(.shutterShape, .CS, ["CIRCULAR", "POLYGONAL", "RECTANGULAR", "X"])
    dataSet.set(.centerOfCircularShutter, .IS, ["9223372036854775807", "-9223372036854775808"])
    dataSet.set(.radiusOfCircularShutter, .IS, "9223372036854775807")
    dataSet.set(.verticesOfThePolygonalShutter, .IS, ["1", "2", "3"])
    #expect(DisplayShutter(dataSet)?.mask(width: 3, height: 3) { _ in nil }.count == 9)
  }
}
