// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// A reader of `multipart/related` messages (RFC 2046 §5.1.1, RFC 2387, PS3.18 §8.6.1): bytes in, events out. Bodies
/// pass by as slices of what was fed; only a piece of a delimiter or of a header block is ever held back.
///
///     preamble ─▶ delimiter ─▶ header ─▶ body ─▶ delimiter … ─▶ epilogue
public struct MultipartReader: Sendable {
  /// What a sender can make grow.
  public struct Limits: Sendable {
    public var preamble: Int
    public var header: Int
    public var parts: Int

    public init(preamble: Int = 8192, header: Int = 16384, parts: Int = 1_000_000) {
      self.preamble = preamble
      self.header = header
      self.parts = parts
    }
  }

  /// What comes next in the body.
  public enum Event: Sendable, Equatable {
    /// A part begins.
    case part(PartHeader)
    /// The next bytes of its body.
    case body(ByteSlice)
    /// The part is complete.
    case partEnd
    /// The closing delimiter was read.
    case end
  }

  private enum State { case preamble, delimiter, header, body, epilogue, ended }

  /// RFC 2046 §5.1.1: 1 to 70 characters.
  static let longestBoundary = 70

  /// CR LF, two hyphens and the boundary.
  private let delimiter: [UInt8]
  private let limits: Limits
  private var state = State.preamble
  private var buffer = ByteSlice.empty
  private var passed = 0
  private var parts = 0

  /// - Parameter boundary: the `boundary` parameter of the message's media type.
  public init(boundary: String, limits: Limits = .init()) throws(WebError) {
    guard (1...Self.longestBoundary).contains(boundary.utf8.count), boundary.utf8.allSatisfy({ 0x20...0x7E ~= $0 }),
      boundary.utf8.last != 0x20
    else { throw WebError(.malformed, "The boundary must be 1 to 70 printable characters.", at: "Content-Type") }
    delimiter = [0x0D, 0x0A, 0x2D, 0x2D] + Array(boundary.utf8)
    self.limits = limits
  }

  /// Takes the next bytes of the message. `next` is to be called until it gives nil before more are fed.
  public mutating func feed(_ bytes: ByteSlice) {
    if buffer.isEmpty {
      buffer = bytes
    } else {
      buffer = ByteSlice(buffer.array + bytes.array)
    }
  }

  /// The next event; nil where more bytes are needed.
  public mutating func next() throws(WebError) -> Event? {
    while true {
      switch state {
      case .preamble:
        guard try skipPreamble() else { return nil }
      case .delimiter:
        guard let isLast = try readDelimiterEnd() else { return nil }
        state = isLast ? .epilogue : .header
        if isLast { return .end }
      case .header:
        guard let header = try readHeader() else { return nil }
        parts += 1
        guard parts <= limits.parts else { throw failure(.tooLarge, "There are more than \(limits.parts) parts.") }
        state = .body
        return .part(header)
      case .body:
        return try nextOfBody()
      case .epilogue, .ended:
        drop(buffer.count)
        return nil
      }
    }
  }

  /// Tells that no more bytes come; fails where the closing delimiter is missing.
  public mutating func finish() throws(WebError) {
    guard state == .epilogue || state == .ended else {
      throw failure(.malformed, "The message ends before its closing delimiter.")
    }
    state = .ended
  }

  // MARK: States

  private mutating func skipPreamble() throws(WebError) -> Bool {
    // The first delimiter may lack the line end before it.
    if passed == 0, buffer.count >= delimiter.count - 2, starts(buffer, with: delimiter.dropFirst(2)) {
      drop(delimiter.count - 2)
      state = .delimiter
      return true
    }
    if passed == 0, buffer.count < delimiter.count { return false }
    let (match, kept) = find(in: buffer)
    drop(match ?? kept)
    guard passed <= limits.preamble else {
      throw failure(.malformed, "The boundary of the Content-Type does not occur in the message.")
    }
    guard match != nil, buffer.count >= delimiter.count else { return false }
    drop(delimiter.count)
    state = .delimiter
    return true
  }

  /// Whether the delimiter is the closing one; nil where more bytes are needed.
  private mutating func readDelimiterEnd() throws(WebError) -> Bool? {
    guard buffer.count >= 2 else { return nil }
    if buffer[0] == 0x2D, buffer[1] == 0x2D {
      drop(2)
      return true
    }
    var end = 0
    while end < buffer.count, buffer[end] == 0x20 || buffer[end] == 0x09 { end += 1 }
    guard end < limits.header else { throw failure(.tooLarge, "A delimiter line is too long.") }
    guard end + 2 <= buffer.count else { return nil }
    guard buffer[end] == 0x0D, buffer[end + 1] == 0x0A else {
      throw failure(.malformed, "A delimiter line does not end.")
    }
    drop(end + 2)
    return false
  }

  private mutating func readHeader() throws(WebError) -> PartHeader? {
    guard buffer.count >= 2 else { return nil }
    if buffer[0] == 0x0D, buffer[1] == 0x0A {
      drop(2)
      return PartHeader(fields: [])
    }
    guard let end = headerEnd() else {
      guard buffer.count < limits.header else { throw failure(.tooLarge, "The header of a part is too long.") }
      return nil
    }
    guard end <= limits.header else { throw failure(.tooLarge, "The header of a part is too long.") }
    let header = try PartHeader(parsing: buffer[0..<end], at: passed)
    drop(end + 4)
    return header
  }

  private mutating func nextOfBody() throws(WebError) -> Event? {
    let (match, kept) = find(in: buffer)
    let end = match ?? kept
    if end > 0 {
      let body = buffer[0..<end]
      drop(end)
      return .body(body)
    }
    guard match == 0 else { return nil }
    drop(delimiter.count)
    state = .delimiter
    return .partEnd
  }

  // MARK: Bytes

  private mutating func drop(_ count: Int) {
    passed += count
    buffer = count == buffer.count ? .empty : buffer[count..<buffer.count]
  }

  /// Position of the empty line that ends a header block.
  private func headerEnd() -> Int? {
    let end = min(buffer.count, limits.header + 4)
    return buffer.withUnsafeBytes { bytes in
      var index = 0
      while index + 4 <= end {
        if bytes[index] == 0x0D, bytes[index + 1] == 0x0A, bytes[index + 2] == 0x0D, bytes[index + 3] == 0x0A {
          return index
        }
        index += 1
      }
      return nil
    }
  }

  /// Position of the first delimiter, and of the first byte that may begin one that is not complete yet.
  /// What only begins like the delimiter, because a longer word stands there, is body.
  private func find(in slice: ByteSlice) -> (match: Int?, kept: Int) {
    slice.withUnsafeBytes { bytes in
      var start = 0
      while let found = bytes.firstCarriageReturn(from: start) {
        let available = min(delimiter.count, bytes.count - found)
        let isAlike = (0..<available).allSatisfy { bytes[found + $0] == delimiter[$0] }
        if isAlike {
          let after = found + delimiter.count
          guard after + 2 <= bytes.count else { return (nil, found) }
          if endsDelimiter(bytes[after], bytes[after + 1]) { return (found, found) }
        }
        start = found + 1
      }
      return (nil, bytes.count)
    }
  }

  private func endsDelimiter(_ first: UInt8, _ second: UInt8) -> Bool {
    (first == 0x2D && second == 0x2D) || (first == 0x0D && second == 0x0A) || first == 0x20 || first == 0x09
  }

  private func starts(_ slice: ByteSlice, with prefix: ArraySlice<UInt8>) -> Bool {
    slice.withUnsafeBytes { $0.starts(with: prefix) }
  }

  private func failure(_ code: WebError.Code, _ reason: String) -> WebError {
    WebError(code, reason, at: "byte \(passed) of the message")
  }
}
