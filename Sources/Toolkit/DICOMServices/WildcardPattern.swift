// SPDX-License-Identifier: Apache-2.0

/// A text with `*` for any characters and `?` for any one character (PS3.4 §C.2.2.2.4).
public struct WildcardPattern: Sendable, Hashable {
  /// A character, or what stands for one or many (PS3.4 §C.2.2.2.4).
  public enum Token: Sendable, Hashable {
    case text(String)
    /// `?`
    case anyOne
    /// `*`
    case anyMany
  }

  public let tokens: [Token]
  private let scalars: [Unicode.Scalar]
  private let wild: Bool

  /// - Parameter hasWildcards: false takes `*` and `?` as themselves.
  public init(_ text: String, hasWildcards: Bool = true) {
    var tokens: [Token] = []
    var literal = String.UnicodeScalarView()
    func endLiteral() {
      if !literal.isEmpty { tokens.append(.text(String(literal))) }
      literal = String.UnicodeScalarView()
    }
    for scalar in text.unicodeScalars {
      guard hasWildcards, scalar == "*" || scalar == "?" else {
        literal.append(scalar)
        continue
      }
      endLiteral()
      if scalar == "?" {
        tokens.append(.anyOne)
      } else if tokens.last != .anyMany {
        tokens.append(.anyMany)
      }
    }
    endLiteral()
    self.tokens = tokens
    scalars = Array(text.unicodeScalars)
    wild = tokens.contains { $0 == .anyOne || $0 == .anyMany }
  }

  /// There is no wildcard in it.
  public var literal: String? {
    if wild { return nil }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }

  /// Only `*`: matches everything, unknown values too.
  public var isUniversal: Bool { tokens == [.anyMany] }

  /// The text before the first wildcard.
  public var prefix: String {
    if case .text(let text) = tokens.first { text } else { "" }
  }

  /// A text followed by one `*`.
  public var isPrefix: Bool { tokens.count == 2 && tokens[1] == .anyMany && !prefix.isEmpty }

  /// Whether the whole text matches.
  public func matches(_ text: String) -> Bool {
    if !wild { return text.unicodeScalars.elementsEqual(scalars) }
    let candidate = Array(text.unicodeScalars)
    var position = 0
    var index = 0
    // Where to go on after a failure: one character more for the last `*`.
    var retry: (position: Int, index: Int)?
    while position < candidate.count {
      if index < scalars.count, scalars[index] == "*" {
        index += 1
        retry = (position, index)
      } else if index < scalars.count, scalars[index] == "?" || scalars[index] == candidate[position] {
        index += 1
        position += 1
      } else if let (start, behind) = retry {
        retry = (start + 1, behind)
        position = start + 1
        index = behind
      } else {
        return false
      }
    }
    return scalars[index...].allSatisfy { $0 == "*" }
  }
}
