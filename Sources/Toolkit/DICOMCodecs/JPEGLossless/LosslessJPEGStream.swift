// SPDX-License-Identifier: Apache-2.0

/// The bit reader of one entropy coded segment: removes stuffed zeros and stops at markers (ISO/IEC 10918-1 §F.1.2.3).
struct LosslessJPEGStream {
  let bytes: UnsafePointer<UInt8>
  let end: Int
  /// The next byte to take.
  var position: Int
  private var bits: UInt64 = 0
  private var available = 0
  /// Zero bits that were invented after the end of the data.
  private(set) var missing = 0

  init(bytes: UnsafePointer<UInt8>, position: Int, end: Int) {
    self.bytes = bytes
    self.position = position
    self.end = end
  }

  /// Reads one difference (§H.1.2.2); nil where no code fits.
  @inline(__always)
  mutating func difference(_ table: UnsafePointer<UInt16>) -> Int32? {
    if available < 32 { fill() }
    let entry = table[Int(truncatingIfNeeded: bits &>> 48)]
    if entry == 0 { return nil }
    let length = Int(entry &>> 8)
    let category = Int(entry & 0xFF)
    bits &<<= UInt64(truncatingIfNeeded: length)
    available &-= length
    if category == 0 { return 0 }
    if category == 16 { return 32768 }
    let value = Int32(truncatingIfNeeded: bits &>> UInt64(truncatingIfNeeded: 64 &- category))
    bits &<<= UInt64(truncatingIfNeeded: category)
    available &-= category
    let half = Int32(1) &<< Int32(truncatingIfNeeded: category &- 1)
    return value < half ? value &- (half &<< 1) &+ 1 : value
  }

  private mutating func fill() {
    while available <= 56 {
      var byte: UInt8 = 0
      if position < end {
        byte = bytes[position]
        if byte == 0xFF {
          if position + 1 < end, bytes[position + 1] == 0 {
            position += 2
          } else {
            byte = 0
            missing += 8
          }
        } else {
          position += 1
        }
      } else {
        missing += 8
      }
      bits |= UInt64(byte) &<< UInt64(truncatingIfNeeded: 56 &- available)
      available += 8
    }
  }

  /// More bits were used than the segment holds.
  var isExhausted: Bool { missing > available }

  /// Skips to behind the next restart marker and forgets the remaining bits; false where there is none.
  mutating func restart() -> Bool {
    bits = 0
    available = 0
    missing = 0
    while position + 1 < end {
      if bytes[position] == 0xFF, bytes[position + 1] != 0, bytes[position + 1] != 0xFF {
        let isRestart = (0xD0...0xD7).contains(bytes[position + 1])
        if isRestart { position += 2 }
        return isRestart
      }
      position += 1
    }
    return false
  }

  /// Moves to the next marker behind the entropy coded data.
  mutating func skipToMarker() {
    while position + 1 < end {
      if bytes[position] == 0xFF, bytes[position + 1] != 0, bytes[position + 1] != 0xFF,
        !(0xD0...0xD7).contains(bytes[position + 1])
      {
        return
      }
      position += 1
    }
    position = end
  }
}
