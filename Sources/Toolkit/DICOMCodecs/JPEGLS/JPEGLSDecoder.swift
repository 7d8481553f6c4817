// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMPixels

/// JPEG-LS, lossless and near-lossless (ISO/IEC 14495-1, PS3.5 §8.2.3).
///
/// Own code, because damaged streams keep the versions of CharLS that distributions carry busy for ever.
public struct JPEGLSDecoder: FrameDecoder {
  public init() {}

  public func decode(_ codestream: ByteSlice, description: PixelDescription) throws(CodecError) -> DecodedFrame {
    var failure: CodecError?
    var result = JPEGLSStream.Result(precision: 0, near: 0)
    let size = description.samplesPerFrame * 2
    let samples = [UInt8](unsafeUninitializedCapacity: size) { buffer, written in
      codestream.withUnsafeBytes { input in
        guard let source = input.bindMemory(to: UInt8.self).baseAddress, let target = buffer.baseAddress else { return }
        UnsafeMutableRawPointer(target).withMemoryRebound(to: UInt16.self, capacity: size / 2) { words in
          var stream = JPEGLSStream(
            bytes: source, count: input.count, description: description, output: words)
          do throws(CodecError) { result = try stream.run() } catch { failure = error }
        }
      }
      written = failure == nil ? size : 0
    }
    if let failure { throw failure }
    return SampleWriter.frame(
      samples, sampleBytes: 2, description, overshoots: result.near > 0 && result.precision > description.highBit + 1)
  }
}
