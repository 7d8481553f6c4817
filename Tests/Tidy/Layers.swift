// SPDX-License-Identifier: Apache-2.0

/// The direction of imports: each folder of `Sources/` uses only itself and those above it.
enum Layers {
  /// Folder → folders that it may use.
  static let allowed: [String: Set<String>] = [
    "Toolkit": ["Toolkit"],
    "System": ["Toolkit", "System"],
    "Adapters": ["Toolkit", "System", "Adapters"],
    "Product": ["Toolkit", "System", "Adapters", "Product"],
    "Support": ["Toolkit", "System", "Support"],
  ]

  /// Modules of other packages that only these toolkit targets may import.
  static let networkTargets: Set<String> = ["DICOMNIO", "HL7NIO"]

  /// The system's own modules, which every layer may import.
  static let platform: Set<String> = ["Glibc", "Darwin", "Synchronization"]

  static func isFoundation(_ module: String) -> Bool { module.hasPrefix("Foundation") }

  /// The module named by an import line of blanked code.
  static func imported(_ line: String) -> String? {
    var words = line.split(separator: " ").map(String.init)
    guard let at = words.firstIndex(of: "import"), words.count > at + 1 else { return nil }
    guard words[..<at].allSatisfy({ $0.hasPrefix("@") || ["public", "internal", "private", "package"].contains($0) })
    else { return nil }
    words.removeFirst(at + 1)
    if ["struct", "class", "enum", "protocol", "func", "var", "typealias"].contains(words[0]) { words.removeFirst() }
    return words.first?.split(separator: ".").first.map(String.init)
  }

  /// What is wrong with `file` importing `module`; nil when nothing is.
  static func objection(to module: String, in file: Repository.File, layers: [String: String]) -> String? {
    guard let layer = file.layer, let target = file.target else { return nil }
    if isFoundation(module), layer == "Toolkit" || layer == "System" { return "\(file.path): imports \(module)" }
    if let other = layers[module] {
      return allowed[layer]?.contains(other) == true ? nil : "\(file.path): \(layer) imports \(module) of \(other)"
    }
    if layer == "Toolkit", !platform.contains(module), !networkTargets.contains(target) {
      return "\(file.path): only the NIO edge of the toolkit imports other packages, not \(module)"
    }
    return nil
  }
}
