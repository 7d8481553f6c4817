// SPDX-License-Identifier: Apache-2.0

/// A Swift source with comments and the insides of string literals blanked, so that words and braces can be counted.
///
/// Lines stay where they are: every blanked byte becomes a space, line ends stay.
struct SourceText {
  let original: [UInt8]
  let code: [UInt8]

  init(_ text: String) {
    original = Array(text.utf8)
    code = Blanker(original).blanked()
  }

  var lines: [String] { Self.split(original) }
  var codeLines: [String] { Self.split(code) }

  static func split(_ bytes: [UInt8]) -> [String] {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}

/// Replaces comments and string contents by spaces.
private struct Blanker {
  private let source: [UInt8]
  private var output: [UInt8]
  private var at = 0

  init(_ source: [UInt8]) {
    self.source = source
    output = source
  }

  func blanked() -> [UInt8] {
    var copy = self
    copy.run()
    return copy.output
  }

  private mutating func run() {
    while at < source.count {
      if matches("//") {
        blank { !$0.matches("\n") }
      } else if matches("/*") {
        blankBlockComment()
      } else if let hashes = stringStart() {
        blankString(hashes: hashes)
      } else {
        at += 1
      }
    }
  }

  private func matches(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard at + count <= source.count else { return false }
    return (0..<count).allSatisfy { source[at + $0] == text.utf8Start[$0] }
  }

  private mutating func blank(while condition: (Self) -> Bool) {
    while at < source.count, condition(self) { blankOne() }
  }

  private mutating func blankOne() {
    if source[at] != UInt8(ascii: "\n") { output[at] = UInt8(ascii: " ") }
    at += 1
  }

  private mutating func blankBlockComment() {
    var depth = 0
    repeat {
      if matches("/*") {
        depth += 1
        blankOne()
      } else if matches("*/") {
        depth -= 1
        blankOne()
      }
      blankOne()
    } while depth > 0 && at < source.count
  }

  /// Number of `#` before an opening quote here, nil when no string literal begins here.
  private func stringStart() -> Int? {
    var index = at
    while index < source.count, source[index] == UInt8(ascii: "#") { index += 1 }
    guard index < source.count, source[index] == UInt8(ascii: "\"") else { return nil }
    return index - at
  }

  private mutating func blankString(hashes: Int) {
    at += hashes
    let isMultiline = matches("\"\"\"")
    at += isMultiline ? 3 : 1
    let closing = [UInt8](repeating: UInt8(ascii: "\""), count: isMultiline ? 3 : 1) + pounds(hashes)
    let escape = [UInt8(ascii: "\\")] + pounds(hashes)
    while at < source.count, !starts(with: closing) {
      if starts(with: escape) { for _ in escape where at < source.count { blankOne() } }
      guard at < source.count else { return }
      if !isMultiline, source[at] == UInt8(ascii: "\n") { return }
      if source[at] == UInt8(ascii: "("), at > 0, source[at - 1] == escape.last {
        blankInterpolation()
      } else {
        blankOne()
      }
    }
    at = min(source.count, at + closing.count)
  }

  private mutating func blankInterpolation() {
    var depth = 0
    while at < source.count {
      if let hashes = stringStart(), depth > 0 {
        let start = at
        blankString(hashes: hashes)
        for index in start..<at where source[index] != UInt8(ascii: "\n") { output[index] = UInt8(ascii: " ") }
        continue
      }
      if source[at] == UInt8(ascii: "(") { depth += 1 }
      if source[at] == UInt8(ascii: ")") { depth -= 1 }
      blankOne()
      if depth == 0 { return }
    }
  }

  private func pounds(_ count: Int) -> [UInt8] { [UInt8](repeating: UInt8(ascii: "#"), count: count) }

  private func starts(with bytes: [UInt8]) -> Bool {
    at + bytes.count <= source.count && source[at..<at + bytes.count].elementsEqual(bytes)
  }
}
