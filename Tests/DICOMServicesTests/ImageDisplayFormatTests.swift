// SPDX-License-Identifier: Apache-2.0

import DICOMServices
import Testing

@Suite struct ImageDisplayFormatTests {
  @Test(arguments: [
    ("STANDARD\\2,3", 6), ("STANDARD\\1,1", 1), ("ROW\\1,2,3", 6), ("COL\\2,1", 3), ("SLIDE", 20), ("SUPERSLIDE", 20),
  ])
  func formatsHaveTheirBoxes(text: String, count: Int) throws {
    let format = try #require(ImageDisplayFormat(text))
    #expect(format.text == text)
    #expect(format.boxCount == count)
    #expect(format.boxes.count == count)
    let area = format.boxes.reduce(0) { $0 + $1.width * $1.height }
    #expect(abs(area - 1) < 1e-9, "the boxes fill the film")
  }

  @Test(arguments: [
    "", "STANDARD", "STANDARD\\0,1", "STANDARD\\1", "STANDARD\\a,b", "CUSTOM\\1", "STANDARD\\400,400", "ROW",
  ])
  func othersAreRefused(text: String) {
    #expect(ImageDisplayFormat(text) == nil)
  }

  @Test func printersDeclareTheirOwn() throws {
    let text = "1=COL 1,2; CUSTOM\\7 = 0 0 50 100, 50 0 50 100 ; SUPERSLIDE=STANDARD 2,2"
    let declared = try DeclaredDisplayFormats(text)
    #expect(declared.text == text)
    #expect(ImageDisplayFormat("CUSTOM\\1 ", declared: declared)?.boxCount == 3)
    let format = try #require(ImageDisplayFormat("CUSTOM\\7", declared: declared))
    #expect(format.text == "CUSTOM\\7")
    #expect(format.boxes == [.init(x: 0, y: 0, width: 0.5, height: 1), .init(x: 0.5, y: 0, width: 0.5, height: 1)])
    #expect(ImageDisplayFormat("SUPERSLIDE", declared: declared)?.boxCount == 4)
    #expect(ImageDisplayFormat("SLIDE", declared: declared) == .slide)
    #expect(ImageDisplayFormat("CUSTOM\\2", declared: declared) == nil)
  }

  @Test(arguments: [
    "x=ROW 1", "1", "0=ROW 1", "1=ROW", "1=CUSTOM 2", "1=0 0 50", "1=0 0 0 50", "1=60 0 50 50", "1=0 0 50 -1", "1=",
    "1=ROW 1;1=ROW 2", "1=0 0 nan 50",
  ])
  func wrongDeclarationsAreRefused(text: String) {
    #expect(throws: DeclaredDisplayFormats.Fault.self) { try DeclaredDisplayFormats(text) }
  }

  /// Positions go along rows, in `COL` down columns (PS3.3 §C.13.3).
  @Test func positionsFollowTheStandardsOrder() throws {
    let standard = try #require(ImageDisplayFormat("STANDARD\\3,2")).boxes
    #expect(standard[1].x > standard[0].x && standard[1].y == standard[0].y)
    #expect(standard[3].x == standard[0].x && standard[3].y > standard[0].y)
    let columns = try #require(ImageDisplayFormat("COL\\2,1")).boxes
    #expect(columns[1].x == columns[0].x && columns[1].y > columns[0].y)
    #expect(columns[2].x > columns[1].x && columns[2].height == 1)
  }
}
