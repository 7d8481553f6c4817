// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

/// Every leniency has a name, and is reported where it is used.
struct LeniencyTests {
  @Test(arguments: [
    ("odd/no_preamble.dcm", [Leniency.missingPreamble]),
    ("odd/no_meta_explicit.dcm", [.missingPreamble, .missingMetaInformation]),
    ("odd/no_meta_implicit.dcm", [.missingPreamble, .missingMetaInformation]),
    ("odd/meta_missing_ts.dcm", [.missingMetaInformation]),
    ("odd/meta_no_group_length.dcm", [.wrongMetaGroupLength]),
    ("odd/meta_wrong_group_length.dcm", [.wrongMetaGroupLength]),
    ("odd/meta_ts_mismatch_explicit.dcm", [.wrongTransferSyntax]),
    ("odd/meta_ts_mismatch_implicit.dcm", [.wrongTransferSyntax]), ("odd/unknown_vr.dcm", [.unknownVR]),
    ("odd/question_vr.dcm", [.unknownVR]), ("odd/odd_length_value.dcm", [.oddLength]),
    ("odd/duplicate_tag.dcm", [.duplicateTag]), ("odd/unordered_tags.dcm", [.unorderedTags]),
    ("odd/trailing_garbage.dcm", [.trailingGarbage]), ("odd/sq_missing_delim.dcm", [.missingDelimiter]),
    ("odd/item_length_overrun.dcm", [.lengthBeyondEnclosing]), ("odd/huge_length_element.dcm", [.truncatedValue]),
    ("odd/sq_mixed.dcm", []), ("odd/sq_nested_2000.dcm", []), ("odd/private_un_undef_sq.dcm", []),
    ("odd/trailing_padding.dcm", []), ("odd/meta_private_info.dcm", []),
  ])
  func isReported(id: String, leniencies: [Leniency]) throws {
    guard let entry = Corpus.files("synthetic/" + id).first else { return }
    let file = try Part10File.read(entry.bytes())
    #expect(Set(file.findings.map(\.leniency)).isSuperset(of: leniencies), "\(file.findings)")
    #expect(!leniencies.isEmpty || file.findings.isEmpty, "\(file.findings)")
    #expect(file.dataSet.string(.patientID) == "ODD" || id.contains("sq_missing"))
  }

  @Test func findingsNameTheirPlace() throws {
    let file = try Part10File.read(try #require(Corpus.files("synthetic/odd/item_length_overrun.dcm").first).bytes())
    let finding = try #require(file.findings.first { $0.leniency == .lengthBeyondEnclosing })
    #expect(finding.path.hasPrefix("(0008,1140)"))
    #expect(finding.offset > file.dataSetOffset)
  }

  @Test(arguments: ["odd/zero_file.dcm"])
  func nothingIsNoFile(id: String) throws {
    guard let entry = Corpus.files("synthetic/" + id).first else { return }
    let error = #expect(throws: ReadError.self) { try Part10File.read(entry.bytes()) }
    #expect(error?.code == .notDICOM)
  }

  @Test func textIsNoFile() {
    for text in ["<html><body>not a DICOM file at all</body></html>", "%PDF-1.7 and more text", "{\"a\": 1, \"b\": 2}"]
    {
      #expect(throws: ReadError.self, "\(text)") { try Part10Header.parse(ByteSlice(Array(text.utf8))) }
    }
  }

  @Test func unIsInterpretedOnlyWhenAsked() throws {
    let bytes: [UInt8] = [0x10, 0, 0x20, 0, 0x55, 0x4E, 0, 0, 2, 0, 0, 0, 0x41, 0x42]
    let plain = try DataSetReader.read(
      ByteSlice(bytes), transferSyntax: .explicitVRLittleEndian, options: ReadOptions(interpretsUN: false))
    #expect(plain[.patientID]?.vr == .UN)
    let known = try DataSetReader.read(ByteSlice(bytes), transferSyntax: .explicitVRLittleEndian)
    #expect(known[.patientID]?.vr == .LO)
    #expect(known.string(.patientID) == "AB")
  }

  /// (0042,0011) OB of four bytes with a length of 16 bits, then the element that stands behind.
  private static let shortLength: [UInt8] =
    [0x42, 0, 0x11, 0, 0x4F, 0x42, 4, 0, 1, 2, 3, 4] + [0x42, 0, 0x12, 0, 0x4C, 0x4F, 2, 0, 0x61, 0x62]

  @Test func shortLengthWhereTheLongFormBelongs() throws {
    for bytes in [Self.shortLength, Array(Self.shortLength.prefix(12))] {
      let result = try DataSetReader.readWithFindings(ByteSlice(bytes), transferSyntax: .explicitVRLittleEndian)
      #expect(result.dataSet.bytes(.encapsulatedDocument)?.array == [1, 2, 3, 4])
      #expect(result.dataSet[.encapsulatedDocument]?.vr == .OB)
      #expect(result.dataSet.string(.mimeTypeOfEncapsulatedDocument) == (bytes.count > 12 ? "ab" : nil))
      #expect(result.findings.map(\.leniency) == [.shortLength])
    }
  }

  @Test func shortLengthInSingleBytesOfInput() throws {
    var reader = TokenReader(transferSyntax: .explicitVRLittleEndian)
    var tags: [Tag] = []
    for byte in Self.shortLength {
      reader.feed(ByteSlice([byte]))
      while let token = try reader.next() { if case .element(let header) = token { tags.append(header.tag) } }
    }
    reader.finish()
    while try reader.next() != nil {}
    #expect(tags == [.encapsulatedDocument, .mimeTypeOfEncapsulatedDocument])
    #expect(reader.findings.map(\.leniency) == [.shortLength])
  }

  @Test func reservedBytesThatAreNotZero() throws {
    let bytes: [UInt8] =
      [0x42, 0, 0x11, 0, 0x4F, 0x42, 0xFF, 0xFF, 4, 0, 0, 0, 1, 2, 3, 4]
      + [0x42, 0, 0x12, 0, 0x4C, 0x4F, 2, 0, 0x61, 0x62]
    let result = try DataSetReader.readWithFindings(ByteSlice(bytes), transferSyntax: .explicitVRLittleEndian)
    #expect(result.dataSet.bytes(.encapsulatedDocument)?.array == [1, 2, 3, 4])
    #expect(result.dataSet.string(.mimeTypeOfEncapsulatedDocument) == "ab")
    #expect(result.findings.map(\.leniency) == [.reservedBytes])
  }

  @Test func readingGoesOnBehindAStrayDelimiter() throws {
    let bytes: [UInt8] =
      [0xFE, 0xFF, 0x0D, 0xE0, 0, 0, 0, 0] + [0x10, 0, 0x20, 0, 0x4C, 0x4F, 2, 0, 0x41, 0x42]
    let result = try DataSetReader.readWithFindings(
      ByteSlice([8, 0, 0x60, 0, 0x43, 0x53, 2, 0, 0x43, 0x54] + bytes), transferSyntax: .explicitVRLittleEndian)
    #expect(result.dataSet.string(.patientID) == "AB")
    #expect(result.findings.map(\.leniency) == [.unexpectedDelimiter])
  }

  @Test func headerOfWrittenFile() throws {
    let dataSet = DataSet.build([.sopClassUID: "1.2.3", .sopInstanceUID: "1.2.3.4", .patientID: "X"])
    let origin = FileMetaInformation.Origin(source: "MARTLET", sending: "CT1")
    let bytes = try DataSetWriter.writeFile(dataSet, transferSyntax: .explicitVRBigEndian, origin: origin)
    let file = try Part10File.read(ByteSlice(bytes))
    #expect(file.findings.isEmpty)
    #expect(file.transferSyntax == .explicitVRBigEndian)
    #expect(file.fileMetaInformation.uid(.mediaStorageSOPInstanceUID) == "1.2.3.4")
    #expect(file.fileMetaInformation.string(.sendingApplicationEntityTitle) == "CT1")
    #expect(file.fileMetaInformation.integer(.fileMetaInformationGroupLength) == file.dataSetOffset - 144)
    #expect(file.dataSet.string(.patientID) == "X")
  }

  /// Group 2000 in one byte order is group 0020 in the other.
  @Test(arguments: [TransferSyntax.explicitVRLittleEndian, .implicitVRLittleEndian, .explicitVRBigEndian])
  func aFilmSessionIsReadAsDeclared(_ syntax: TransferSyntax) throws {
    var session = DataSet()
    session.set(.numberOfCopies, .IS, "2")
    session.set(.printPriority, .CS, "HIGH")
    let bytes = try DataSetWriter.write(session, transferSyntax: syntax)
    let read = try DataSetReader.read(ByteSlice(bytes), transferSyntax: syntax)
    #expect(read.string(.printPriority) == "HIGH")
    #expect(read.integer(.numberOfCopies) == 2)
  }
}
