// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

struct DataSetTests {
  @Test func elementsStayInOrder() {
    var dataSet = DataSet()
    for tag in [Tag.rows, .patientID, .pixelData, .patientName, .columns, .patientID] {
      dataSet.set(DataElement(tag: tag, vr: .UN, value: .bytes(.empty)))
    }
    #expect(dataSet.elements.map(\.tag) == [.patientName, .patientID, .rows, .columns, .pixelData])
    dataSet.remove(.rows)
    dataSet.remove(.rows)
    #expect(dataSet[.rows] == nil)
    #expect(dataSet[.columns] != nil)
    dataSet.keep { $0.tag.group == 0x0010 }
    #expect(dataSet.elements.count == 2)
  }

  @Test func elementsThatWereReadAreSortedAndTheLastOfEqualTagsStays() {
    let elements = [("B", Tag.patientName), ("1", .patientID), ("C", .patientName), ("0", .modality)].map {
      DataElement(tag: $1, vr: .LO, value: .bytes(ByteSlice(Array($0.utf8))))
    }
    let dataSet = DataSet(elements: elements, isOrdered: false)
    #expect(dataSet.elements.map(\.tag) == [.modality, .patientName, .patientID])
    #expect(dataSet.string(.patientName) == "C")
  }

  @Test func itemsInheritTheCharacterSet() {
    let latin1 = SpecificCharacterSet(terms: ["ISO_IR 100"])
    let item = DataSet.build([.codeMeaning: .bytes([0xE9, 0x20])], characterSet: latin1)
    #expect(item.string(.codeMeaning) == "é")
    var own = item
    own.set(.specificCharacterSet, .CS, "ISO_IR 144")
    #expect(own.string(.codeMeaning) == "щ")
  }

  @Test func lengths() {
    #expect(DataElement(tag: .rows, vr: .US, value: .bytes(ByteSlice([1, 2]))).length == 2)
    #expect(DataElement(tag: .pixelData, vr: .OB, value: .fragments([])).length == DataElement.undefinedLength)
    #expect(DataElement(tag: .pixelData, vr: .SQ, value: .items([]), length: 0).length == 0)
  }

  @Test func kindsOfValues() {
    let dataSet = DataSet.build([
      .procedureCodeSequence: .items([DataSet()]), .pixelData: .fragments([[]]), .patientID: [],
    ])
    #expect(dataSet.items(.procedureCodeSequence).count == 1)
    #expect(dataSet.items(.patientID).isEmpty)
    #expect(dataSet.bytes(.procedureCodeSequence) == nil)
    #expect(dataSet.bytes(.pixelData) == nil)
    #expect(dataSet[.patientID]?.isEmpty == true)
    #expect(dataSet[.pixelData]?.isEmpty == false)
    #expect(dataSet.strings(.procedureCodeSequence) == nil)
  }
}
