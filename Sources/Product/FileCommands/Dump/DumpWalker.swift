// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile

/// Walks through a file and gives what `dump` prints, one element, item or fragment at a time.
struct DumpWalker {
  /// What stands on one line.
  struct Entry {
    enum Kind { case element, sequence, item(Int), fragments, fragment(Int) }
    let kind: Kind
    /// Number of items and sequences around it.
    let depth: Int
    /// Attribute path of the item that it is in.
    let path: String
    let vr: VR
    let length: UInt32
    /// Nil for items and fragments.
    let tag: Tag?
    /// A data set that has this element alone, and its private creator; its value may be cut.
    let dataSet: DataSet
    /// The value's bytes, or as many as are printed.
    let value: ByteSlice
    let isCut: Bool
  }

  private struct Level {
    let path: String
    var tag: Tag
    var items = 0
    var characterSet: SpecificCharacterSet
    /// The private creators of an item.
    var creators: [DataElement] = []
  }

  /// How the file is encoded, for people.
  let summary: String

  private let source: FileBytes
  private let valueLength: Int
  private let headerFindings: [Finding]
  private var meta: [DataElement]
  private var reader: TokenReader
  private var levels: [Level] = []
  private var characterSet = SpecificCharacterSet.default
  private var creators: [DataElement] = []
  private var isFinished = false
  private var textFindings: [Finding] = []

  init(_ file: String, options: ReadOptions, valueLength: Int) throws {
    source = try FileBytes(file)
    self.valueLength = valueLength
    let first = try source.next() ?? .empty
    let header = try Part10Header.parse(first)
    let name = TransferSyntaxes.name(header.transferSyntax) ?? "unknown transfer syntax"
    summary =
      (header.preamble == nil ? "no preamble" : "Part 10") + ", \(name) (\(header.transferSyntax.uid))"
    headerFindings = header.findings
    meta = header.meta.elements.reversed()
    reader = TokenReader(transferSyntax: header.transferSyntax, options: options, offset: header.dataSetOffset)
    reader.feed(first[header.dataSetOffset..<first.count])
  }

  /// What was passed over, then text that no declared character set explains.
  var findings: [Finding] { headerFindings + reader.findings + textFindings }

  /// The next entry; nil at the end.
  mutating func next() throws -> Entry? {
    if let element = meta.popLast() {
      return entry(.element, element.tag, element.vr, element.length, element.bytes ?? .empty, .littleEndian)
    }
    while let token = try nextToken() {
      switch token {
      case .element(let header): return try element(header)
      case .sequenceStart(let header): return open(header, .sequence)
      case .fragmentsStart(let header): return open(header, .fragments)
      case .itemStart(_, let length): return startItem(length)
      case .fragment(_, let length): return try fragment(length)
      case .sequenceEnd, .fragmentsEnd: levels.removeLast()
      case .itemEnd: levels.removeLast()
      case .value: break
      }
    }
    return nil
  }

  private mutating func nextToken() throws -> Token? {
    while true {
      if let token = try reader.next() { return token }
      if reader.isAtEnd || isFinished { return nil }
      if let piece = try source.next() {
        reader.feed(piece)
      } else {
        reader.finish()
        isFinished = true
        if let token = try reader.next() { return token }
        return nil
      }
    }
  }

  private mutating func element(_ header: ElementHeader) throws -> Entry {
    let order = reader.byteOrder
    let (value, isCut) = try readValue(Int(header.length))
    let entry = entry(.element, header.tag, header.vr, header.length, value, order, isCut: isCut)
    check(entry, header)
    if header.tag.isPrivateCreator, let creator = entry.dataSet[header.tag] {
      if levels.isEmpty { creators.append(creator) } else { levels[levels.count - 1].creators.append(creator) }
    }
    if header.tag == .specificCharacterSet {
      if levels.isEmpty {
        characterSet = entry.dataSet.characterSet
      } else {
        levels[levels.count - 1].characterSet = entry.dataSet.characterSet
      }
    }
    return entry
  }

  private mutating func check(_ entry: Entry, _ header: ElementHeader) {
    guard !entry.isCut, textFindings.count < ReadLimits.defaultFindings, let element = entry.dataSet[header.tag],
      let leniency = TextCheck.leniency(of: element, characterSet: levels.last?.characterSet ?? characterSet)
    else { return }
    let path = entry.path.isEmpty ? "\(header.tag)" : "\(entry.path).\(header.tag)"
    textFindings.append(Finding(leniency, offset: header.valueOffset, path: path))
  }

  private mutating func open(_ header: ElementHeader, _ kind: Entry.Kind) -> Entry {
    let result = entry(kind, header.tag, header.vr, header.length, .empty, .littleEndian)
    levels.append(
      Level(path: result.path, tag: header.tag, characterSet: levels.last?.characterSet ?? characterSet))
    return result
  }

  private mutating func startItem(_ length: UInt32) -> Entry {
    let top = levels.count - 1
    levels[top].items += 1
    let sequence = levels[top]
    let result = entry(.item(sequence.items - 1), nil, .UN, length, .empty, .littleEndian)
    let path = (sequence.path.isEmpty ? "" : sequence.path + ".") + "\(sequence.tag)[\(sequence.items - 1)]"
    levels.append(Level(path: path, tag: .item, characterSet: sequence.characterSet))
    return result
  }

  private mutating func fragment(_ length: UInt32) throws -> Entry {
    levels[levels.count - 1].items += 1
    let number = levels[levels.count - 1].items - 1
    let (value, isCut) = try readValue(Int(length))
    return entry(.fragment(number), nil, .OB, length, value, .littleEndian, isCut: isCut)
  }

  /// Reads a value to its end and keeps what is printed of it.
  private mutating func readValue(_ length: Int) throws -> (ByteSlice, isCut: Bool) {
    var bytes: [UInt8] = []
    while case .value(let piece, let isLast) = try nextToken() {
      let room = min(valueLength - bytes.count, piece.count)
      if bytes.isEmpty, isLast, room == piece.count { return (piece, false) }
      bytes += piece[0..<room].array
      if isLast { break }
    }
    return (ByteSlice(bytes), bytes.count < length)
  }

  private func entry(
    _ kind: Entry.Kind, _ tag: Tag?, _ vr: VR, _ length: UInt32, _ value: ByteSlice, _ order: ByteOrder,
    isCut: Bool = false
  ) -> Entry {
    var dataSet = DataSet(byteOrder: order, inheritedCharacterSet: levels.last?.characterSet ?? characterSet)
    if let tag { dataSet.set(DataElement(tag: tag, vr: vr, value: .bytes(value), length: length)) }
    if let tag, tag.isPrivate, tag.element >= 0x1000 {
      let creator = (levels.last?.creators ?? creators).last { $0.tag == Tag(tag.group, tag.element >> 8) }
      if let creator { dataSet.set(creator) }
    }
    return Entry(
      kind: kind, depth: levels.count, path: levels.last?.path ?? "", vr: vr, length: length, tag: tag,
      dataSet: dataSet, value: value, isCut: isCut)
  }
}
