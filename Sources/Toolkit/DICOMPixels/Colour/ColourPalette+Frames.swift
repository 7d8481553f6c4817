// SPDX-License-Identifier: Apache-2.0

extension ColourPalette {
  /// Stored values to colours.
  /// - Parameters:
  ///   - levels: grey of `bits` bits for values below the first one mapped; without it those take the first colour.
  ///   - bits: 8 or 16.
  /// - Returns: RGB, samples of 16 bits little endian.
  func colours(of frame: DecodedFrame, over levels: [UInt8]?, bits: Int) -> [UInt8] {
    switch (frame.bitsAllocated, frame.isSigned) {
    case (8, false): colours(frame, UInt8.self, levels, bits)
    case (8, true): colours(frame, Int8.self, levels, bits)
    case (16, false): colours(frame, UInt16.self, levels, bits)
    case (16, true): colours(frame, Int16.self, levels, bits)
    case (32, false): colours(frame, UInt32.self, levels, bits)
    case (32, true): colours(frame, Int32.self, levels, bits)
    default: colours(frame, Int64.self, levels, bits)
    }
  }

  /// Brightness of 16 bits, little endian, to colours: the whole range runs over the whole palette.
  func colours(ofLevels levels: [UInt8], bits: Int) -> [UInt8] {
    let last = entries.count - 1
    let table = (0..<65_536).map { (($0 * last) + 32_767) / 65_535 }
    return colours(count: levels.count / 2, bits: bits) { index in
      entries[table[Int(levels[index * 2]) | Int(levels[index * 2 + 1]) << 8]]
    }
  }

  private func colours<Sample: FixedWidthInteger>(
    _ frame: DecodedFrame, _: Sample.Type, _ levels: [UInt8]?, _ bits: Int
  ) -> [UInt8] {
    let last = entries.count - 1
    return frame.bytes.withUnsafeBytes { raw in
      let samples = raw.assumingMemoryBound(to: Sample.self)
      return colours(count: samples.count, bits: bits) { index in
        let entry = Int(clamping: samples[index]).subtractingReportingOverflow(firstValue).partialValue
        if entry < 0, let levels {
          let level =
            bits == 8 ? UInt16(levels[index]) * 257 : UInt16(levels[index * 2]) | UInt16(levels[index * 2 + 1]) << 8
          return DisplayColour(grey: level)
        }
        return entries[min(max(entry, 0), last)]
      }
    }
  }

  private func colours(count: Int, bits: Int, _ colour: (Int) -> DisplayColour) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count * 3 * bits / 8) { output, written in
      for index in 0..<count {
        let colour = colour(index)
        if bits == 8 {
          output[index * 3] = UInt8(truncatingIfNeeded: colour.red >> 8)
          output[index * 3 + 1] = UInt8(truncatingIfNeeded: colour.green >> 8)
          output[index * 3 + 2] = UInt8(truncatingIfNeeded: colour.blue >> 8)
        } else {
          for (sample, level) in [colour.red, colour.green, colour.blue].enumerated() {
            output[index * 6 + sample * 2] = UInt8(truncatingIfNeeded: level)
            output[index * 6 + sample * 2 + 1] = UInt8(truncatingIfNeeded: level >> 8)
          }
        }
      }
      written = count * 3 * bits / 8
    }
  }
}
