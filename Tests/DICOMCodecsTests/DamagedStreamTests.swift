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
