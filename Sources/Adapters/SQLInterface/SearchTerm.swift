// SPDX-License-Identifier: Apache-2.0

/// A word, or several words next to each other, to look for in a column of words.
public struct SearchTerm: Sendable, Hashable {
  public var words: [String]
  /// The last word may go on.
  public var isPrefix: Bool

  public init(_ words: [String], isPrefix: Bool = false) {
    self.words = words
    self.isPrefix = isPrefix
  }
}
