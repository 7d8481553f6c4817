// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMPixels

/// The syntaxes whose decoders are tried, chosen by the first byte of an input.
private let syntaxes = [
  "1.98", "5", "8.1", "4.50", "4.51", "4.57", "4.70", "4.80", "4.81", "4.90", "4.91", "4.110", "4.111", "4.112",
  "4.201", "4.202", "4.203",
].map { TransferSyntax(UID("1.2.840.10008.1.2." + $0)) }

/// Every decoder (PS3.5 §8.2): five bytes that describe the image, then a codestream. What decodes is a whole frame,
/// and decodes to the same a second time.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCodecs(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  guard count > 5, bytes[1] > 0, bytes[2] > 0 else { return 0 }
  let flags = bytes[4]
  let bitsAllocated = [8, 16, 32, 1][Int(flags & 3)]
  let samples = flags & 4 == 0 ? 1 : 3
  let description = PixelDescription(
    rows: Int(bytes[1]), columns: Int(bytes[2]), samplesPerPixel: samples, bitsAllocated: bitsAllocated,
    bitsStored: min(max(Int(bytes[3]), 1), bitsAllocated), isSigned: flags & 8 != 0,
    photometric: samples == 1 ? .monochrome2 : flags & 16 == 0 ? .rgb : .ybrFull422)
  let codestream = ByteSlice(copying: UnsafeRawBufferPointer(rebasing: bytes[5...]))
  // What a stream says of itself decides nothing, but must be read whatever it is.
  _ = try? Codestream(codestream, highThroughput: flags & 32 != 0)
  let syntax = syntaxes[Int(bytes[0]) % syntaxes.count]
  if flags & 64 != 0 {
    let count = Int(flags >> 7) + 2
    let frames = try? CodecRegistry.standard.decode(
      codestream, transferSyntax: syntax, description: description, frames: count)
    precondition(
      frames.map { $0.count == count && $0.allSatisfy { $0.bytes.count == description.decodedFrameBytes } } ?? true)
  }
  guard let frame = try? CodecRegistry.standard.decode(codestream, transferSyntax: syntax, description: description)
  else { return 0 }
  precondition(frame.bytes.count == description.decodedFrameBytes, "a frame of another size")
  let again = try? CodecRegistry.standard.decode(codestream, transferSyntax: syntax, description: description)
  precondition(again?.bytes == frame.bytes, "a stream decodes to one thing, then to another")
  return 0
}
