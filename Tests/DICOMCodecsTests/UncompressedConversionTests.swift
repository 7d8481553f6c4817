// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMPixels
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

/// Encapsulated images in native form.
struct UncompressedConversionTests {
  static let files = Corpus.files("synthetic/").filter { entry in
    guard let syntax = entry.text("transfer_syntax"), entry.manifest["pixel"]?["sha256"]?.string != nil else {
      return false
    }
    let transferSyntax = TransferSyntax(UID(syntax))
    return transferSyntax.isEncapsulated && CodecRegistry.standard.canDecode(transferSyntax)
  }

  @Test(arguments: files)
  func nativeFramesAreTheDecodedOnes(_ entry: Corpus.Entry) throws {
    let file = try Part10File.read(entry.bytes())
    let original = try FrameReader(file.dataSet, transferSyntax: file.transferSyntax)
    let conversion = try UncompressedConversion(file.dataSet, transferSyntax: file.transferSyntax)
    let native = try conversion.dataSet()
    #expect(native.bytes(.pixelData)?.count == conversion.pixelDataLength)
    #expect(conversion.pixelDataLength % 2 == 0)
    let written = try DataSetWriter.write(native, transferSyntax: .explicitVRLittleEndian)
    let again = try DataSetReader.read(ByteSlice(written), transferSyntax: .explicitVRLittleEndian)
    let reader = try FrameReader(again, transferSyntax: .explicitVRLittleEndian)
    #expect(reader.frameCount == original.frameCount)
    for index in 0..<reader.frameCount {
      let expected = try ColourConverter.greyOrRGB(original.frame(index), palette: nil)
      let got = try ColourConverter.greyOrRGB(reader.frame(index), palette: nil)
      #expect(got.bytes == expected.bytes)
    }
    let untouched: [Tag] = [.sopInstanceUID, .patientName, .rows, .bitsStored, .highBit, .pixelRepresentation]
    for tag in untouched { #expect(again[tag]?.bytes == file.dataSet[tag]?.bytes) }
  }

  private func converted(_ id: String) throws -> (before: DataSet, after: DataSet) {
    let entry = try #require(Corpus.files(id).first)
    let file = try Part10File.read(entry.bytes())
    return (file.dataSet, try UncompressedConversion(file.dataSet, transferSyntax: file.transferSyntax).dataSet())
  }

  @Test func lossyJPEGBecomesRGBAndSaysThatItWasLossy() throws {
    let (before, after) = try converted("synthetic/ts/jpeg50_rgb_ybr422.dcm")
    #expect(before.string(.photometricInterpretation) == "YBR_FULL_422")
    #expect(after.string(.photometricInterpretation) == "RGB")
    #expect(after.integer(.planarConfiguration) == 0)
    #expect(after.string(.lossyImageCompression) == "01")
  }

  @Test func componentTransformsOfJPEG2000AreUndone() throws {
    for id in ["synthetic/ts/j2k90_rgb.dcm", "synthetic/ts/j2k91_rgb.dcm"] {
      #expect(try converted(id).after.string(.photometricInterpretation) == "RGB")
    }
  }

  @Test func tablesOfEncapsulationAreLeftOut() throws {
    let extended = try #require(
      Corpus.files("synthetic/encaps/").first { $0.id.contains("eot") || $0.id.contains("ext") })
    let (before, after) = try converted(extended.id)
    #expect(before[.extendedOffsetTable] != nil)
    #expect(after[.extendedOffsetTable] == nil)
    #expect(after[.extendedOffsetTableLengths] == nil)
  }

  @Test func nativeImagesAreNotConverted() throws {
    let entry = try #require(Corpus.files("synthetic/px/signed8.dcm").first)
    let file = try Part10File.read(entry.bytes())
    #expect(throws: CodecError.self) {
      try UncompressedConversion(file.dataSet, transferSyntax: file.transferSyntax)
    }
  }
}
