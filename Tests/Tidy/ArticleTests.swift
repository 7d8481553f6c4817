// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Each library of the toolkit has an article, and the examples in it are those that the tests compile and run.
@Suite struct ArticleTests {
  /// Support targets that are products too.
  private static let otherProducts = ["Sources/Support/DICOMTestKit"]

  private func libraries() throws -> [String] {
    let toolkit = try Manifest.targets(try Repository.manifest()).map { "Sources/Toolkit/\($0.name)" }.filter {
      let sources = try Repository.files(in: [$0], endings: [".swift"])
      return !sources.isEmpty
    }
    return toolkit + Self.otherProducts
  }

  @Test func everyLibraryHasAnArticle() throws {
    let missing = try libraries().filter { library in
      let name = library.split(separator: "/").last ?? ""
      return !FileManager.default.fileExists(
        atPath: Repository.root.appendingPathComponent("\(library)/\(name).docc/\(name).md").path)
    }
    #expect(missing == [])
  }

  @Test func examplesAreCompiled() throws {
    let examples = try Repository.files(in: ["Tests"], endings: ["Example.swift", "Examples.swift"])
      .map { Self.trimmed($0.text) }
    var blocks = 0
    for article in try Repository.files(in: ["Sources"], endings: [".md"]) where article.path.contains(".docc/") {
      let own = Self.swiftBlocks(article.text)
      #expect(!own.isEmpty, "\(article.path) has no example")
      blocks += own.count
      for block in own {
        let text = Self.trimmed(block)
        #expect(examples.contains { $0.contains(text) }, "\(article.path): not in any Tests/*/*Example.swift: \(block)")
      }
    }
    #expect(blocks > 5)
  }

  /// Lines without their indentation; an example may stand in a function.
  private static func trimmed(_ text: String) -> String {
    text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
      .joined(separator: "\n")
  }

  private static func swiftBlocks(_ text: String) -> [String] {
    text.components(separatedBy: "```swift\n").dropFirst().compactMap { $0.components(separatedBy: "\n```").first }
  }
}
