// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import Testing

@testable import FileCommands

struct CompareOptionsTests {
  private func options(_ ignored: [String], ignoresPrivate: Bool = false) throws -> CompareOptions {
    CompareOptions(
      ignored: try ignored.map { try AttributePath($0) }, ignoresPrivate: ignoresPrivate, ignoresVR: false,
      comparesMeta: false, comparesPixels: false, tolerance: 0)
  }

  private func paths(_ first: DataSet, _ second: DataSet, ignoring: [String] = []) throws -> [String] {
    var comparison = DataSetComparison(try options(ignoring))
    comparison.compare(first, second)
    return comparison.differences.map(\.path)
  }

  private func code(_ value: String) -> DataSet {
    var item = DataSet()
    item.set(.codeValue, .SH, value)
    return item
  }

  @Test func pathsThatAreIgnored() throws {
    var first = DataSet()
    first.set(.procedureCodeSequence, items: [code("A"), code("B")])
    var second = DataSet()
    second.set(.procedureCodeSequence, items: [code("C"), code("D")])
    let both = ["ProcedureCodeSequence[0].CodeValue", "ProcedureCodeSequence[1].CodeValue"]
    #expect(try paths(first, second) == both)
    #expect(try paths(first, second, ignoring: ["ProcedureCodeSequence[0].CodeValue"]) == [both[1]])
    #expect(try paths(first, second, ignoring: ["ProcedureCodeSequence[*].CodeValue"]) == [])
    #expect(try paths(first, second, ignoring: ["CodeValue"]) == [])
    #expect(try paths(first, second, ignoring: ["ProcedureCodeSequence"]) == [])
    #expect(try paths(first, second, ignoring: ["CodeMeaning"]) == both)
  }

  @Test(arguments: [
    (VR.DS, "1.50", "1.5", true), (.DS, "1.5", "1.6", false), (.IS, "007", "7", true), (.LO, "007", "7", false),
    (.PN, "A^B=", "A^B", true), (.LO, "a ", "a", true), (.LT, " a", "a", false),
  ])
  func meaning(vr: VR, first: String, second: String, isSame: Bool) throws {
    var one = DataSet()
    one.set(.patientComments, vr, first)
    var other = DataSet(byteOrder: .bigEndian)
    other.set(.patientComments, vr, second)
    #expect(try paths(one, other).isEmpty == isSame)
  }

  @Test func byteOrderIsNoDifference() throws {
    var one = DataSet()
    one.set(.rows, .US, integers: [258])
    var other = DataSet(byteOrder: .bigEndian)
    other.set(.rows, .US, integers: [258])
    #expect(try paths(one, other) == [])
    other.set(.rows, .US, integers: [513])
    #expect(try paths(one, other) == ["Rows"])
  }
}
