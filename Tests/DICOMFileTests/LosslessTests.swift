// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

/// What nobody has touched is written as it was read.
struct LosslessTests {
  /// Files that the manifest calls valid, whose data sets come out otherwise: each has findings, and what they name is
  /// mended.
  static let mended: [String: Set<Leniency>] = [
    "pypi/pydicom/palettes/winter.dcm": [.duplicateTag],
    "pypi/pydicom/test_files/SC_rgb_jpeg.dcm": [.wrongTransferSyntax],
    "pypi/pydicom/test_files/rtplan_truncated.dcm": [.lengthBeyondEnclosing],
    "pypi/pydicom/test_files/meta_missing_tsyntax.dcm": [.oddLength, .missingMetaInformation],
    "pypi/pydicom/test_files/nested_priv_SQ.dcm": [.oddLength],
    "pypi/pydicom/test_files/MR_truncated.dcm": [.truncatedValue],
    "pypi/pydicom/test_files/dicomdirtests/DICOMDIR-nooffset": [.lengthBeyondEnclosing],
    "pypi/pydicom-data/emri_small_jpeg_2k_lossless_too_short.dcm": [.truncatedDataSet],
    "files/highdicom/data__test_files__dx_image.dcm": [.oddLength],
    "files/dcm4che/dcm4che-test-data__src__main__resources__3gb-bulk-data-truncated": [.truncatedValue],
    "files/dcm4che/dcm4che-test-data__src__main__resources__no_preamble_dicm_in_data": [
      .missingMetaInformation, .truncatedValue,
    ],
    "files/pixelmed-dicom-toolkit/dicom__src__main__java__com__pixelmed__display__testspectrum.dcm": [.truncatedValue],
    "synthetic/odd/float_special.dcm": [.unorderedTags], "synthetic/odd/long_vrs.dcm": [.unorderedTags],
    "synthetic/odd/standard_un.dcm": [.unorderedTags], "synthetic/odd/vr_64bit.dcm": [.unorderedTags],
  ]

  @Test func everyConformingFileComesOutAsItWentIn() throws {
    var compared = 0
    for entry in Corpus.files() where entry.isValid {
      let bytes = try entry.bytes()
      guard let file = try? Part10File.read(bytes) else { continue }
      compared += 1
      if file.transferSyntax.isDeflated {
        try inflatedIsSame(file, "\(entry.id)")
        continue
      }
      let written = ByteSlice(try DataSetWriter.write(file.dataSet, transferSyntax: file.transferSyntax))
      let isSame = written == bytes[file.dataSetOffset..<bytes.count]
      #expect(isSame == (Self.mended[entry.id] == nil), "\(entry.id) \(file.findings)")
      if let leniencies = Self.mended[entry.id] {
        #expect(Set(file.findings.map(\.leniency)).isSuperset(of: leniencies), "\(entry.id)")
      }
      // Meta information without SOP class or instance is completed.
      let meta = file.fileMetaInformation
      if file.findings.isEmpty, meta[.mediaStorageSOPClassUID] != nil, meta[.mediaStorageSOPInstanceUID] != nil {
        let whole = try file.encoded()
        #expect(whole.count == bytes.count && ByteSlice(whole) == bytes, "\(entry.id)")
      }
    }
    #expect(compared >= 500)
  }

  /// Deflating is not the same in every program: what comes out of it must be.
  private func inflatedIsSame(_ file: Part10File, _ id: String) throws {
    let plain = try DataSetWriter.write(file.dataSet, transferSyntax: .explicitVRLittleEndian)
    let deflated = try DataSetWriter.write(file.dataSet, transferSyntax: file.transferSyntax)
    let again = try DataSetReader.read(ByteSlice(deflated), transferSyntax: file.transferSyntax)
    #expect(try DataSetWriter.write(again, transferSyntax: .explicitVRLittleEndian) == plain, "\(id)")
  }

  /// One change leaves everything else alone.
  @Test func oneChangeChangesOneElement() throws {
    for entry in Corpus.files("synthetic/odd/") + Corpus.files("pypi/pydicom/test_files/") where entry.isValid {
      guard var file = try? Part10File.read(entry.bytes()), file.findings.isEmpty, !file.transferSyntax.isDeflated
      else { continue }
      let before = file.dataSet
      try file.dataSet.set(.patientComments, to: "changed")
      let read = try Part10File.read(ByteSlice(file.encoded()))
      #expect(read.findings.isEmpty, "\(entry.id)")
      #expect(read.dataSet.string(.patientComments) == "changed")
      for element in before.elements where element.tag != .patientComments {
        #expect(read.dataSet[element.tag] == element, "\(entry.id) \(element.tag)")
      }
    }
  }

  @Test func unStaysUN() throws {
    let item: [UInt8] = [0xFE, 0xFF, 0x00, 0xE0, 12, 0, 0, 0, 8, 0, 0, 1, 4, 0, 0, 0, 0x41, 0x42, 0x43, 0x44]
    let bytes: [UInt8] =
      [0x08, 0, 0x32, 0x10, 0x55, 0x4E, 0, 0, 20, 0, 0, 0] + item + [
        0x10, 0, 0x20, 0, 0x55, 0x4E, 0, 0, 2, 0, 0, 0, 0x41, 0x42,
      ]
    let read = try DataSetReader.read(ByteSlice(bytes), transferSyntax: .explicitVRLittleEndian)
    #expect(read.items(.procedureCodeSequence).first?.string(.codeValue) == "ABCD")
    #expect(read.string(.patientID) == "AB")
    #expect(try DataSetWriter.write(read, transferSyntax: .explicitVRLittleEndian) == bytes)
    // In another byte order the dictionary's VR says how to write it.
    let big = try DataSetWriter.write(read, transferSyntax: .explicitVRBigEndian)
    let again = try DataSetReader.read(ByteSlice(big), transferSyntax: .explicitVRBigEndian)
    #expect(again[.patientID]?.vr == .LO)
    #expect(again.items(.procedureCodeSequence).first?.string(.codeValue) == "ABCD")
    // What is set anew has its own VR.
    var changed = read
    try changed.set(.patientID, to: "CD")
    #expect(
      try DataSetWriter.write(changed, transferSyntax: .explicitVRLittleEndian).suffix(10).prefix(6) == [
        0x10, 0, 0x20, 0, 0x4C, 0x4F,
      ])
  }

  @Test func metaFollowsTheDataSet() throws {
    let source = DataSet.build([.sopClassUID: "1.2.3", .sopInstanceUID: "1.2.3.4", .patientID: "X"])
    var file = try Part10File.read(ByteSlice(DataSetWriter.writeFile(source, transferSyntax: .explicitVRBigEndian)))
    try file.dataSet.set(.sopInstanceUID, to: "1.2.3.5")
    let read = try Part10File.read(ByteSlice(file.encoded()))
    #expect(read.findings.isEmpty)
    #expect(read.fileMetaInformation.uid(.mediaStorageSOPInstanceUID) == "1.2.3.5")
    // A data set without a header gets one.
    let bare = try Part10File.read(ByteSlice(DataSetWriter.write(source, transferSyntax: .implicitVRLittleEndian)))
    #expect(bare.findings.map(\.leniency) == [.missingPreamble, .missingMetaInformation])
    let supplied = try Part10File.read(ByteSlice(bare.encoded()))
    #expect(supplied.findings.isEmpty)
    #expect(supplied.transferSyntax == .implicitVRLittleEndian)
    #expect(supplied.fileMetaInformation.uid(.mediaStorageSOPClassUID) == "1.2.3")
  }
}
