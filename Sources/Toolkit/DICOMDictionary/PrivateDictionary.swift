// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Private elements that vendors have published or others have found out, by private creator (PS3.5 §7.8).
public enum PrivateDictionary {
  /// Number of elements.
  public static var count: Int { PrivateTable.count }

  /// The private creators, in ascending order of their bytes.
  public static var creators: [String] { TextTable(text: PrivateTable.creators).lines.map { $0[0] } }

  /// What is known of an element of a creator's block.
  /// - Parameters:
  ///   - element: the low byte of the element number; the high byte, the block, differs from object to object.
  /// - Returns: an entry with the tag (gggg,00ee). Its keyword is made of the name and not unique; both are empty where
  ///   only the VR is known.
  public static func entry(group: UInt16, creator: String, element: UInt8) -> DictionaryEntry? {
    guard let range = elements(of: creator) else { return nil }
    let table = TextTable(text: PrivateTable.elements, range: range)
    // In the few repeating groups a record counts for all of them.
    for recorded in [group, group & 0xFF00] {
      if let fields = table.line(key(recorded, element)) { return entry(Tag(group, UInt16(element)), fields) }
    }
    return nil
  }

  /// What is known of a private element of a data set that has the element's creator.
  public static func entry(for tag: Tag, in dataSet: DataSet) -> DictionaryEntry? {
    guard let creator = dataSet.privateCreator(of: tag) else { return nil }
    return entry(group: tag.group, creator: creator, element: UInt8(truncatingIfNeeded: tag.element))
  }

  /// All elements of a creator in ascending order.
  public static func entries(creator: String) -> [DictionaryEntry] {
    guard let range = elements(of: creator) else { return [] }
    return TextTable(text: PrivateTable.elements, range: range).lines.compactMap { fields in
      guard let number = UInt32(fields[0], radix: 16) else { return nil }
      return entry(Tag(UInt16(number >> 8), UInt16(number & 0xFF)), fields)
    }
  }

  private static func elements(of creator: String) -> Range<Int>? {
    guard let fields = TextTable(text: PrivateTable.creators).line(creator), let start = Int(fields[1]),
      let end = Int(fields[2])
    else { return nil }
    return start..<end
  }

  private static func key(_ group: UInt16, _ element: UInt8) -> String {
    let digits = String(UInt32(group) << 8 | UInt32(element), radix: 16, uppercase: true)
    return String(repeating: "0", count: 6 - digits.utf8.count) + digits
  }

  private static func entry(_ tag: Tag, _ fields: [String]) -> DictionaryEntry {
    DictionaryEntry(
      tag: tag, keyword: keyword(fields[3]), name: fields[3], vrs: [VR(fields[1]) ?? .UN], vm: fields[2],
      isRetired: false)
  }

  /// The words of a name without what separates them: `CSA Image Header Info` becomes `CSAImageHeaderInfo`.
  private static func keyword(_ name: String) -> String {
    name.split { !$0.isLetter && !$0.isNumber }.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}
