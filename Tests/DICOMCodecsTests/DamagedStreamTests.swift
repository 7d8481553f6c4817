// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMFile
import DICOMPixels
import DICOMTestKit
import Testing

/// Streams that were cut or changed: an error or some pixels, never a crash.
struct DamagedStreamTests {
  /// One small file for each codec and process.
  static let files = Corpus.files("synthetic/ts/").filter { entry in
    guard let syntax = entry.text("transfer_syntax") else { return false }
    return CodecRegistry.standard.decoder(for: TransferSyntax(UID(syntax))) != nil
  }

  /// The fuzzer tries more.
  private static let rounds = 12

  @Test(arguments: files)
  func damageIsSurvived(_ entry: Corpus.Entry) throws {
    let file = try Part10File.read(entry.bytes())
    let reader = try FrameReader(file.dataSet, transferSyntax: file.transferSyntax)
    let stream = try reader.locator.codestream(0).array
    var random = Generator(state: UInt64(stream.count) &* 0x9E37_79B9_7F4A_7C15 | 1)
    var refused = 0
    for round in 0..<Self.rounds {
      var damaged = stream
      if round % 3 == 0 { damaged.removeLast(random.below(stream.count)) }
      // Headers decide what is allocated: half of the changes go there.
      let span = round % 2 == 0 ? min(damaged.count, 100) : damaged.count
      if span > 0, round % 3 != 0 {
        for _ in 0..<1 + random.below(4) { damaged[random.below(span)] = UInt8(truncatingIfNeeded: random.next()) }
      }
      do throws(CodecError) {
        let frame = try CodecRegistry.standard.decode(
          ByteSlice(damaged), transferSyntax: file.transferSyntax, description: reader.description)
        #expect(frame.bytes.count == reader.description.decodedFrameBytes)
      } catch {
        refused += 1
      }
    }
    #expect(refused > 0)
  }

  @Test(arguments: files)
  func nothingAtAllIsRefused(_ entry: Corpus.Entry) throws {
    let file = try Part10File.read(entry.bytes())
    let reader = try FrameReader(file.dataSet, transferSyntax: file.transferSyntax)
    for bytes: [UInt8] in [
      [], [0], [0xFF, 0xD8], [UInt8](repeating: 0, count: 200), [UInt8](repeating: 0xFF, count: 200),
    ] {
      #expect(throws: CodecError.self) {
        try CodecRegistry.standard.decode(
          ByteSlice(bytes), transferSyntax: file.transferSyntax, description: reader.description)
      }
    }
  }

  @Test(arguments: ["rows_65535", "rows_0", "pixeldata_short", "frames_2147483647"])
  func absurdClaimsCostNothing(_ name: String) throws {
    guard let entry = Corpus.files("synthetic/px/\(name).dcm").first else {
      Issue.record("\(name) is absent")
      return
    }
    let file = try Part10File.read(entry.bytes())
    let read = Result { try FrameReader(file.dataSet, transferSyntax: file.transferSyntax) }
    #expect(((try? read.get().frameCount) ?? 0) <= 1)
    #expect(throws: CodecError.self) { try read.get().frame(Int(Int32.max) - 1) }
  }

  @Test func aSmallStreamCannotClaimAHugeFrame() {
    let description = PixelDescription(rows: 20_000, columns: 20_000, bitsAllocated: 16)
    for syntax in ["5", "4.50", "4.57", "4.80", "4.90", "4.110", "8.1", "1.98"] {
      let error = #expect(throws: CodecError.self) {
        try CodecRegistry.standard.decode(
          ByteSlice([UInt8](repeating: 0, count: 500)),
          transferSyntax: TransferSyntax(UID("1.2.840.10008.1.2." + syntax)), description: description)
      }
      #expect(error?.code == .limit)
    }
  }

  /// 16 × 12 pixels of three components behind a transform by arrays (ISO/IEC 15444-2 Annex J), which OpenJPEG writes
  /// and does not read.
  private static let partTwo = """
    ff4fff51002f8100000000100000000c0000000000000000000000100000000c000000000000000000030701010701010701
    01ff52000c00000001020204040000ff5c0011425f5250055005504757d357d35762ff640025000143726561746564206279
    204f70656e4a5045472076657273696f6e20322e352e30ff7800070003070707ff74002c0000090100003f8000003f800000
    000000003f80000000000000000000003f800000000000003f800000ff74001400000a020000430000000000000000000000
    ff750017000003000000010100030001020003000102000201ff7700040103ff90000a0000000000540001ff93cfd83c0cc3
    34fc2b71175f7d6c347ed8a57f8080a1f685000cbf4a893ac56b6e1a278080a07ce340408e0315670cc3a53455c1883f80c0
    1d0a0fa812004436dd36316adf363fffd9
    """

  /// The second component rises by 20 with each row; the arrays add 128 to the first.
  @Test func transformsByArraysAreReadAndImpossibleOnesRefused() throws {
    let digits = Self.partTwo.filter { !$0.isWhitespace }.utf8.map { UInt8($0 > 57 ? $0 - 87 : $0 - 48) }
    var stream = stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    let description = PixelDescription(rows: 12, columns: 16, samplesPerPixel: 3, bitsAllocated: 8, photometric: .rgb)
    let syntax: TransferSyntax = TransferSyntax("1.2.840.10008.1.2.4.93")
    let frame = try CodecRegistry.standard.decode(ByteSlice(stream), transferSyntax: syntax, description: description)
    for row in 0..<12 {
      let pixel = row * 16 * 3
      #expect(frame.bytes[pixel] == UInt8(min(128 + 20 * row, 255)))
      #expect(frame.bytes[pixel + 1] == UInt8(20 * row))
    }
    // Csiz: more components than the frame has samples, and than the stream has data for.
    stream[41] = 20
    stream.insert(contentsOf: (0..<17).flatMap { _ in [7, 1, 1] as [UInt8] }, at: 51)
    stream[5] = UInt8(38 + 3 * 20)
    #expect(throws: CodecError.self) {
      try CodecRegistry.standard.decode(ByteSlice(stream), transferSyntax: syntax, description: description)
    }
  }
}

/// The generator xorshift64.
private struct Generator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  mutating func below(_ bound: Int) -> Int { Int(truncatingIfNeeded: next() >> 33) % bound }
}
