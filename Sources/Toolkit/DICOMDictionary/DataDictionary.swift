// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The data dictionary: attributes by tag and by keyword.
public enum DataDictionary {
  /// Edition of the standard that the tables were generated from.
  public static var edition: String { AttributeTable.edition }

  /// Number of attributes; a repeating group counts once.
  public static var count: Int { AttributeTable.count }

  /// The attribute with this tag. Members of repeating groups, group lengths and private creators are known too,
  /// other private attributes are not.
  public static func entry(for tag: Tag) -> DictionaryEntry? {
    if let record = record(for: tag) { return entry(record) }
    if tag.isGroupLength {
      return DictionaryEntry(
        tag: tag, keyword: "GenericGroupLength", name: "Generic Group Length", vrs: [.UL], vm: "1", isRetired: true)
    }
    if tag.isPrivateCreator {
      return DictionaryEntry(
        tag: tag, keyword: "PrivateCreator", name: "Private Creator", vrs: [.LO], vm: "1", isRetired: false)
    }
    return nil
  }

  /// The first VR that the dictionary allows; nil for unknown tags. Costs no allocation.
  public static func vr(for tag: Tag) -> VR? {
    guard let record = record(for: tag) else {
      if tag.isGroupLength { return .UL }
      return tag.isPrivateCreator ? .LO : nil
    }
    let letters = recordBase(record).loadUnaligned(fromByteOffset: 8, as: UInt16.self)
    return VR(rawValue: UInt16(bigEndian: letters))
  }

  /// The tag of the attribute with this keyword, such as `PatientID`.
  public static func tag(keyword: String) -> Tag? {
    let wanted = Array(keyword.utf8)
    var low = 0
    var high = AttributeTable.keywordCount
    while low < high {
      let middle = (low + high) / 2
      let record = keywordRecord(middle)
      switch compare(wanted, details(record)) {
      case 0: return Tag(rawValue: tagValue(record))
      case ..<0: high = middle
      default: low = middle + 1
      }
    }
    return nil
  }

  /// All attributes in ascending order of their tags.
  public static var all: some Sequence<DictionaryEntry> { (0..<AttributeTable.count).lazy.map { entry($0) } }

  // A record of the index: 8 digits of the tag, 2 letters of the VR, 6 digits of the offset, line end.
  private static let stride = 17

  private static func recordBase(_ record: Int) -> UnsafeRawPointer {
    UnsafeRawPointer(AttributeTable.index.utf8Start) + record * stride
  }

  private static func tagValue(_ record: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: hexadecimal(recordBase(record), 8))
  }

  private static func record(for tag: Tag) -> Int? {
    if let record = search(tag) { return record }
    guard let folded = folded(tag), folded != tag else { return nil }
    return search(folded)
  }

  private static func search(_ tag: Tag) -> Int? {
    let wanted = digits(tag.rawValue)
    var low = 0
    var high = AttributeTable.count
    while low < high {
      let middle = (low + high) / 2
      let found = UInt64(bigEndian: recordBase(middle).loadUnaligned(as: UInt64.self))
      if found == wanted { return middle }
      if found < wanted { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// The lowest tag of the repeating group that a tag belongs to (PS3.5 §7.6).
  private static func folded(_ tag: Tag) -> Tag? {
    let group = tag.group
    let element = tag.element
    switch (group, element >> 8) {
    case (0x5000...0x50FF, _), (0x6000...0x60FF, _), (0x7F00...0x7FFF, _):
      return tag.isPrivate ? nil : Tag(group & 0xFF00, element)
    case (0x0020, 0x31): return Tag(group, 0x3100)
    case (0x0028, 0x04): return Tag(group, element & 0xFF0F | 0x0010)
    case (0x0028, 0x08): return Tag(group, element & 0xFF0F)
    case (0x1000, _): return Tag(group, element & 0x000F | 0x0010)
    case (0x1010, _): return Tag(group, 0x0004)
    default: return nil
    }
  }

  /// Eight upper-case hexadecimal digits, the first one in the highest byte.
  private static func digits(_ value: UInt32) -> UInt64 {
    var result: UInt64 = 0
    var shift = 28
    while shift >= 0 {
      let nibble = UInt64(value >> UInt32(shift) & 0xF)
      result = result << 8 | (nibble + (nibble < 10 ? 0x30 : 0x37))
      shift -= 4
    }
    return result
  }

  private static func hexadecimal(_ base: UnsafeRawPointer, _ count: Int) -> Int {
    var result = 0
    for index in 0..<count {
      let digit = Int(base.load(fromByteOffset: index, as: UInt8.self))
      result = result << 4 | (digit < 0x3A ? digit - 0x30 : digit - 0x37)
    }
    return result
  }

  private static func keywordRecord(_ position: Int) -> Int {
    hexadecimal(UnsafeRawPointer(AttributeTable.keywords.utf8Start) + position * 4, 4)
  }

  /// The details of a record, up to the line end.
  private static func details(_ record: Int) -> UnsafeBufferPointer<UInt8> {
    let start = hexadecimal(recordBase(record) + 10, 6)
    let table = AttributeTable.details
    var end = start
    while end < table.utf8CodeUnitCount, table.utf8Start[end] != 0x0A { end += 1 }
    return UnsafeBufferPointer(start: table.utf8Start + start, count: end - start)
  }

  /// Negative, zero or positive, as `keyword` stands before, at or behind the first field of a line.
  private static func compare(_ keyword: [UInt8], _ line: UnsafeBufferPointer<UInt8>) -> Int {
    for (index, byte) in keyword.enumerated() {
      guard index < line.count, line[index] != 0x7C else { return 1 }
      if byte != line[index] { return byte < line[index] ? -1 : 1 }
    }
    return keyword.count < line.count && line[keyword.count] != 0x7C ? -1 : 0
  }

  private static func entry(_ record: Int) -> DictionaryEntry {
    let fields = details(record).split(separator: 0x7C, omittingEmptySubsequences: false)
    return DictionaryEntry(
      tag: Tag(rawValue: tagValue(record)), keyword: String(decoding: fields[0], as: UTF8.self),
      name: String(decoding: fields[1], as: UTF8.self),
      vrs: fields[2].split(separator: 0x2C).compactMap { VR(String(decoding: $0, as: UTF8.self)) },
      vm: String(decoding: fields[3], as: UTF8.self), isRetired: !fields[4].isEmpty)
  }
}
