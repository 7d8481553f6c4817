// SPDX-License-Identifier: Apache-2.0

import DICOMPixels
import PixelKernels

/// Encodes frames as RLE Lossless (PS3.5 Annex G).
public struct RLEEncoder: Sendable {
  public init() {}

  /// The fragment that holds the frame, of even length.
  public func encode(_ frame: DecodedFrame) throws(CodecError) -> [UInt8] {
    let sampleBytes = frame.bitsAllocated / 8
    let segments = frame.samplesPerPixel * sampleBytes
    guard segments <= RLEKernel.maximumSegments,
      let shape = FrameShape(
        rows: frame.rows, columns: frame.columns, samples: frame.samplesPerPixel, sampleBytes: sampleBytes)
    else { throw CodecError(.unsupported, "RLE of \(segments) bytes per pixel") }
    var failure: KernelError?
    let output = [UInt8](unsafeUninitializedCapacity: RLEKernel.maximumEncodedBytes(shape)) { output, written in
      frame.bytes.withUnsafeBytes { input in
        do throws(KernelError) {
          written = try RLEKernel.encode(input, shape, into: UnsafeMutableRawBufferPointer(output))
        } catch {
          failure = error
        }
      }
    }
    if let failure { throw CodecError(failure) }
    return output
  }
}
