// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A Modality, VOI or Presentation LUT (PS3.3 §C.11.1.1.1, §C.11.2.1.1, §C.11.4).
public struct LookupTable: Sendable, Hashable {
  /// The input value that the first entry stands for.
  public let firstValue: Int
  public let entries: [UInt16]
  /// Bits of an entry.
  public let bits: Int
  /// The entry that stands for full brightness: all bits set, of more bits where entries exceed those declared.
  public let greatest: Int

  /// - Parameter entries: at least one.
  public init(firstValue: Int, entries: [UInt16], bits: Int) {
    precondition(!entries.isEmpty && (1...16).contains(bits))
    self.firstValue = firstValue
    self.entries = entries
    self.bits = bits
    greatest = Self.greatest(bits, entries)
  }

  /// Reads an item of Modality LUT Sequence or VOI LUT Sequence; nil where it holds no table.
  /// - Parameter signedInput: input values have a sign, and so has the first value mapped.
  public init?(item: DataSet, signedInput: Bool) {
    guard let descriptor = item.integers(.lutDescriptor), descriptor.count == 3,
      let words = Self.words(item, .lutData, bits: descriptor[2], count: Self.count(descriptor[0]))
    else { return nil }
    firstValue = signedInput ? Int(Int16(truncatingIfNeeded: descriptor[1])) : descriptor[1] & 0xFFFF
    entries = words
    bits = min(max(descriptor[2], 1), 16)
    greatest = Self.greatest(bits, words)
  }

  private static func greatest(_ bits: Int, _ entries: [UInt16]) -> Int {
    var greatest = (1 << bits) - 1
    for entry in entries where Int(entry) > greatest {
      greatest = (1 << (16 - entry.leadingZeroBitCount)) - 1
    }
    return greatest
  }

  /// The entry for an input value; values outside take the nearest (PS3.3 §C.11.1.1.1).
  @inline(__always)
  public func callAsFunction(_ value: Int) -> UInt16 {
    entries[min(max(value - firstValue, 0), entries.count - 1)]
  }

  /// The number of entries of a descriptor: 0 stands for 65536.
  static func count(_ value: Int) -> Int { value & 0xFFFF == 0 ? 1 << 16 : value & 0xFFFF }

  /// Entries stored as words, or as bytes where 8-bit entries were packed; nil where there are none.
  static func words(_ dataSet: DataSet, _ tag: Tag, bits: Int, count: Int) -> [UInt16]? {
    guard let bytes = dataSet.bytes(tag), bytes.count >= 2 else { return nil }
    let packed = bits <= 8 && bytes.count < count * 2
    let big = dataSet.byteOrder == .bigEndian
    return bytes.withUnsafeBytes { buffer in
      if packed {
        let pair = big && dataSet[tag]?.vr == .OW ? 1 : 0
        return (0..<min(count, buffer.count & ~1)).map { UInt16(buffer[$0 ^ pair]) }
      }
      return (0..<min(count, buffer.count / 2)).map {
        let word = buffer.loadUnaligned(fromByteOffset: $0 * 2, as: UInt16.self)
        return big ? UInt16(bigEndian: word) : UInt16(littleEndian: word)
      }
    }
  }
}
