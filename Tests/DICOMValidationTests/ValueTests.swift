// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMTestKit
import DICOMValidation
import Testing

/// The rules of each VR: PS3.5 table 6.2-1.
struct ValueTests {
  private static func kinds(_ tag: DICOMCore.Tag, _ vr: VR, _ text: String) -> Set<ValidationKind> {
    kinds(tag, vr, Array(text.utf8))
  }

  private static func kinds(_ tag: DICOMCore.Tag, _ vr: VR, _ bytes: [UInt8]) -> Set<ValidationKind> {
    var dataSet = DataSet()
    dataSet.set(DataElement(tag: tag, vr: vr, value: .bytes(ByteSlice(bytes))))
    let name = tag.isPrivate ? nil : DataDictionary.entry(for: tag)?.keyword
    return Validator.validate(dataSet).kinds(name ?? tag.description)
  }

  @Test(arguments: [
    ("20240229", true), ("20230229", false), ("20241301", false), ("2024.01.31", false), ("2024", false),
    ("20240131", true), ("00010101", true),
  ]) func dates(text: String, isValid: Bool) {
    #expect(Self.kinds(.studyDate, .DA, text) == (isValid ? [] : [.valueFormat]))
  }

  @Test(arguments: [
    ("10", true), ("1015", true), ("101559", true), ("101560", true), ("101561", false), ("2500", false),
    ("101559.123456", true), ("101559.", false), ("1015.5", false), ("10:15:59", false), ("1", false),
  ]) func times(text: String, isValid: Bool) {
    #expect(Self.kinds(.studyTime, .TM, text) == (isValid ? [] : [.valueFormat]))
  }

  @Test(arguments: [
    ("2024", true), ("202401", true), ("20240131101559.5+0100", true), ("2024-0500", true), ("20241", false),
    ("20240131101559.5+2500", false), ("NaN", false), ("20240131 10", false),
  ]) func dateTimes(text: String, isValid: Bool) {
    #expect(Self.kinds(.acquisitionDateTime, .DT, text) == (isValid ? [] : [.valueFormat]))
  }

  @Test(arguments: [
    ("1", true), ("-1.5e-3", true), ("+.5", true), (" 7 ", true), ("1,5", false), ("1e", false), ("abc", false),
    (".", false),
  ]) func decimals(text: String, isValid: Bool) {
    #expect(Self.kinds(.sliceLocation, .DS, text) == (isValid ? [] : [.valueFormat]))
  }

  @Test func integers() {
    #expect(Self.kinds(.instanceNumber, .IS, "-2147483648") == [])
    #expect(Self.kinds(.instanceNumber, .IS, "2147483648") == [.valueRange])
    #expect(Self.kinds(.instanceNumber, .IS, "1.5") == [.valueFormat])
    #expect(Self.kinds(.instanceNumber, .IS, "0000000000001").contains(.valueLength))
  }

  @Test func uniqueIdentifiers() {
    #expect(Self.kinds(.studyInstanceUID, .UI, "1.2.840.10008.1\0") == [])
    #expect(Self.kinds(.studyInstanceUID, .UI, "1.2.03") == [.valueFormat])
    #expect(Self.kinds(.studyInstanceUID, .UI, "1..3") == [.valueFormat])
    #expect(Self.kinds(.studyInstanceUID, .UI, "1.2.x") == [.valueFormat])
    #expect(Self.kinds(.studyInstanceUID, .UI, "0.0") == [.valueFormat])
    #expect(Self.kinds(.studyInstanceUID, .UI, "9.8.7") == [.uid])
    #expect(Self.kinds(.studyInstanceUID, .UI, "1.2.3 ") == [.valuePadding])
    #expect(Self.kinds(.studyInstanceUID, .UI, "1." + String(repeating: "2", count: 64)) == [.valueLength])
  }

  @Test func codesAgesAndTitles() {
    #expect(Self.kinds(.patientSex, .CS, "m") == [.valueFormat])
    #expect(Self.kinds(.scanningSequence, .CS, "A2345678901234567") == [.valueLength])
    #expect(Self.kinds(.patientAge, .AS, "030Y") == [])
    #expect(Self.kinds(.patientAge, .AS, "30Y") == [.valueLength])
    #expect(Self.kinds(.patientAge, .AS, "030X") == [.valueFormat])
    #expect(Self.kinds(.retrieveAETitle, .AE, "A\u{7}B") == [.valueFormat])
    #expect(Self.kinds(.retrieveAETitle, .AE, "TITLE OF 17 CHARS") == [.valueLength])
    #expect(Self.kinds(.retrieveURL, .UR, "http://a b") == [.valueFormat])
  }

  @Test func texts() {
    #expect(Self.kinds(.studyID, .SH, String(repeating: "x", count: 17)) == [.valueLength])
    #expect(Self.kinds(.studyDescription, .LO, "a\nb") == [.valueFormat])
    #expect(Self.kinds(.patientComments, .LT, "a\r\nb\tc") == [])
    #expect(Self.kinds(.studyDescription, .LO, [0x41, 0xE4]) == [.characterSet])
    #expect(Self.kinds(.studyDescription, .LO, [0x41, 0]) == [.valuePadding])
    #expect(Self.kinds(.specificCharacterSet, .CS, "ISO_IR 999") == [.characterSet])
  }

  @Test func lengthsCountCharactersAndNotBytes() {
    var dataSet = DataSet()
    dataSet.set(.specificCharacterSet, .CS, "ISO_IR 192")
    dataSet.set(.studyID, .SH, "日本語日本語日本語日本語日本語日")
    #expect(Validator.validate(dataSet).kinds("StudyID") == [])
    dataSet.set(.studyID, .SH, "日本語日本語日本語日本語日本語日本")
    #expect(Validator.validate(dataSet).kinds("StudyID") == [.valueLength])
  }

  @Test func personNames() {
    #expect(Self.kinds(.patientName, .PN, "Doe^Jane^^Dr^") == [])
    #expect(Self.kinds(.patientName, .PN, "Jane Doe") == [.personNameForm])
    #expect(Self.kinds(.patientName, .PN, "A^B^C^D^E^F") == [.valueFormat])
    #expect(Self.kinds(.patientName, .PN, "A^B=C^D=E^F=G^H") == [.valueFormat])
    #expect(Self.kinds(.patientName, .PN, "A^" + String(repeating: "x", count: 64)) == [.valueLength])
  }

  @Test func binaryValuesAndMultiplicity() {
    #expect(Self.kinds(.rows, .US, [1, 0, 2]) == [.valueLength])
    #expect(Self.kinds(.rows, .US, [1, 0, 2, 0]) == [.wrongMultiplicity])
    #expect(Self.kinds(.pixelSpacing, .DS, "1") == [.wrongMultiplicity])
    #expect(Self.kinds(.rows, .SS, [1, 0]) == [.wrongVR])
    #expect(Self.kinds(.rows, .UN, [1, 0]) == [.wrongVR])
    #expect(Self.kinds(.verticesOfThePolygonalShutter, .IS, "1\\2\\3") == [.wrongMultiplicity])
  }

  @Test func rangesAndDirections() {
    #expect(Self.kinds(.pixelSpacing, .DS, "0\\1") == [.valueRange])
    #expect(Self.kinds(.patientWeight, .DS, "0") == [.valueRange])
    #expect(Self.kinds(.imageOrientationPatient, .DS, "1\\0\\0\\0\\2\\0") == [.valueRange])
  }

  @Test func privateElements() {
    #expect(Self.kinds(Tag(0x0009, 0x1001), .LO, "x") == [.privateCreator])
    #expect(Self.kinds(Tag(0x0009, 0x0010), .LO, "") == [.privateCreator])
    #expect(Self.kinds(Tag(0x0009, 0x0001), .LO, "x") == [.privateCreator])
  }
}
