// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import Testing

import struct DICOMCore.Tag

func patient() throws -> DataSet {
  var dataSet = DataSet()
  try dataSet.set(Tag(0x0008, 0x0005), .CS, to: "ISO_IR 100")
  try dataSet.set(Tag(0x0010, 0x0010), .PN, to: .personNames([PersonName("Müller^Jörg")]))
  try dataSet.set(Tag(0x0010, 0x0030), .DA, to: "19640229")
  // Latin 1 has no Ł: the data set becomes UTF-8, the name of the patient too.
  try dataSet.set(
    Tag(0x0010, 0x2154), .LO, to: "Łódź", options: ValueOptions(unencodable: .promotesToUTF8))
  return dataSet
}

@Suite struct DICOMCoreExample {
  @Test func valuesHaveTypes() throws {
    let dataSet = try patient()
    #expect(dataSet.personName(Tag(0x0010, 0x0010))?.alphabetic.family == "Müller")
    #expect(dataSet.date(Tag(0x0010, 0x0030))?.day == 29)
    #expect(dataSet.strings(Tag(0x0008, 0x0005)) == ["ISO_IR 192"])
    #expect(throws: ValueError.self) { try patient().checked(Tag(0x0010, 0x0030), "1963-02-29") }
  }
}

extension DataSet {
  fileprivate func checked(_ tag: Tag, _ text: String) throws {
    var copy = self
    try copy.set(tag, .DA, to: .texts([text]))
  }
}
