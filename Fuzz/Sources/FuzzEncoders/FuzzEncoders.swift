// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMPixels

/// The syntaxes whose encoders are tried, chosen by the first byte of an input.
private let syntaxes = [
  "1.98", "5", "8.1", "4.50", "4.51", "4.57", "4.70", "4.80", "4.81", "4.90", "4.91", "4.110", "4.111", "4.112",
  "4.201", "4.202", "4.203",
].map { TransferSyntax(UID("1.2.840.10008.1.2." + $0)) }

/// Every encoder (PS3.5 §8.2): six bytes that describe image and options, then samples, repeated as often as needed.
/// What a lossless encoder writes decodes to what it was given; what others write decodes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEncoders(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  guard count > 6, bytes[1] > 0, bytes[2] > 0 else { return 0 }
  let flags = bytes[4]
  let bitsAllocated = [8, 16, 32, 1][Int(flags & 3)]
  let samples = flags & 4 == 0 ? 1 : 3
  let description = PixelDescription(
    rows: Int(bytes[1]), columns: Int(bytes[2]), samplesPerPixel: samples, bitsAllocated: bitsAllocated,
    bitsStored: min(max(Int(bytes[3]), 1), bitsAllocated), isSigned: flags & 8 != 0 && bitsAllocated > 1,
    photometric: samples == 1 ? .monochrome2 : flags & 16 == 0 ? .rgb : .ybrFull)
  var content = (0..<description.decodedFrameBytes).map { bytes[6 + $0 % (count - 6)] }
  if bitsAllocated == 1 { content = content.map { $0 & 1 } }
  SampleContainer.normalize(&content, description)
  let frame = DecodedFrame(description, bytes: content)
  let options = EncodingOptions(
    quality: Int(bytes[5] % 100) + 1, near: Int(bytes[5]), ratio: flags & 32 == 0 ? nil : Double(bytes[5]) / 4,
    effort: 1 + Int(bytes[5] % 3), predictor: Int(bytes[5] % 7) + 1)
  let syntax = syntaxes[Int(bytes[0]) % syntaxes.count]
  guard let encoder = CodecRegistry.standard.encoder(for: syntax), encoder.constraints.problem(frame) == nil,
    let encoded = try? encoder.encode(frame, options: options)
  else { return 0 }
  var written = description
  written.photometric = encoded.photometric
  let back = try? CodecRegistry.standard.decode(
    ByteSlice(encoded.bytes), transferSyntax: syntax, description: written)
  precondition(back != nil, "what was written does not decode")
  precondition(encoder.isLossy || back?.bytes == content, "a lossless codec lost something")
  return 0
}
