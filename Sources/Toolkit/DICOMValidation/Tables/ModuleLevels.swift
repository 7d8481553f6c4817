// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The attributes of all modules, decoded from the generated table. A level is what stands in one data set or item.
struct ModuleLevels: Sendable {
  /// An attribute of a level.
  struct Record: Sendable {
    let tag: Tag
    let type: AttributeType
    /// The level of its items; 0 where the table has none.
    let below: Int
  }

  /// Decoded when it is first used.
  static let standard = ModuleLevels()

  private let records: [Record]
  private let starts: [Int]

  private init() {
    starts = ModuleTable.starts.withUTF8Buffer { bytes in
      stride(from: 0, to: bytes.count, by: 5).map { Self.hexadecimal(bytes, $0, 4) }
    }
    records = ModuleTable.records.withUTF8Buffer { bytes in
      stride(from: 0, to: bytes.count, by: 13).map { at in
        Record(
          tag: Tag(rawValue: UInt32(truncatingIfNeeded: Self.hexadecimal(bytes, at, 8))),
          type: AttributeType(rawValue: bytes[at + 8]) ?? .unspecified, below: Self.hexadecimal(bytes, at + 9, 3))
      }
    }
  }

  /// The attributes of a level in ascending order of their tags.
  func attributes(_ level: Int) -> ArraySlice<Record> {
    guard level > 0, level < starts.count else { return [] }
    return records[starts[level - 1]..<starts[level]]
  }

  /// An attribute of a level; a repeating group stands by its lowest member.
  func attribute(_ tag: Tag, _ level: Int) -> Record? {
    let wanted = Self.folded(tag)
    let range = attributes(level)
    var low = range.startIndex
    var high = range.endIndex
    while low < high {
      let middle = (low + high) / 2
      if range[middle].tag < wanted { low = middle + 1 } else { high = middle }
    }
    return low < range.endIndex && range[low].tag == wanted ? range[low] : nil
  }

  /// The lowest tag of a repeating group of overlays or curves (PS3.5 §7.6).
  static func folded(_ tag: Tag) -> Tag {
    switch tag.group {
    case 0x6000...0x601E, 0x5000...0x501E: Tag(tag.group & 0xFF00, tag.element)
    default: tag
    }
  }

  private static func hexadecimal(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int) -> Int {
    var result = 0
    for index in start..<start + count {
      let digit = Int(bytes[index])
      result = result << 4 | (digit < 0x3A ? digit - 0x30 : digit - 0x37)
    }
    return result
  }
}
