// SPDX-License-Identifier: Apache-2.0

/// The bit reader of a JPEG-LS scan: behind a byte FF only seven bits follow, a set eighth makes it a marker
/// (ISO/IEC 14495-1 §A.1).
struct JPEGLSBits {
  private let bytes: UnsafePointer<UInt8>
  private let end: Int
  /// The next byte to take; stands at the marker when all are taken.
  private(set) var position: Int
  private var bits: UInt64 = 0
  private var available = 0
  private var followsFF = false
  /// Zero bits that were invented behind the end.
  private var missing = 0

  init(bytes: UnsafePointer<UInt8>, position: Int, end: Int) {
    self.bytes = bytes
    self.position = position
    self.end = end
  }

  /// More bits were used than there are.
  var isExhausted: Bool { missing > available }

  private mutating func fill() {
    while available <= 56 {
      guard position < end else {
        available += 8
        missing += 8
        continue
      }
      let byte = bytes[position]
      if followsFF {
        if byte >= 0x80 {
          available += 8
          missing += 8
          continue
        }
        bits |= UInt64(byte) &<< UInt64(truncatingIfNeeded: 57 &- available)
        available += 7
      } else {
        bits |= UInt64(byte) &<< UInt64(truncatingIfNeeded: 56 &- available)
        available += 8
      }
      followsFF = byte == 0xFF
      position += 1
    }
  }

  @inline(__always)
  private mutating func drop(_ count: Int) {
    bits = count >= 64 ? 0 : bits &<< UInt64(truncatingIfNeeded: count)
    available &-= count
  }

  /// Reads up to 32 bits.
  @inline(__always)
  mutating func read(_ count: Int) -> Int32 {
    if count == 0 { return 0 }
    if available < 32 { fill() }
    let value = Int32(truncatingIfNeeded: bits &>> UInt64(truncatingIfNeeded: 64 &- count))
    drop(count)
    return value
  }

  /// Reads a limited-length Golomb code (§A.5.3); nil where it is longer than any can be.
  @inline(__always)
  mutating func golomb(_ k: Int, limit: Int, errorBits: Int) -> Int32? {
    var zeros = 0
    while true {
      if available < 32 { fill() }
      let run = bits.leadingZeroBitCount
      if run < available {
        zeros += run
        drop(run + 1)
        break
      }
      zeros += available
      drop(available)
      if zeros > limit { return nil }
    }
    let longest = limit &- errorBits &- 1
    if zeros < longest { return Int32(truncatingIfNeeded: zeros) &<< Int32(truncatingIfNeeded: k) | read(k) }
    return zeros > limit ? nil : read(errorBits) &+ 1
  }

  /// Where the next marker begins.
  func nextMarker() -> Int {
    var at = max(position - (followsFF ? 1 : 0), 0)
    while at + 1 < end {
      if bytes[at] == 0xFF, bytes[at + 1] >= 0x80, bytes[at + 1] != 0xFF { return at }
      at += 1
    }
    return end
  }
}
