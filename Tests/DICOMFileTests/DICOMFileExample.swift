// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMTestKit
import Testing

/// The name in a file of any length, for a few kilobytes.
func patientName(inFileAt path: String) throws -> PersonName? {
  var reader = try Part10File.open(path)
  return try reader.dataSet([.patientName]).personName(.patientName)
}

/// The same file with another name. Nothing else changes.
func renamed(_ bytes: ByteSlice, to name: String) throws -> [UInt8] {
  var file = try Part10File.read(bytes)
  for finding in file.findings { print(finding) }
  try file.dataSet.set(.patientName, to: .texts([name]), options: ValueOptions(unencodable: .promotesToUTF8))
  return try file.encoded()
}

@Suite struct DICOMFileExample {
  @Test func aFileIsRenamed() throws {
    let entry = try #require(Corpus.files("synthetic/charset/").first)
    let path = try #require(entry.path)
    #expect(try patientName(inFileAt: path)?.description == entry.text("patient_name"))
    let changed = try Part10File.read(ByteSlice(renamed(entry.bytes(), to: "Łuczak^Żaneta")))
    #expect(changed.dataSet.string(.patientName) == "Łuczak^Żaneta")
    #expect(changed.findings.isEmpty)
  }
}
