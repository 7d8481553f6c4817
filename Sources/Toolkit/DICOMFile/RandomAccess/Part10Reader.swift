// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Reads root elements of a DICOM file when they are asked for, and of the file no more than it takes to find them.
///
/// Headers are read in blocks from the front; values longer than a block are passed over. What was passed is found
/// again without searching. A deflated data set is inflated from its front up to what is asked for; as a whole where
/// that is the pixel data, a value longer than `IndexScanner` keeps, or all tags.
public struct Part10Reader {
  /// Bytes that are read at a time, which is what a disk gives at least.
  public static let defaultBlockLength = 4_096
  /// File Meta Information is looked for in as many bytes at most.
  static let longestHeader = 1 << 20
  /// The longest value that a CS element can have in explicit VR (PS3.5 §7.1.2); a longer one is passed over.
  static let longestCharacterSet = 0xFFFF

  /// What stands before the data set.
  public let header: Part10Header
  /// Bytes that were asked of the source so far.
  public private(set) var bytesRead: Int
  /// What was passed over so far.
  public var findings: [Finding] { header.findings + (inflated?.findings ?? reader.findings) }

  private let source: any RandomAccessBytes
  private let options: ReadOptions
  private let blockLength: Int
  private var reader: TokenReader
  private var locations: [Tag: ElementLocation] = [:]
  private var order: [Tag] = []
  // The root element whose header was read last, and whose end is not looked for yet.
  private var pending: ElementHeader?
  private var inflated: DataSetReader.Result?
  // The elements of a deflated data set up to `last`.
  private var front: (last: Tag, dataSet: DataSet)?
  private var characterSet = SpecificCharacterSet.default

  /// - Throws: where the source fails or is no DICOM file.
  public init(
    _ source: some RandomAccessBytes, options: ReadOptions = ReadOptions(), blockLength: Int = defaultBlockLength
  ) throws(ReadError) {
    var length = min(max(blockLength, Part10Header.preambleLength * 2), source.count)
    var head = try source.read(0..<length)
    bytesRead = length
    var header = try Part10Header.parse(head)
    // Meta information that is longer than a block.
    while header.dataSetOffset + ElementReader.longHeaderLength > length, length < min(source.count, Self.longestHeader)
    {
      length = min(length * 4, source.count)
      head = try source.read(0..<length)
      bytesRead += length
      header = try Part10Header.parse(head)
    }
    try header.checkDataSet(length: source.count)
    self.header = header
    self.source = source
    self.options = options
    self.blockLength = max(blockLength, ElementReader.longHeaderLength)
    reader = TokenReader(
      transferSyntax: header.transferSyntax, options: options, offset: header.dataSetOffset,
      totalLength: source.count - header.dataSetOffset)
    reader.feed(head[min(header.dataSetOffset, head.count)..<head.count])
    if length == source.count { reader.finish() }
  }

  /// The element; nil where it is absent. Its value is read now.
  ///
  /// Tags ascend (PS3.5 §7.1): an element out of order, behind one with a greater tag, is found only after `allTags`.
  public mutating func element(_ tag: Tag) throws(ReadError) -> DataElement? {
    if header.transferSyntax.isDeflated { return try inflate(upTo: tag)[tag] }
    guard let location = try location(of: tag) else { return nil }
    return try load(location)
  }

  /// A data set of those of the elements that are there, and of Specific Character Set.
  public mutating func dataSet(_ tags: some Sequence<Tag>) throws(ReadError) -> DataSet {
    var wanted = Set(tags)
    wanted.insert(.specificCharacterSet)
    if header.transferSyntax.isDeflated {
      var result = try inflate(upTo: wanted.max() ?? .specificCharacterSet)
      result.keep { wanted.contains($0.tag) }
      return result
    }
    var result = DataSet()
    for tag in wanted.sorted() {
      if let element = try element(tag) { result.set(element) }
    }
    result.byteOrder = reader.encoding.byteOrder
    return result
  }

  /// Where an element stands in the file; nil where it is absent, or the data set deflated.
  public mutating func location(of tag: Tag) throws(ReadError) -> ElementLocation? {
    guard !header.transferSyntax.isDeflated else { return nil }
    if let known = locations[tag] { return known }
    while let next = try nextHeader() {
      if next.tag > tag { return nil }
      try passOver(next)
      if next.tag == tag { return locations[tag] }
    }
    return nil
  }

  /// The tags of all root elements in the order of the file.
  public mutating func allTags() throws(ReadError) -> [Tag] {
    if header.transferSyntax.isDeflated { return try inflate().dataSet.elements.map(\.tag) }
    while let next = try nextHeader() { try passOver(next) }
    return order
  }

  // MARK: Reading headers

  /// The header that is pending, else of the next root element, which becomes pending; nil at the end.
  private mutating func nextHeader() throws(ReadError) -> ElementHeader? {
    if let pending { return pending }
    while let token = try nextToken() {
      switch token {
      case .element(let header), .sequenceStart(let header), .fragmentsStart(let header):
        pending = header
        return header
      default: continue
      }
    }
    return nil
  }

  private mutating func passOver(_ element: ElementHeader) throws(ReadError) {
    pending = nil
    if element.tag == .specificCharacterSet { try readCharacterSet(element) }
    reader.skip()
    while reader.depth > 0 || reader.isInValue, let token = try nextToken() {
      switch token {
      case .element, .fragment, .sequenceStart: reader.skip()
      default: continue
      }
    }
    if locations[element.tag] == nil { order.append(element.tag) }
    let end = min(max(reader.position, element.valueOffset), source.count)
    locations[element.tag] = ElementLocation(
      tag: element.tag, vr: element.vr, offset: element.offset, value: min(element.valueOffset, end)..<end)
  }

  private mutating func nextToken() throws(ReadError) -> Token? {
    while true {
      if let token = try reader.next() { return token }
      if reader.isAtEnd { return nil }
      let start = min(reader.nextInputOffset, source.count)
      let end = min(start + blockLength, source.count)
      let piece = try source.read(start..<end)
      bytesRead += end - start
      reader.feed(piece)
      if end == source.count || piece.count < end - start { reader.finish() }
      if piece.isEmpty, let token = try reader.next() { return token }
      if piece.isEmpty { return nil }
    }
  }

  // MARK: Values

  private mutating func readCharacterSet(_ element: ElementHeader) throws(ReadError) {
    let end = min(element.valueOffset + Int(element.length), source.count)
    guard !element.hasUndefinedLength, end - element.valueOffset <= Self.longestCharacterSet else { return }
    let bytes = try source.read(min(element.valueOffset, end)..<end)
    bytesRead += bytes.count
    var dataSet = DataSet()
    dataSet.set(DataElement(tag: element.tag, vr: .CS, value: .bytes(bytes)))
    characterSet = dataSet.characterSet
  }

  private mutating func load(_ location: ElementLocation) throws(ReadError) -> DataElement? {
    var options = options
    options.detectsEncoding = false
    let bytes = try source.read(location.offset..<location.value.upperBound)
    bytesRead += bytes.count
    let result = try DataSetReader.readWithFindings(
      bytes, encoding: reader.encoding, options: options, offset: location.offset, inheritedCharacterSet: characterSet)
    guard let element = result.dataSet[location.tag] else { return nil }
    // US or SS was decided where Pixel Representation was known.
    guard element.vr != location.vr, element.items == nil else { return element }
    return DataElement(
      tag: element.tag, vr: location.vr, value: element.value, length: element.length,
      isEncodedAsUN: element.isEncodedAsUN)
  }

  /// The elements of a deflated data set up to a tag at least.
  private mutating func inflate(upTo tag: Tag) throws(ReadError) -> DataSet {
    if let inflated { return inflated.dataSet }
    if let front, tag <= front.last { return front.dataSet }
    guard tag.group < Tag.pixelData.group else { return try inflate().dataSet }
    var scanner = IndexScanner(transferSyntax: header.transferSyntax, options: options, last: tag) { _ in true }
    var position = header.dataSetOffset
    while !scanner.isDone, position < source.count {
      let piece = try source.read(position..<min(position + blockLength, source.count))
      guard !piece.isEmpty else { break }
      bytesRead += piece.count
      position += piece.count
      try piece.withUnsafeBytes { (bytes) throws(ReadError) in try scanner.scan(bytes) }
    }
    try scanner.finish()
    guard scanner.findings.isEmpty else { return try inflate().dataSet }
    let dataSet = scanner.dataSet
    front = (tag, dataSet)
    return dataSet
  }

  private mutating func inflate() throws(ReadError) -> DataSetReader.Result {
    if let inflated { return inflated }
    let bytes = try source.read(header.dataSetOffset..<source.count)
    bytesRead += bytes.count
    let result = try DataSetReader.readWithFindings(
      bytes, transferSyntax: header.transferSyntax, options: options, offset: header.dataSetOffset)
    inflated = result
    return result
  }
}

extension Part10File {
  /// Opens a file of which only some elements are wanted: reading the patient's name costs a few kilobytes, however
  /// long the file is.
  public static func open(_ path: String, options: ReadOptions = ReadOptions()) throws(ReadError) -> Part10Reader {
    try Part10Reader(try RandomAccessFile(path), options: options)
  }
}
