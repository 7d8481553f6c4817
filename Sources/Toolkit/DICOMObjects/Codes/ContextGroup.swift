// SPDX-License-Identifier: Apache-2.0

/// A context group of PS3.16 Annex B: the concepts that a template or module offers for an attribute.
public struct ContextGroup: Sendable, Hashable {
  /// Context identifier, such as 7021.
  public let identifier: Int
  public let name: String
  private let members: [UInt16]

  /// The context group with this CID; nil where the table has none.
  public init?(_ identifier: Int) {
    guard let fields = SortedLines(text: ContextGroupTable.lines).first("\(identifier)|"), fields.count == 3 else {
      return nil
    }
    self.identifier = identifier
    name = fields[1]
    let digits = Array(fields[2].utf8)
    members = stride(from: 0, to: digits.count - 3, by: 4).map { start in
      digits[start..<start + 4].reduce(0) { $0 << 4 | UInt16($1 < 0x3A ? $1 - 0x30 : $1 - 0x37) }
    }
  }

  /// Number of concepts.
  public var count: Int { members.count }

  /// The concepts in the order of the standard.
  public var concepts: [CodedConcept] { members.compactMap { ConceptDictionary.concept(Int($0)) } }

  /// Whether the group has a concept, by scheme and code.
  public func contains(_ concept: CodedConcept) -> Bool { concepts.contains(concept) }
}
