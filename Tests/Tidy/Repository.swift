// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The checkout that this test was compiled from.
struct Repository {
  static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent()

  struct File: Sendable {
    /// Path from the root of the checkout.
    let path: String
    let text: String

    /// Folder below `Sources`: Toolkit, System, Adapters, Product, Support; nil elsewhere.
    var layer: String? { part(0) }
    /// Name of the target.
    var target: String? { part(1) }
    var isGenerated: Bool { path.contains("/Generated/") }

    private func part(_ index: Int) -> String? {
      let parts = path.split(separator: "/").map(String.init)
      return parts.first == "Sources" && parts.count > index + 2 ? parts[index + 1] : nil
    }
  }

  /// All files below these folders whose names end so, sorted by path.
  static func files(in folders: [String], endings: [String]) throws -> [File] {
    try folders.flatMap { folder in try files(in: folder, endings: endings) }.sorted { $0.path < $1.path }
  }

  private static func files(in folder: String, endings: [String]) throws -> [File] {
    let base = root.appendingPathComponent(folder)
    guard let names = FileManager.default.enumerator(atPath: base.path) else { return [] }
    var found: [File] = []
    for case let name as String in names
    where endings.contains(where: name.hasSuffix) && !name.contains("node_modules") && !name.contains(".build/") {
      let text = try String(contentsOf: base.appendingPathComponent(name), encoding: .utf8)
      found.append(File(path: folder + "/" + name, text: text))
    }
    return found
  }

  static func manifest() throws -> String {
    try String(contentsOf: root.appendingPathComponent("Package.swift"), encoding: .utf8)
  }
}
