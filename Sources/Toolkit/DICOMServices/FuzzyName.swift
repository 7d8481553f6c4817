// SPDX-License-Identifier: Apache-2.0

/// A person name as a key of fuzzy semantic matching (PS3.4 §C.2.2.2.1.1, PS3.18 §8.3.4.2): without regard to
/// accents, case and the order of components. Each word of the key must begin a word of the name, or sound like one.
public struct FuzzyName: Sendable, Hashable {
  /// One word of a name, in the form that is compared.
  public struct Word: Sendable, Hashable {
    /// Folded; what stands before the first wildcard where there is one.
    public let text: String
    public let code: String?
    /// For a key with wildcards inside; it is matched against words.
    public let pattern: WildcardPattern?
  }

  public let words: [Word]

  /// Nil where the key says nothing.
  public init?(_ key: String) {
    words = TextFolding.words(key).compactMap { word in
      var word = word
      while word.last == "*" { word.removeLast() }
      if word.isEmpty { return nil }
      guard word.contains("*") || word.contains("?") else {
        return Word(text: word, code: PhoneticCode.code(word), pattern: nil)
      }
      let pattern = WildcardPattern(word + "*")
      return Word(text: pattern.prefix, code: nil, pattern: pattern)
    }
    if words.isEmpty { return nil }
  }

  /// Whether each word of the pattern is like one of the name.
  public func matches(_ name: String) -> Bool {
    let candidates = TextFolding.words(name)
    return words.allSatisfy { word in
      candidates.contains { candidate in
        if let pattern = word.pattern { return pattern.matches(candidate) }
        if candidate.hasPrefix(word.text) { return true }
        guard let code = word.code else { return false }
        return code == PhoneticCode.code(candidate)
      }
    }
  }
}
