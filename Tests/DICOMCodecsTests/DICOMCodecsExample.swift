// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMFile
import DICOMPixels
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

/// A file in JPEG-LS, and how far its samples are from those of the original.
private func compressed(_ bytes: ByteSlice) async throws -> [UInt8] {
  let file = try Part10File.read(bytes)
  let first = try FrameReader(file.dataSet, transferSyntax: file.transferSyntax).frame(0)
  print("\(first.columns) × \(first.rows) pixels of \(first.bitsStored) bits, \(first.photometric.rawValue)")
  let options = TranscodingOptions(encoding: EncodingOptions(near: 2), workers: 4)
  let transcoder = try Transcoder(to: TransferSyntax("1.2.840.10008.1.2.4.81"), options: options)
  let image = try await transcoder.transcode(file.dataSet, from: file.transferSyntax)
  print("ratio \(image.ratio ?? 1), greatest error \(image.difference?.maximum ?? 0)")
  return try DataSetWriter.writeFile(image.dataSet, transferSyntax: image.transferSyntax)
}

/// The example of the library's article.
struct DICOMCodecsExample {
  @Test func anImageIsCompressed() async throws {
    let entry = try #require(Corpus.files("synthetic/ts/evle_g12.dcm").first)
    let written = try await compressed(entry.bytes())
    let file = try Part10File.read(ByteSlice(written))
    #expect(file.transferSyntax == TransferSyntax("1.2.840.10008.1.2.4.81"))
    #expect(file.dataSet.string(Tag(0x0028, 0x2110)) == "01")
  }
}
