// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Each public type and function of the toolkit says what it is.
@Suite struct DocumentationTests {
  /// What a protocol documents: those of the standard library, of codecs and of sources of bytes.
  private static let witnesses: Set<String> = [
    "==", "<", "hash", "next", "makeAsyncIterator", "AsyncIterator", "decode", "encode", "read", "withUnsafeBytes",
  ]
  private static let words: Set<Substring> = ["func", "struct", "class", "enum", "protocol", "actor", "typealias"]

  @Test func publicTypesAndFunctionsAreDocumented() throws {
    var missing: [String] = []
    var documented = 0
    for file in try Repository.files(in: ["Sources/Toolkit"], endings: [".swift"])
    where !file.path.contains("/Generated/") {
      let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
      for (index, line) in lines.enumerated() {
        guard let name = Self.declared(line) else { continue }
        let above = lines[..<index].last { !$0.drop { $0 == " " }.hasPrefix("@") } ?? ""
        if above.drop(while: { $0 == " " }).hasPrefix("///") {
          documented += 1
        } else if !Self.witnesses.contains(name) {
          missing.append("\(file.path):\(index + 1) \(name)")
        }
      }
    }
    #expect(missing == [])
    #expect(documented > 500)
  }

  /// The name of the public type or function that a line declares.
  private static func declared(_ line: Substring) -> String? {
    let parts = line.split(separator: " ")
    guard parts.first == "public", let keyword = parts.firstIndex(where: { words.contains($0) }),
      keyword + 1 < parts.count, parts[..<keyword].allSatisfy({ !["var", "let", "init", "case"].contains($0) })
    else { return nil }
    return String(parts[keyword + 1].prefix { !"(:<".contains($0) || $0 == "<" && parts[keyword + 1].first == "<" })
  }
}
