// SPDX-License-Identifier: Apache-2.0

/// The bit reader of an entropy coded segment: removes stuffed zeros and stops at markers (ISO/IEC 10918-1 §F.1.2.3).
struct EntropyReader {
  private let bytes: UnsafePointer<UInt8>
  private let end: Int
  /// The next byte to take.
  private(set) var position: Int
  /// The next bits, from the highest on.
  private var bits: UInt64 = 0
  private var available = 0
  /// Zero bits that were invented after the end of the data.
  private var missing = 0

  init(_ bytes: UnsafePointer<UInt8>, from position: Int, to end: Int) {
    self.bytes = bytes
    self.position = position
    self.end = end
  }

  /// More bits were used than the segment holds.
  var isExhausted: Bool { missing > available }

  /// Reads one difference (§H.1.2.2); `noCode` where no code fits.
  @inline(__always)
  mutating func difference(_ table: UnsafePointer<UInt32>) -> Int32 {
    // A code and its additional bits take 31 bits at most.
    if available < 32 { fill() }
    let entry = table[Int(truncatingIfNeeded: bits &>> UInt64(64 - HuffmanTable.lookupBits))]
    let consumed = entry & HuffmanTable.consumedMask
    if entry & (HuffmanTable.remainingMask << HuffmanTable.remainingShift) == 0, consumed != 0 {
      take(Int(truncatingIfNeeded: consumed))
      return Int32(bitPattern: entry) &>> HuffmanTable.differenceShift
    }
    return longDifference(table, entry)
  }

  /// Stands for no difference: they are -32767 to 32768, the latter as -32768.
  static let noCode = Int32.min

  @inline(never)
  private mutating func longDifference(_ table: UnsafePointer<UInt32>, _ entry: UInt32) -> Int32 {
    var category = Int(entry >> HuffmanTable.remainingShift & HuffmanTable.remainingMask)
    var length = Int(entry & HuffmanTable.consumedMask)
    if entry == 0 {
      let words = HuffmanTable(words: UnsafeMutablePointer(mutating: table))
      guard let code = words.longCode(Int(truncatingIfNeeded: bits &>> 48)) else { return Self.noCode }
      (length, category) = code
    }
    take(length)
    if category == 0 { return 0 }
    if category == 16 { return -32_768 }
    let value = Int(truncatingIfNeeded: bits &>> UInt64(truncatingIfNeeded: 64 &- category))
    take(category)
    return Int32(truncatingIfNeeded: HuffmanTable.difference(value, category))
  }

  @inline(__always)
  private mutating func take(_ count: Int) {
    bits &<<= UInt64(truncatingIfNeeded: count)
    available &-= count
  }

  /// Fills to at least 57 bits, eight bytes at once where none of them is 0xFF.
  @inline(__always)
  private mutating func fill() {
    if position &+ 8 <= end {
      let word = UInt64(
        bigEndian: UnsafeRawPointer(bytes + position).loadUnaligned(fromByteOffset: 0, as: UInt64.self))
      let inverse = ~word
      if (inverse &- 0x0101_0101_0101_0101) & word & 0x8080_8080_8080_8080 == 0 {
        bits |= word &>> UInt64(truncatingIfNeeded: available)
        let taken = (64 &- available) &>> 3
        position &+= taken
        available &+= taken &<< 3
        return
      }
    }
    fillSlowly()
  }

  @inline(never)
  private mutating func fillSlowly() {
    while available <= 56 {
      var byte: UInt8 = 0
      if position < end {
        byte = bytes[position]
        if byte != 0xFF {
          position &+= 1
        } else if position &+ 1 < end, bytes[position &+ 1] == 0 {
          position &+= 2
        } else {
          byte = 0
          missing &+= 8
        }
      } else {
        missing &+= 8
      }
      bits |= UInt64(byte) &<< UInt64(truncatingIfNeeded: 56 &- available)
      available &+= 8
    }
  }

  /// Skips to behind the next restart marker and forgets the remaining bits; false where there is none.
  mutating func restart() -> Bool {
    bits = 0
    available = 0
    missing = 0
    guard let marker = nextMarker() else { return false }
    guard (0xD0...0xD7).contains(marker) else { return false }
    position += 2
    return true
  }

  /// Moves to the next marker that is no restart marker, or to the end.
  mutating func skipToMarker() {
    while let marker = nextMarker() {
      if !(0xD0...0xD7).contains(marker) { return }
      position += 2
    }
    position = end
  }

  /// Moves to the next marker; nil where there is none.
  private mutating func nextMarker() -> UInt8? {
    while position &+ 1 < end {
      if bytes[position] == 0xFF, bytes[position &+ 1] != 0, bytes[position &+ 1] != 0xFF {
        return bytes[position &+ 1]
      }
      position &+= 1
    }
    return nil
  }
}
