// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import SQLInterface
import Testing

@testable import SQLStore

@Suite struct AttributeBlobTests {
  private func decoded(_ bytes: [UInt8]) throws -> [DataElement] {
    try bytes.withUnsafeBytes { bytes throws in try AttributeBlob.decode(bytes) }
  }

  private func dataSet(_ order: ByteOrder = .littleEndian) -> DataSet {
    var code = DataSet(byteOrder: order, inheritedCharacterSet: .utf8)
    code.set(.codeValue, .SH, "T-1")
    code.set(.rows, .US, integers: [258])
    var dataSet = DataSet(byteOrder: order, inheritedCharacterSet: .utf8)
    dataSet.set(.patientName, .PN, "Müller^Änne")
    dataSet.set(.studyDate, .DA, "")
    dataSet.set(.procedureCodeSequence, items: [code, DataSet(byteOrder: order, inheritedCharacterSet: .utf8), code])
    dataSet.set(.requestAttributesSequence, items: [])
    dataSet.set(.columns, .US, integers: [1, 65535])
    dataSet.set(.frameIncrementPointer, .AT, integers: [0x0018_1063])
    return dataSet
  }

  @Test func elementsComeBackAsTheyWent() throws {
    let dataSet = dataSet()
    #expect(try decoded(AttributeBlob.encode(dataSet.elements, byteOrder: .littleEndian)) == dataSet.elements)
    #expect(try decoded([]) == [])
  }

  @Test func bigEndianValuesAreSwapped() throws {
    let bytes = AttributeBlob.encode(dataSet(.bigEndian).elements, byteOrder: .bigEndian)
    #expect(try decoded(bytes) == dataSet().elements)
  }

  @Test func whatIsCutIsDamaged() throws {
    let bytes = AttributeBlob.encode(dataSet().elements, byteOrder: .littleEndian)
    var whole = 0
    for count in 0..<bytes.count {
      do {
        whole += try decoded(Array(bytes.prefix(count))).count < dataSet().elements.count ? 1 : 0
      } catch {
        #expect(error as? SQLError == SQLError(.corrupt, reason: ""))
      }
    }
    // Only the cuts between two elements.
    #expect(whole == dataSet().elements.count)
  }

  @Test func endlessNestingIsDamaged() throws {
    var dataSet = DataSet(inheritedCharacterSet: .utf8)
    for _ in 0..<100 {
      var outer = DataSet(inheritedCharacterSet: .utf8)
      outer.set(.equivalentCodeSequence, items: [dataSet])
      dataSet = outer
    }
    let bytes = AttributeBlob.encode(dataSet.elements, byteOrder: .littleEndian)
    #expect(throws: SQLError(.corrupt, reason: "")) { try decoded(bytes) }
  }
}
