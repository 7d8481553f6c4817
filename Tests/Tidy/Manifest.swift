// SPDX-License-Identifier: Apache-2.0

/// Targets as the text of `Package.swift` declares them.
enum Manifest {
  struct Target: Equatable {
    let name: String
    /// Names in the declaration after the target's own; names of other things do no harm.
    let dependencies: [String]
    let usesOtherPackages: Bool
  }

  static func targets(_ text: String) -> [Target] {
    let calls = ["toolkit(", "system(", "adapter(", "support(", ".target(", ".executableTarget("]
    let bytes = Array(text.utf8)
    var found: [Target] = []
    for index in bytes.indices where calls.contains(where: { bytes[index...].starts(with: $0.utf8) }) {
      guard let declaration = parenthesised(bytes, from: index), let target = target(declaration) else { continue }
      found.append(target)
    }
    return found
  }

  private static func target(_ declaration: String) -> Target? {
    let quoted = declaration.split(separator: "\"", omittingEmptySubsequences: false)
    let literals = quoted.indices.filter { $0 % 2 == 1 }.map { String(quoted[$0]) }
    guard let name = literals.first, !name.contains("\\") else { return nil }
    return Target(
      name: name, dependencies: Array(literals.dropFirst()),
      usesOtherPackages: declaration.contains("network(") || declaration.contains(".product("))
  }

  private static func parenthesised(_ bytes: [UInt8], from start: Int) -> String? {
    var depth = 0
    for index in start..<bytes.count {
      if bytes[index] == UInt8(ascii: "(") { depth += 1 }
      guard bytes[index] == UInt8(ascii: ")") else { continue }
      depth -= 1
      if depth == 0 { return String(decoding: bytes[start...index], as: UTF8.self) }
    }
    return nil
  }
}

/// Force unwraps in a line of blanked code.
enum Forced {
  static func unwraps(_ code: String) -> Bool {
    let bytes = Array(code.utf8)
    return bytes.indices.contains { index in
      guard bytes[index] == UInt8(ascii: "!"), index > 0 else { return false }
      let before = bytes[index - 1]
      let isOperand =
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(before | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(before) || before == UInt8(ascii: ")")
        || before == UInt8(ascii: "]") || before == UInt8(ascii: "_")
      return isOperand && !(index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "="))
    }
  }
}
