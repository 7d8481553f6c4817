// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

/// What is written while it is decoded is what the whole would be.
struct DecodingStreamTests {
  private struct Full: Error {}

  private static let targets: [TransferSyntax] = [.implicitVRLittleEndian, .explicitVRLittleEndian]

  /// Compressed images of the corpus; of the large ones none.
  static let sources = Corpus.files("synthetic/").filter { entry in
    guard let syntax = entry.text("transfer_syntax").map({ TransferSyntax(UID($0)) }), syntax.isEncapsulated,
      entry.manifest["pixel"]?["sha256"]?.string != nil, let bytes = try? entry.bytes()
    else { return false }
    return CodecRegistry.standard.canDecode(syntax) && bytes.count < 200_000
  }

  private func joined(_ stream: DecodingStream) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    try await stream.dataSet { bytes += $0.array }
    return bytes
  }

  @Test(arguments: targets)
  func aStreamIsTheWhole(_ target: TransferSyntax) async throws {
    var compared = 0
    for (index, entry) in Self.sources.enumerated() {
      let file = try Part10File.read(entry.bytes())
      var dataSet = file.dataSet
      dataSet.set(DataElement(tag: Tag(0xFFFC, 0xFFFC), vr: .OB, value: .bytes(ByteSlice([1, 2, 3, 4]))))
      let transcoder = try Transcoder(
        to: target, options: TranscodingOptions(verifies: false, workers: 1 + index % 3))
      let whole = try await transcoder.transcode(dataSet, from: file.transferSyntax)
      let stream = try #require(try transcoder.decoding(dataSet, from: file.transferSyntax), "\(entry.id)")
      let streamed = try await joined(stream)
      #expect(try streamed == DataSetWriter.write(whole.dataSet, transferSyntax: target), "\(entry.id)")
      #expect(stream.numberOfFrames == whole.frames)
      compared += 1
    }
    #expect(compared > 20)
  }

  @Test func onlyWhatIsNotComparedIsStreamed() throws {
    let entry = try #require(Corpus.files("synthetic/ts/").first { $0.id.hasSuffix("/rle_rgbmf.dcm") })
    let file = try Part10File.read(entry.bytes())
    let explicit = TransferSyntax.explicitVRLittleEndian
    let verifying = try Transcoder(to: explicit, options: TranscodingOptions(verifies: true))
    #expect(try verifying.decoding(file.dataSet, from: file.transferSyntax) == nil)
    let options = TranscodingOptions(verifies: false)
    let bigEndian = try Transcoder(to: .explicitVRBigEndian, options: options)
    #expect(try bigEndian.decoding(file.dataSet, from: file.transferSyntax) == nil)
    var plain = file.dataSet
    plain.remove(.pixelData)
    #expect(try Transcoder(to: explicit, options: options).decoding(plain, from: file.transferSyntax) == nil)
  }

  @Test func aFrameThatCannotBeDecodedAndAFullDiskEndIt() async throws {
    let entry = try #require(Corpus.files("synthetic/ts/").first { $0.id.hasSuffix("/rle_rgbmf.dcm") })
    let file = try Part10File.read(entry.bytes())
    guard case .fragments(var fragments) = file.dataSet[.pixelData]?.value else { throw Full() }
    let transcoder = try Transcoder(
      to: .explicitVRLittleEndian, options: TranscodingOptions(verifies: false, workers: 2))
    let stream = try #require(try transcoder.decoding(file.dataSet, from: file.transferSyntax))
    await #expect(throws: Full.self) { try await stream.dataSet { _ in throw Full() } }

    let last = fragments.count - 1
    fragments[last] = fragments[last][0..<70]
    var damaged = file.dataSet
    damaged.set(DataElement(tag: .pixelData, vr: .OB, value: .fragments(fragments)))
    let broken = try #require(try transcoder.decoding(damaged, from: file.transferSyntax))
    let error = await #expect(throws: CodecError.self) { try await broken.dataSet { _ in } }
    #expect(error?.frame == last - 1)
  }
}
