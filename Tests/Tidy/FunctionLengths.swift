// SPDX-License-Identifier: Apache-2.0

/// Finds functions, initialisers and subscripts in blanked code and counts the lines of their bodies.
struct FunctionLengths {
  struct Found: Equatable {
    let line: Int
    let length: Int
  }

  private let code: [UInt8]

  init(_ source: SourceText) { code = source.code }

  func all() -> [Found] {
    var found: [Found] = []
    var line = 1
    var index = 0
    while index < code.count {
      if code[index] == UInt8(ascii: "\n") { line += 1 }
      if let end = keywordEnd(at: index), let body = body(after: end) {
        found.append(Found(line: line, length: lineCount(body)))
      }
      index += 1
    }
    return found
  }

  /// End of `func`, `init`, `deinit` or `subscript` that stands here as a declaration.
  private func keywordEnd(at index: Int) -> Int? {
    if index > 0, isWord(code[index - 1]) || code[index - 1] == UInt8(ascii: ".") { return nil }
    for keyword in ["func", "init", "deinit", "subscript"] {
      let end = index + keyword.utf8.count
      guard end < code.count, code[index..<end].elementsEqual(keyword.utf8), !isWord(code[end]) else { continue }
      return end
    }
    return nil
  }

  /// Range of the braces that follow a signature; nil where there is none, as in a protocol.
  private func body(after start: Int) -> Range<Int>? {
    var depth = 0
    var index = start
    while index < code.count {
      switch code[index] {
      case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"):
        depth -= 1
        if depth < 0 { return nil }
      case UInt8(ascii: "{") where depth == 0: return closed(from: index)
      case UInt8(ascii: "}") where depth == 0: return nil
      case UInt8(ascii: "\n") where depth == 0 && beginsDeclaration(after: index): return nil
      default: break
      }
      index += 1
    }
    return nil
  }

  private func beginsDeclaration(after newline: Int) -> Bool {
    var index = newline + 1
    while index < code.count, code[index] == UInt8(ascii: " ") { index += 1 }
    let words = ["func", "var", "init", "static", "associatedtype", "mutating", "subscript", "@", "public", "private"]
    return words.contains { code[index...].starts(with: $0.utf8) }
  }

  private func closed(from open: Int) -> Range<Int>? {
    var depth = 0
    for index in open..<code.count {
      if code[index] == UInt8(ascii: "{") { depth += 1 }
      if code[index] == UInt8(ascii: "}") { depth -= 1 }
      if depth == 0 { return open..<index + 1 }
    }
    return nil
  }

  private func lineCount(_ range: Range<Int>) -> Int {
    1 + code[range].count { $0 == UInt8(ascii: "\n") }
  }

  private func isWord(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
  }
}
