// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMPixels
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

/// Whole data sets from any transfer syntax to any other.
struct TranscoderTests {
  static let targets =
    ["", ".1", ".2", ".1.99", ".1.98", ".8.1", ".5", ".4.50", ".4.51", ".4.57", ".4.70", ".4.80"]
    + [".4.81", ".4.90", ".4.91", ".4.110", ".4.111", ".4.112", ".4.201", ".4.202", ".4.203"]

  /// One of each kind of image and of codec: all images in all syntaxes would take too long.
  private static let kinds = [
    "evbe_g12", "evle_g8", "evle_s16", "evle_rgb_planar1", "ivle_mf16", "rle_rgbmf", "jpeg50_rgb_ybr422", "jpeg51_g12",
    "jpeg57_sv4_u16", "jpeg70_g8", "jpegls80_rgb", "jpegls81_g12", "j2k90_rgb", "j2k91_g8", "htj2k201_g12",
    "jxl110_rgb",
    "jxl111_g8", "deflframe_mf8", "encunc98_u16",
  ]

  static let sources = Corpus.files("synthetic/ts/").filter { entry in
    guard kinds.contains(where: { entry.id.hasSuffix("/\($0).dcm") }) else { return false }
    guard let syntax = entry.text("transfer_syntax"), entry.manifest["pixel"]?["sha256"]?.string != nil else {
      return false
    }
    return CodecRegistry.standard.canDecode(TransferSyntax(UID(syntax)))
  }

  private static func syntax(_ suffix: String) -> TransferSyntax { TransferSyntax(UID("1.2.840.10008.1.2" + suffix)) }

  private static let repackable: Set<TransferSyntax> = [syntax(".4.50"), syntax(".4.111")]

  private func colours(_ frame: DecodedFrame) throws -> DecodedFrame {
    try ColourConverter.greyOrRGB(frame, palette: nil)
  }

  @Test(arguments: targets)
  func everySourceReachesTheTarget(_ suffix: String) async throws {
    let target = Self.syntax(suffix)
    let transcoder = try Transcoder(to: target)
    var converted = 0
    for entry in Self.sources {
      let file = try Part10File.read(entry.bytes())
      let before = try FrameReader(file.dataSet, transferSyntax: file.transferSyntax)
      let image: TranscodedImage
      do {
        image = try await transcoder.transcode(file.dataSet, from: file.transferSyntax)
      } catch {
        #expect(error.code == .unsupported, "\(entry.id) to \(target.uid): \(error)")
        continue
      }
      converted += 1
      let written = try DataSetWriter.writeFile(image.dataSet, transferSyntax: image.transferSyntax)
      let again = try Part10File.read(ByteSlice(written))
      #expect(again.transferSyntax == target)
      #expect(again.findings.isEmpty)
      let after = try FrameReader(again.dataSet, transferSyntax: target)
      #expect(after.frameCount == before.frameCount)
      for index in 0..<before.frameCount where !image.isLossy {
        var difference = FrameDifference(bits: 8)
        try difference.add(colours(before.frame(index)), colours(after.frame(index)))
        // The decoders of JPEG and of JPEG XL round otherwise; the stream itself is the same.
        let isRepacked = Set([file.transferSyntax, target]) == Self.repackable
        let isFaithful = isRepacked ? difference.peakSignalToNoise > 30 : difference.maximum == 0
        #expect(isFaithful, "\(entry.id) to \(target.uid), frame \(index)")
      }
      let keepsUID = again.dataSet.uid(.sopInstanceUID) == file.dataSet.uid(.sopInstanceUID)
      #expect(keepsUID != image.isLossy)
    }
    #expect(converted > 8)
  }

  private func transcoded(
    _ id: String, to suffix: String, _ options: TranscodingOptions = TranscodingOptions()
  ) async throws -> (before: DataSet, image: TranscodedImage) {
    let entry = try #require(Corpus.files(id).first)
    let file = try Part10File.read(entry.bytes())
    let transcoder = try Transcoder(to: Self.syntax(suffix), options: options)
    return (file.dataSet, try await transcoder.transcode(file.dataSet, from: file.transferSyntax))
  }

  @Test func lossyCompressionMakesADerivedImage() async throws {
    var options = TranscodingOptions(encoding: EncodingOptions(quality: 80))
    options.newUID = { "1.2.3.4" }
    let (before, image) = try await transcoded("synthetic/ts/evle_rgb.dcm", to: ".4.50", options)
    let after = image.dataSet
    #expect(image.isLossy)
    #expect(after.string(.sopInstanceUID) == "1.2.3.4")
    #expect(after.string(.photometricInterpretation) == "YBR_FULL_422")
    #expect(after.string(.lossyImageCompression) == "01")
    #expect(after.string(.lossyImageCompressionMethod) == "ISO_10918_1")
    let stated = try #require(after.double(.lossyImageCompressionRatio))
    let ratio = try #require(image.ratio)
    #expect(ratio > 1 && abs(stated - ratio) < 0.01)
    #expect(after.strings(.imageType)?.first == "DERIVED")
    #expect(after.string(.derivationDescription)?.contains("JPEG Baseline") == true)
    #expect(after.items(.derivationCodeSequence).last?.string(.codeValue) == "113040")
    let source = try #require(after.items(.sourceImageSequence).last)
    #expect(source.uid(.referencedSOPInstanceUID) == before.uid(.sopInstanceUID))
    #expect(source.items(.purposeOfReferenceCodeSequence).first?.string(.codeValue) == "121320")
    #expect((image.difference?.maximum ?? 0) > 0)
  }

  @Test func aSecondLossyCompressionAddsToTheFirst() async throws {
    let (_, first) = try await transcoded("synthetic/ts/evle_g8.dcm", to: ".4.50")
    let second = try await Transcoder(to: Self.syntax(".4.91")).transcode(first.dataSet, from: first.transferSyntax)
    #expect(second.dataSet.strings(.lossyImageCompressionMethod) == ["ISO_10918_1", "ISO_15444_1"])
    #expect(second.dataSet.strings(.lossyImageCompressionRatio)?.count == 2)
    #expect(second.dataSet.items(.sourceImageSequence).count == 2)
  }

  @Test func aLossyPastIsNotForgotten() async throws {
    let (before, image) = try await transcoded("synthetic/ts/jpeg50_g8.dcm", to: ".4.80")
    #expect(!image.isLossy)
    #expect(image.dataSet.string(.lossyImageCompression) == "01")
    #expect(image.dataSet.string(.lossyImageCompressionMethod) == "ISO_10918_1")
    #expect(image.dataSet.uid(.sopInstanceUID) == before.uid(.sopInstanceUID))
  }

  @Test func losslessComponentTransformsAreNamed() async throws {
    for (suffix, name) in [(".4.90", "YBR_RCT"), (".4.201", "YBR_RCT"), (".4.80", "RGB"), (".5", "RGB")] {
      let image = try await transcoded("synthetic/ts/evle_rgb.dcm", to: suffix).image
      #expect(image.dataSet.string(.photometricInterpretation) == name)
      #expect(image.dataSet.integer(.planarConfiguration) == 0)
    }
  }

  @Test func offsetTables() async throws {
    for table in TranscodingOptions.OffsetTable.allCases {
      let options = TranscodingOptions(offsetTable: table)
      let data = try await transcoded("synthetic/ts/evle_mf8.dcm", to: ".4.80", options).image.dataSet
      guard case .fragments(let fragments) = data[.pixelData]?.value else {
        Issue.record("no fragments")
        return
      }
      #expect(fragments.count == 6)
      var offsets: [Int] = []
      for fragment in fragments.dropFirst().dropLast() { offsets.append((offsets.last ?? 0) + fragment.count + 8) }
      offsets.insert(0, at: 0)
      #expect(fragments[0].count == (table == .basic ? 20 : 0))
      if table == .basic {
        let read = (0..<5).map { index in
          (0..<4).reduce(0) { $0 | Int(fragments[0][index * 4 + $1]) << (8 * $1) }
        }
        #expect(read == offsets)
      }
      #expect(data.integers(.extendedOffsetTable) == (table == .extended ? offsets : nil))
      let lengths = data.integers(.extendedOffsetTableLengths)
      #expect((lengths != nil) == (table == .extended))
      for (length, fragment) in zip(lengths ?? [], fragments.dropFirst()) {
        #expect(fragment.count == length + length % 2)
      }
      #expect(fragments.allSatisfy { $0.count % 2 == 0 })
    }
  }

  @Test func jpegIsRepackedAndComesBackByteByByte() async throws {
    let (before, packed) = try await transcoded("synthetic/ts/jpeg50_rgb_ybr422.dcm", to: ".4.111")
    #expect(!packed.isLossy)
    let back = try await Transcoder(to: Self.syntax(".4.50")).transcode(packed.dataSet, from: packed.transferSyntax)
    #expect(!back.isLossy)
    guard case .fragments(let original) = before[.pixelData]?.value,
      case .fragments(let restored) = back.dataSet[.pixelData]?.value
    else {
      Issue.record("no fragments")
      return
    }
    // The original may have a pad byte more.
    #expect(restored[1].array.elementsEqual(original[1].array.prefix(restored[1].count)))
    #expect(original[1].count - restored[1].count <= 1)
  }

  @Test func whatIsNotPixelDataIsCarried() async throws {
    let (before, image) = try await transcoded("synthetic/sop/BasicTextSRStorage.dcm", to: ".4.80")
    #expect(image.transferSyntax == .explicitVRLittleEndian)
    #expect(image.dataSet == before)
    #expect(image.frames == 0)
  }

  @Test func whatCannotBeHeldIsRefused() async throws {
    for (id, suffix) in [
      ("synthetic/px/float32.dcm", ".4.90"), ("synthetic/px/float64.dcm", ".5"),
      ("synthetic/video/", ".1"), ("synthetic/px/bits32.dcm", ".4.50"),
    ] {
      guard let entry = Corpus.files(id).first else {
        Issue.record("\(id) is absent")
        continue
      }
      let file = try Part10File.read(entry.bytes())
      let transcoder = try Transcoder(to: Self.syntax(suffix))
      let error = await #expect(throws: CodecError.self) {
        try await transcoder.transcode(file.dataSet, from: file.transferSyntax)
      }
      #expect(error?.code == .unsupported, "\(entry.id)")
    }
    #expect(throws: CodecError.self) { try Transcoder(to: Self.syntax(".4.100")) }
  }

  @Test func boundsOfTheErrorAreKept() async throws {
    var options = TranscodingOptions(encoding: EncodingOptions(quality: 10), maximumError: 1)
    await #expect(throws: CodecError.self) { try await transcoded("synthetic/ts/evle_rgb.dcm", to: ".4.50", options) }
    options.maximumError = nil
    options.minimumPeakSignalToNoise = 60
    let error = await #expect(throws: CodecError.self) {
      try await transcoded("synthetic/ts/evle_rgb.dcm", to: ".4.50", options)
    }
    #expect(error?.code == .verification)
  }

  @Test func overlaysInPixelBitsBecomeOverlayData() async throws {
    let entry = try #require(
      Corpus.files("synthetic/px/").first { $0.id.contains("overlay") && $0.id.contains("embed") })
    let (before, image) = try await transcoded(entry.id, to: ".4.80")
    let bit = try #require(before.integer(Tag(0x6000, 0x0102)))
    let pixels = try #require(before[.pixelData]?.bytes)
    let overlay = try #require(image.dataSet[Tag(0x6000, 0x3000)]?.bytes)
    #expect(image.dataSet.integer(Tag(0x6000, 0x0100)) == 1)
    #expect(image.dataSet.integer(Tag(0x6000, 0x0102)) == 0)
    for index in 0..<pixels.count / 2 {
      let word = Int(pixels[index * 2]) | Int(pixels[index * 2 + 1]) << 8
      #expect(word >> bit & 1 == Int(overlay[index / 8]) >> (index % 8) & 1)
    }
  }
}
