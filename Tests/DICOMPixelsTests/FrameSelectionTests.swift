// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMPixels
import Testing

@Suite struct FrameSelectionTests {
  private func identifier(_ tag: DICOMCore.Tag, _ vr: VR, _ values: [String]) -> DataSet {
    var identifier = DataSet()
    identifier.set(tag, vr, values)
    return identifier
  }

  @Test func listsAndRangesAreRead() throws {
    #expect(FrameSelection(identifier(.simpleFrameList, .IS, ["3", "1"])) == .simple([3, 1]))
    #expect(FrameSelection(identifier(.calculatedFrameList, .IS, ["1", "9", "2"])) == .calculated([1, 9, 2]))
    #expect(FrameSelection(identifier(.timeRange, .DS, ["0.5", "2"])) == .time(from: 0.5, to: 2))
  }

  @Test(arguments: ["0", "-1", "1.5", "1e300", "-1e300", "9223372036854775808", "nan", "inf"])
  func whatIsNoFrameNumberMakesNoSense(_ number: String) {
    #expect(FrameSelection(identifier(.simpleFrameList, .DS, [number])) == nil)
    #expect(FrameSelection(identifier(.calculatedFrameList, .DS, ["1", number, "1"])) == nil)
    #expect(FrameSelection(identifier(.calculatedFrameList, .DS, ["1", "9", number])) == nil)
  }

  @Test func moreThanOneKindMakesNoSense() {
    var both = identifier(.simpleFrameList, .IS, ["1"])
    both.set(.timeRange, .DS, ["0", "1"])
    #expect(FrameSelection(both) == nil)
    #expect(FrameSelection(DataSet()) == nil)
    #expect(FrameSelection(identifier(.timeRange, .DS, ["2", "nan"])) == nil)
  }
}
