// SPDX-License-Identifier: Apache-2.0

import DICOMPixels

/// Puts samples that a codec returned in its own width into the container of the image.
enum SampleWriter {
  /// Converts samples of 8 or 16 bits, interleaved.
  /// - Parameter overshoots: the samples come from a lossy stream of more bits than the image stores.
  static func frame(
    _ samples: [UInt8], sampleBytes: Int, _ description: PixelDescription,
    photometric: PhotometricInterpretation? = nil, overshoots: Bool = false
  ) -> DecodedFrame {
    var bytes = samples
    if sampleBytes != description.sampleBytes {
      bytes = resize(samples, from: sampleBytes, to: description.sampleBytes)
    }
    if overshoots { SampleContainer.clamp(&bytes, description) }
    SampleContainer.normalize(&bytes, description)
    return DecodedFrame(description, photometric: photometric, bytes: bytes)
  }

  private static func resize(_ samples: [UInt8], from: Int, to: Int) -> [UInt8] {
    let count = samples.count / from
    let kept = min(from, to)
    return [UInt8](unsafeUninitializedCapacity: count * to) { output, written in
      samples.withUnsafeBytes { input in
        guard let source = input.baseAddress, let target = output.baseAddress else { return }
        for index in 0..<count {
          for byte in 0..<to {
            target[index * to + byte] =
              byte < kept ? source.load(fromByteOffset: index * from + byte, as: UInt8.self) : 0
          }
        }
      }
      written = count * to
    }
  }
}
