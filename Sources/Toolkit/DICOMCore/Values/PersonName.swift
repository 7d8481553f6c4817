// SPDX-License-Identifier: Apache-2.0

/// A person name (PN, PS3.5 §6.2.1): up to three component groups of up to five components each.
public struct PersonName: Hashable, Sendable {
  /// One component group: family, given, middle, prefix, suffix.
  public struct Group: Hashable, Sendable {
    public var components: [String]

    public init(_ text: some StringProtocol) {
      components = String(text).split(separator: "^", omittingEmptySubsequences: false).map(String.init)
    }

    /// - Parameter components: family, given, middle, prefix, suffix; those that are missing at the end are empty.
    public init(components: [String] = []) { self.components = components }

    public var family: String { component(0) }
    public var given: String { component(1) }
    public var middle: String { component(2) }
    public var prefix: String { component(3) }
    public var suffix: String { component(4) }

    public var isEmpty: Bool { components.allSatisfy(\.isEmpty) }

    private func component(_ index: Int) -> String { index < components.count ? components[index] : "" }
  }

  public var alphabetic: Group
  public var ideographic: Group
  public var phonetic: Group

  public init(alphabetic: Group, ideographic: Group = Group(), phonetic: Group = Group()) {
    self.alphabetic = alphabetic
    self.ideographic = ideographic
    self.phonetic = phonetic
  }

  /// Reads `alphabetic=ideographic=phonetic`.
  public init(_ text: some StringProtocol) {
    let groups = String(text).split(separator: "=", maxSplits: 2, omittingEmptySubsequences: false)
    alphabetic = Group(groups.isEmpty ? "" : groups[0])
    ideographic = Group(groups.count > 1 ? groups[1] : "")
    phonetic = Group(groups.count > 2 ? groups[2] : "")
  }
}

extension PersonName.Group: CustomStringConvertible {
  /// The components with `^` between them, without empty ones at the end.
  public var description: String {
    let count = (components.lastIndex { !$0.isEmpty } ?? -1) + 1
    return components.prefix(count).joined(separator: "^")
  }
}

extension PersonName: CustomStringConvertible {
  /// As it stands in a value: the component groups with `=` between them, without empty ones at the end.
  public var description: String {
    let groups = [alphabetic, ideographic, phonetic].map(\.description)
    let count = (groups.lastIndex { !$0.isEmpty } ?? -1) + 1
    return groups.prefix(count).joined(separator: "=")
  }
}
