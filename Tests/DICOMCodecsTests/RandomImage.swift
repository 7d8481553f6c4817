// SPDX-License-Identifier: Apache-2.0

import DICOMPixels

/// Images for round trips: noise, smooth shading with edges, and constant areas.
struct RandomImage {
  /// The generator xorshift64.
  struct Generator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
  }

  enum Texture: CaseIterable {
    case noise
    case shading
    case flat
    case extremes
  }

  /// A frame with random size up to 40 by 40.
  static func frame(
    _ generator: inout Generator, bits: Int, samples: Int = 1, signed: Bool = false,
    texture: Texture? = nil, photometric: PhotometricInterpretation? = nil
  ) -> (frame: DecodedFrame, description: PixelDescription) {
    let rows = Int.random(in: 1...40, using: &generator)
    let columns = Int.random(in: 1...40, using: &generator)
    let allocated = bits <= 8 ? 8 : bits <= 16 ? 16 : 32
    let description = PixelDescription(
      rows: rows, columns: columns, samplesPerPixel: samples, bitsAllocated: allocated, bitsStored: bits,
      isSigned: signed, photometric: photometric ?? (samples == 3 ? .rgb : .monochrome2))
    let least = signed ? -(1 << (bits - 1)) : 0
    let greatest = least + (1 << bits) - 1
    let kind = texture ?? Texture.allCases[Int.random(in: 0..<4, using: &generator)]
    let flat = Int.random(in: least...greatest, using: &generator)
    var bytes: [UInt8] = []
    for index in 0..<description.samplesPerFrame {
      let pixel = index / samples
      let value: Int
      switch kind {
      case .noise: value = Int.random(in: least...greatest, using: &generator)
      case .shading:
        let slope = (pixel / columns * 5 + pixel % columns * 3 + index % samples * 7) % (greatest - least + 1)
        value = pixel % columns > columns / 2 ? greatest - slope : least + slope
      case .flat: value = pixel % 97 == 96 ? greatest : flat
      case .extremes: value = Bool.random(using: &generator) ? least : greatest
      }
      for byte in 0..<allocated / 8 { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
    }
    return (DecodedFrame(description, bytes: bytes), description)
  }
}
