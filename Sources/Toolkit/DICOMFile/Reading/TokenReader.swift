// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Reads a data set from consecutive pieces of bytes as a stream of tokens.
///
/// The reader pushes down one `Level` for each sequence, item and fragment list that is open, so that depth costs no
/// stack. Whatever can be read is read; what does not conform is passed over under a name and listed in `findings`:
///
/// - An inner length wins over an outer one that is too short.
/// - A missing delimiter is supplied where an element follows that belongs further out.
/// - Bytes that are no element end the data set.
public struct TokenReader {
  /// A sequence, an item or a list of fragments that is open.
  struct Level {
    enum Kind { case sequence, item, fragments }
    let kind: Kind
    /// The tag of the sequence or of the element that holds the fragments.
    let tag: Tag
    /// Number of the item in its sequence, from 1; for a sequence, of items so far.
    var number: Int
    /// Offset behind the last byte; `Int.max` where a delimiter marks it.
    var end: Int
    let encoding: ElementReader
    /// Pixel Representation (0028,0103) is 1.
    var signed: Bool
    var lastTag: Tag?
  }

  enum State { case header, value(remaining: Int), ended }

  /// What was passed over so far, at most `ReadLimits.findings`.
  public internal(set) var findings: [Finding] = []
  /// The encoding at the root, known for certain after the first token.
  public internal(set) var encoding: ElementReader

  var levels: [Level] = []
  var state = State.header
  var input: InputWindow
  let options: ReadOptions
  let totalLength: Int?
  var root: Level
  var pixelRepresentationFollows = false
  private var elementCount = 0
  private var isStarted = false
  private var inflater: Inflater?

  /// - Parameters:
  ///   - offset: where the data set begins in what the offsets of tokens, findings and errors count from.
  ///   - totalLength: number of bytes of the data set, where known; makes lies about lengths plain early.
  public init(
    transferSyntax: TransferSyntax, options: ReadOptions = ReadOptions(), offset: Int = 0, totalLength: Int? = nil
  ) {
    encoding = ElementReader(transferSyntax)
    self.options = options
    self.totalLength = transferSyntax.isDeflated ? nil : totalLength.map { $0 + offset }
    input = InputWindow(position: transferSyntax.isDeflated ? 0 : offset)
    inflater = transferSyntax.isDeflated ? Inflater(limit: options.limits.inflatedLength) : nil
    root = Level(kind: .item, tag: .item, number: 0, end: .max, encoding: encoding, signed: false)
  }

  /// Gives the next piece.
  public mutating func feed(_ slice: ByteSlice) {
    if let inflater {
      if !slice.isEmpty { inflater.feed(slice) }
    } else {
      input.feed(slice)
    }
  }

  /// Says that there are no more pieces.
  public mutating func finish() { input.isFinished = true }

  /// Sequences, items and fragment lists that are open.
  public var depth: Int { levels.count }

  /// Byte order at the innermost open level.
  public var byteOrder: ByteOrder { levels.last?.encoding.byteOrder ?? encoding.byteOrder }

  /// Offset of the next byte that is not read yet.
  public var position: Int { input.position }

  /// The last token has been read.
  public var isAtEnd: Bool { if case .ended = state { levels.isEmpty } else { false } }

  /// The next token; nil where more bytes must be fed first, or `isAtEnd`.
  public mutating func next() throws(ReadError) -> Token? {
    while true {
      let start = input.position
      if let token = try step() { return token }
      // Something was passed over.
      if input.position > start { continue }
      if case .ended = state, levels.isEmpty { return nil }
      guard let inflater, !input.isFinished || !inflater.isAtEnd else { return nil }
      // Inflate a piece and try again.
      guard let piece = try inflater.next(finished: input.isFinished) else {
        if inflater.isDamaged, !input.isFinished { note(.truncatedDataSet) }
        if inflater.isAtEnd, !input.isFinished {
          input.isFinished = true
          continue
        }
        return nil
      }
      input.feed(piece)
    }
  }

  /// Forgets pieces whose bytes were only lent: copies the few that are not read yet.
  mutating func detach() {
    input.detach()
    inflater?.detach()
  }

  /// Passes over the value that is next, or over the innermost level where its length is defined, whether its bytes
  /// were fed or not: the next piece begins at `nextInputOffset`. Not for deflated data sets, whose pieces follow one
  /// another.
  mutating func skip() {
    guard inflater == nil else { return }
    if case .value(let remaining) = state {
      // Its first byte decides what numbers are signed.
      guard !pixelRepresentationFollows else { return }
      if let totalLength, input.position + remaining > totalLength { note(.truncatedValue) }
      input.skip(remaining)
      state = .header
    } else if let level = levels.last, level.kind != .item, level.end != .max, level.end >= input.position {
      input.skip(level.end - input.position)
      levels.removeLast()
    }
  }

  /// A value has begun and is not read to its end.
  var isInValue: Bool { if case .value = state { true } else { false } }

  /// Where the next piece must begin.
  var nextInputOffset: Int { input.position + input.buffered }

  /// Forgets what is not read yet; nothing is read any more.
  mutating func abandonInput() {
    input.clear()
    inflater = nil
  }

  private mutating func step() throws(ReadError) -> Token? {
    switch state {
    case .ended: return closeInnermost()
    case .value(let remaining): return valueStep(remaining)
    case .header: return try headerStep()
    }
  }

  private mutating func valueStep(_ remaining: Int) -> Token? {
    if remaining == 0 {
      state = .header
      return .value(.empty, isLast: true)
    }
    guard let piece = input.take(remaining) else {
      guard hasNoMoreInput else { return nil }
      note(.truncatedValue)
      state = .ended
      return .value(.empty, isLast: true)
    }
    if pixelRepresentationFollows {
      setPixelRepresentation(piece)
      pixelRepresentationFollows = false
    }
    if piece.count == remaining {
      state = .header
      return .value(piece, isLast: true)
    }
    state = .value(remaining: remaining - piece.count)
    return .value(piece, isLast: false)
  }

  private mutating func headerStep() throws(ReadError) -> Token? {
    if let top = levels.last, input.position >= top.end {
      if input.position > top.end { note(.lengthBeyondEnclosing) }
      return closeInnermost()
    }
    if !isStarted {
      guard start() else { return nil }
    }
    let top = levels.last ?? root
    let offset = input.position
    let header = input.peek(ElementReader.longHeaderLength) { bytes in
      top.encoding.header(bytes, offset: offset, signed: top.signed)
    }
    guard let header else {
      guard hasNoMoreInput else { return nil }
      if !input.isEmpty || levels.last.map({ $0.end == .max || $0.end > offset }) == true { note(.truncatedDataSet) }
      state = .ended
      return closeInnermost()
    }
    elementCount += 1
    if elementCount > options.limits.elements { throw failure("More than \(options.limits.elements) elements.") }
    switch levels.last?.kind {
    case .sequence: return try sequenceStep(header)
    case .fragments: return fragmentStep(header)
    case .item, nil: return try elementStep(header)
    }
  }

  /// Settles the encoding by the first element; false where too few bytes are there to tell.
  private mutating func start() -> Bool {
    let declared = encoding
    let detects = options.detectsEncoding
    let total = totalLength.map { $0 - input.position }
    let count = input.peek(ElementReader.longHeaderLength) { $0.count }
    guard count == ElementReader.longHeaderLength || hasNoMoreInput else { return false }
    isStarted = true
    if detects {
      encoding = input.peek(ElementReader.longHeaderLength) {
        EncodingDetector.choose(declared, $0, total: total)
      }
      if encoding != declared { note(.wrongTransferSyntax) }
    }
    root = Level(kind: .item, tag: .item, number: 0, end: .max, encoding: encoding, signed: false)
    return true
  }

  /// The stream has no bytes beyond those in the window.
  var hasNoMoreInput: Bool {
    guard input.isFinished else { return false }
    guard let inflater else { return true }
    return inflater.isAtEnd || inflater.isExhausted
  }

  mutating func note(_ leniency: Leniency, offset: Int? = nil) {
    guard findings.count < options.limits.findings else { return }
    findings.append(Finding(leniency, offset: offset ?? input.position, path: path))
  }

  func failure(_ reason: String) -> ReadError {
    ReadError(.limitExceeded, reason, offset: input.position, path: path)
  }

  /// The attribute path of the innermost open level, items counted from 0; the middle of a very deep one is left out.
  var path: String {
    let shown = 16
    var parts: [String] = []
    for (index, level) in levels.enumerated() where level.kind != .item {
      if levels.count > 2 * shown, index >= shown, index < levels.count - shown {
        if index == shown { parts.append("…") }
        continue
      }
      parts.append(level.kind == .sequence && level.number > 0 ? "\(level.tag)[\(level.number - 1)]" : "\(level.tag)")
    }
    return parts.joined(separator: ".")
  }
}
