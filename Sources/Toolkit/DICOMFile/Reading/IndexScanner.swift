// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Collects some root elements of a data set that streams by, up to the pixel data (PS3.3 §C.7.6.3).
///
/// Memory is bounded: values and sequences that are wanted but longer than the limits are left out, everything else is
/// passed over without being copied. Deflated data sets are inflated on the way.
public struct IndexScanner {
  /// Longest value that is kept; text that is matched or shown in lists is far shorter.
  public static let defaultValueLength = 65_536
  /// Bytes that are kept of all values together.
  public static let defaultTotalLength = 1_048_576

  /// Nothing more is wanted: the pixel data begins, or the data set has ended.
  public private(set) var isDone = false
  /// Offset of the first element of the pixel data, counted from the first byte of the data set as it is once
  /// inflated; nil where there is none (yet).
  public private(set) var pixelDataOffset: Int?
  /// The encoding differs from the transfer syntax, or cannot be read further.
  public var findings: [Finding] { reader.findings + dropped }

  private var reader: TokenReader
  private var builder: DataSetBuilder
  private let wanted: @Sendable (Tag) -> Bool
  private let last: Tag?
  private let valueLength: Int
  private var left: Int
  private var dropped: [Finding] = []
  // Depth of the unwanted or wanted root sequence that is being read, and whether it is kept.
  private var depth = 0
  private var keepsValue = false
  private var keepsSequence = false

  public init(
    transferSyntax: TransferSyntax, options: ReadOptions = ReadOptions(), valueLength: Int = defaultValueLength,
    totalLength: Int = defaultTotalLength, last: Tag? = nil, wanted: @escaping @Sendable (Tag) -> Bool
  ) {
    reader = TokenReader(transferSyntax: transferSyntax, options: options)
    builder = DataSetBuilder(byteOrder: transferSyntax.byteOrder, inheritedCharacterSet: .default)
    self.wanted = wanted
    self.last = last
    self.valueLength = valueLength
    left = totalLength
  }

  /// - Parameter last: the scan is done at the first root element behind this one.
  public init(transferSyntax: TransferSyntax, wanted: Set<Tag>, last: Tag? = nil) {
    self.init(transferSyntax: transferSyntax, last: last) { wanted.contains($0) }
  }

  /// Reads the next bytes of the data set. They are only lent: what is kept is copied.
  /// - Throws: where nothing at all can be read; after the first element the scan ends instead.
  public mutating func scan(_ bytes: UnsafeRawBufferPointer) throws(ReadError) {
    guard !isDone, let base = bytes.baseAddress, !bytes.isEmpty else { return }
    reader.feed(ByteSlice(ByteStorage(base: base, count: bytes.count) { _, _ in }))
    defer { if isDone { reader.abandonInput() } else { reader.detach() } }
    try drain()
  }

  /// Says that the data set has ended, and reads what remains.
  public mutating func finish() throws(ReadError) {
    guard !isDone else { return }
    reader.finish()
    try drain()
    isDone = true
  }

  /// The elements collected so far.
  public var dataSet: DataSet {
    var copy = builder
    return copy.finish(byteOrder: reader.encoding.byteOrder)
  }

  private mutating func drain() throws(ReadError) {
    do {
      while !isDone, let token = try reader.next() { take(token) }
      if reader.isAtEnd { isDone = true }
    } catch {
      isDone = true
      if builder.isEmpty { throw error }
      dropped.append(Finding(.truncatedDataSet, offset: error.offset, path: error.path))
    }
  }

  private mutating func take(_ token: Token) {
    switch token {
    case .element(let header):
      if depth == 0 {
        if isPixelData(header.tag) { return end(header) }
        if isBehindLast(header.tag) { return isDone = true }
        keepsValue = wanted(header.tag) || header.tag == Tag(0x0008, 0x0005)
      } else {
        keepsValue = keepsSequence
      }
      guard keepsValue else { return }
      if Int(header.length) > min(valueLength, left) {
        keepsValue = false
        drop(header)
        return
      }
      left -= Int(header.length)
    case .sequenceStart(let header), .fragmentsStart(let header):
      if depth == 0 {
        if isPixelData(header.tag) { return end(header) }
        if isBehindLast(header.tag) { return isDone = true }
        keepsSequence = wanted(header.tag)
      }
      depth += 1
    case .sequenceEnd, .fragmentsEnd:
      depth -= 1
      if keepsSequence { builder.consume(token, byteOrder: reader.byteOrder) }
      if depth == 0 { keepsSequence = false }
      return
    case .value(let bytes, let isLast):
      if keepsValue {
        builder.consume(.value(ByteSlice(bytes.array), isLast: isLast), byteOrder: reader.byteOrder)
      }
      return
    case .itemStart, .itemEnd: break
    case .fragment: keepsValue = false
    }
    if depth == 0 || keepsSequence { keep(token) }
  }

  private mutating func keep(_ token: Token) {
    if case .fragment = token { return }
    builder.consume(token, byteOrder: reader.byteOrder)
  }

  private func isBehindLast(_ tag: Tag) -> Bool { last.map { tag > $0 } ?? false }

  private func isPixelData(_ tag: Tag) -> Bool {
    tag.group == 0x7FE0 && (tag.element == 0x0008 || tag.element == 0x0009 || tag.element == 0x0010)
  }

  private mutating func end(_ header: ElementHeader) {
    pixelDataOffset = header.offset
    isDone = true
  }

  private mutating func drop(_ header: ElementHeader) {
    guard dropped.count < ReadLimits.defaultFindings else { return }
    dropped.append(Finding(.valueNotKept, offset: header.offset, path: "\(header.tag)"))
  }
}
