// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// A person name as a key (PS3.4 §C.2.2.2.1): without regard to case; each component group is compared for itself. A
/// key of one group matches any group of a name, a key of several matches the groups at their places.
public struct PersonNamePattern: Sendable, Hashable {
  /// The key's groups, empty ones nil; in lower case, without delimiters at the end.
  public let groups: [WildcardPattern?]

  /// Nil where the key says nothing.
  public init?(_ key: String) {
    let groups = Self.groups(key).map { group in
      let pattern = WildcardPattern(group)
      return group.isEmpty || pattern.isUniversal ? nil : pattern
    }
    guard groups.contains(where: { $0 != nil }) else { return nil }
    self.groups = groups
  }

  /// Whether a name matches, in any of its component groups.
  public func matches(_ name: String) -> Bool {
    let candidates = Self.groups(name)
    if groups.count == 1, let pattern = groups[0] {
      return candidates.contains { Self.matches(pattern, $0) }
    }
    return groups.enumerated().allSatisfy { index, pattern in
      guard let pattern else { return true }
      return index < candidates.count && Self.matches(pattern, candidates[index])
    }
  }

  /// The component groups in lower case, without the delimiters of empty components at the end.
  public static func groups(_ name: String) -> [String] {
    name.split(separator: "=", maxSplits: 2, omittingEmptySubsequences: false).map { group in
      var group = Substring(group.lowercased())
      while let last = group.last, last == "^" || last == " " { group.removeLast() }
      while group.first == " " { group.removeFirst() }
      return String(group)
    }
  }

  /// Components that the name leaves out at its end are empty, not missing: `DOE^*` matches `DOE`.
  private static func matches(_ pattern: WildcardPattern, _ group: String) -> Bool {
    if group.isEmpty { return false }
    if pattern.matches(group) { return true }
    let wanted = pattern.tokens.reduce(0) { count, token in
      if case .text(let text) = token { count + text.utf8.count { $0 == UInt8(ascii: "^") } } else { count }
    }
    let missing = wanted - group.utf8.count { $0 == UInt8(ascii: "^") }
    return missing > 0 && pattern.matches(group + String(repeating: "^", count: missing))
  }
}
