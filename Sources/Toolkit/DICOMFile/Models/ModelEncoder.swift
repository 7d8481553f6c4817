// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Turns tokens into a model. Binary values pass by in pieces; text and numbers are gathered, up to a limit.
struct ModelEncoder<Writer: ModelWriter> {
  /// Takes what belongs behind a URI: little endian; of encapsulated pixel data the items with their headers and the
  /// delimiter, as they stand in a file (PS3.5 §A.4).
  typealias BulkDataSink = (_ uri: String, _ bytes: ByteSlice, _ isLast: Bool) throws -> Void

  private struct Level {
    var characterSet: SpecificCharacterSet
    var privateCreators = PrivateCreators()
  }

  /// Where the value of the element at hand goes.
  private enum Destination {
    case nowhere
    case values([ByteSlice], length: Int)
    case inline(PieceAligner, isFirst: Bool)
    case reference(String, PieceAligner)
  }

  /// Base64 takes three bytes at a time, byte order is changed by at most eight.
  private static var alignment: Int { 24 }

  private let options: ModelEncodingOptions
  private var writer = Writer()
  private var levels: [Level]
  private var sequences: [(tag: Tag, items: Int)] = []
  private var header: ElementHeader?
  private var destination = Destination.nowhere
  private var fragmentsURI: String?
  private var isInFragments = false

  init(options: ModelEncodingOptions, inheritedCharacterSet: SpecificCharacterSet = .default) {
    self.options = options
    levels = [Level(characterSet: inheritedCharacterSet)]
    writer.startDocument()
  }

  mutating func takeBytes() -> [UInt8] { writer.takeBytes() }

  /// Closes what is open.
  mutating func finish() {
    while !sequences.isEmpty {
      if levels.count > sequences.count { endItem() } else { endSequence() }
    }
    writer.endDocument()
  }

  /// Takes a whole data set.
  mutating func consume(_ dataSet: DataSet) {
    levels[0].characterSet = dataSet.inheritedCharacterSet
    var tokens = DataSetTokens(dataSet)
    while let token = tokens.next() {
      // Nothing is gathered, so nothing is too long; nothing goes to a sink.
      try? consume(token, byteOrder: tokens.byteOrder, element: tokens.element) { _, _, _ in }
    }
  }

  /// Takes the next token.
  /// - Parameters:
  ///   - byteOrder: of the level that the token belongs to.
  ///   - element: the element with its value, where that is at hand.
  mutating func consume(
    _ token: Token, byteOrder: ByteOrder, element: DataElement? = nil, sink: BulkDataSink
  ) throws {
    switch token {
    case .element(let header): try start(header, byteOrder, element)
    case .value(let bytes, let isLast): try value(bytes, isLast, byteOrder, sink)
    case .sequenceStart(let header):
      writer.startElement(header.tag, .SQ, privateCreator: creator(header.tag))
      sequences.append((header.tag, 0))
    case .sequenceEnd: endSequence()
    case .itemStart:
      sequences[sequences.count - 1].items += 1
      levels.append(Level(characterSet: levels[levels.count - 1].characterSet))
      writer.startItem(sequences[sequences.count - 1].items)
    case .itemEnd: endItem()
    case .fragmentsStart(let header): startFragments(header, element)
    case .fragment(_, let length): try startFragment(length, sink)
    case .fragmentsEnd: try endFragments(sink)
    }
  }

  private mutating func endSequence() {
    sequences.removeLast()
    writer.endElement()
  }

  private mutating func endItem() {
    levels.removeLast()
    writer.endItem()
  }

  // MARK: Elements

  private mutating func start(_ header: ElementHeader, _ byteOrder: ByteOrder, _ element: DataElement?) throws {
    self.header = header
    destination = .nowhere
    // Group lengths say nothing about another encoding (PS3.18 §F.2.2).
    if header.tag.isGroupLength { return }
    writer.startElement(header.tag, header.vr, privateCreator: creator(header.tag))
    let isInMemory = element != nil
    let length = element?.bytes?.count ?? Int(header.length)
    if length == 0 { return }
    let unit = byteOrder == .bigEndian ? header.vr.unitSize : 1
    if Self.isBinary(header.vr) {
      if let uri = reference(header, element) {
        writer.reference(uri)
        destination = isInMemory ? .nowhere : .reference(uri, PieceAligner(multiple: unit, swapping: unit))
      } else {
        destination = .inline(PieceAligner(multiple: Self.alignment, swapping: unit), isFirst: true)
      }
      return
    }
    if length > options.valueLength, !isInMemory {
      guard let uri = reference(header, element) else {
        throw WriteError(
          .tooLong, "\(header.tag) has \(length) bytes, more than \(options.valueLength).", tag: header.tag)
      }
      writer.reference(uri)
      destination = .reference(uri, PieceAligner(multiple: unit, swapping: unit))
    } else {
      destination = .values([], length: 0)
    }
  }

  private mutating func value(
    _ bytes: ByteSlice, _ isLast: Bool, _ byteOrder: ByteOrder, _ sink: BulkDataSink
  ) throws {
    switch destination {
    case .nowhere: break
    case .values(var pieces, let length):
      destination = .nowhere
      if isLast, pieces.isEmpty {
        write(bytes, byteOrder)
        break
      }
      pieces.append(bytes)
      if isLast {
        write(ByteSlice(pieces.flatMap(\.array)), byteOrder)
      } else {
        destination = .values(pieces, length: length + bytes.count)
      }
    case .inline(var aligner, let isFirst):
      let part = aligner.take(bytes, isLast: isLast)
      if isLast || !part.isEmpty {
        part.withUnsafeBytes { writer.binary($0, isFirst: isFirst, isLast: isLast) }
      }
      destination = .inline(aligner, isFirst: isFirst && part.isEmpty)
    case .reference(let uri, var aligner):
      let part = aligner.take(bytes, isLast: isLast && !isInFragments)
      destination = .reference(uri, aligner)
      try sink(uri, part, isLast && !isInFragments)
    }
    if isLast, !isInFragments, let header {
      if !header.tag.isGroupLength { writer.endElement() }
      self.header = nil
      destination = .nowhere
    }
  }

  private mutating func write(_ bytes: ByteSlice, _ byteOrder: ByteOrder) {
    guard let header else { return }
    let top = levels.count - 1
    var value = ModelValue(
      vr: header.vr, bytes: bytes, byteOrder: byteOrder, characterSet: levels[top].characterSet)
    if header.tag == Tag(0x0008, 0x0005) {
      levels[top].characterSet = SpecificCharacterSet(terms: value.texts)
      if options.statesUTF8 {
        value = ModelValue(
          vr: .CS, bytes: Self.utf8Term, byteOrder: byteOrder, characterSet: .default)
      }
    }
    if Writer.namesPrivateCreators, header.tag.isPrivateCreator, header.vr != .UN {
      levels[top].privateCreators.add(header.tag, value.texts.first ?? "")
    }
    writer.values(value)
  }

  private static var utf8Term: ByteSlice { ByteSlice(Array("ISO_IR 192".utf8)) }

  private func creator(_ tag: Tag) -> String? {
    Writer.namesPrivateCreators ? levels[levels.count - 1].privateCreators.creator(of: tag) : nil
  }

  static func isBinary(_ vr: VR) -> Bool {
    switch vr {
    case .OB, .OD, .OF, .OL, .OV, .OW, .UN, .SQ: true
    default: false
    }
  }

  private func reference(_ header: ElementHeader, _ element: DataElement?) -> String? {
    guard let bulkDataURI = options.bulkDataURI else { return nil }
    var path = ""
    for (tag, item) in sequences { path += "\(tag.hexadecimal)/\(item)/" }
    return bulkDataURI(
      path + header.tag.hexadecimal,
      element ?? DataElement(tag: header.tag, vr: header.vr, value: .bytes(.empty), length: header.length))
  }

  // MARK: Encapsulated pixel data

  private mutating func startFragments(_ header: ElementHeader, _ element: DataElement?) {
    writer.startElement(header.tag, header.vr, privateCreator: nil)
    isInFragments = true
    destination = .nowhere
    fragmentsURI = reference(
      header,
      element ?? DataElement(tag: header.tag, vr: header.vr, value: .fragments([]), length: header.length))
    if let fragmentsURI { writer.reference(fragmentsURI) }
    if element != nil { fragmentsURI = nil }
  }

  private mutating func startFragment(_ length: UInt32, _ sink: BulkDataSink) throws {
    guard let uri = fragmentsURI else { return }
    var item = ElementWriter(EncapsulatedValue.encoding)
    item.header(.item, .UN, length: length)
    try sink(uri, ByteSlice(item.bytes), false)
    destination = .reference(uri, PieceAligner(multiple: 1, swapping: 1))
  }

  private mutating func endFragments(_ sink: BulkDataSink) throws {
    if let uri = fragmentsURI {
      var delimiter = ElementWriter(EncapsulatedValue.encoding)
      delimiter.header(.sequenceDelimitationItem, .UN, length: 0)
      try sink(uri, ByteSlice(delimiter.bytes), true)
    }
    fragmentsURI = nil
    isInFragments = false
    destination = .nowhere
    header = nil
    writer.endElement()
  }
}
