// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary

/// Why an identifier asks for nothing that the information model has: status A900.
public struct QueryRetrieveIdentifierError: Error, Sendable, Hashable, CustomStringConvertible {
  public let reason: String
  /// For Offending Element (0000,0901).
  public let offendingElement: Tag

  public init(_ reason: String, _ offendingElement: Tag) {
    self.reason = reason
    self.offendingElement = offendingElement
  }

  public var description: String { "\(reason) \(offendingElement)" }
}

/// A checked identifier of a C-FIND, C-MOVE or C-GET request (PS3.4 §C.4.1.1.3, §C.4.2.1.4, §C.4.3.1.3).
public struct QueryRetrieveIdentifier: Sendable, Hashable {
  public let model: QueryRetrieveModel
  public let level: QueryRetrieveLevel
  public let dataSet: DataSet

  /// What the identifier is for.
  public enum Purpose: Sendable {
    case find
    case retrieve
  }

  /// - Parameter relational: relational queries or retrieval were negotiated, so keys above the level may be missing.
  public init(
    _ dataSet: DataSet, model: QueryRetrieveModel, purpose: Purpose, relational: Bool
  ) throws(QueryRetrieveIdentifierError) {
    guard let term = dataSet.string(.queryRetrieveLevel) else {
      throw QueryRetrieveIdentifierError("no query/retrieve level", .queryRetrieveLevel)
    }
    guard let level = QueryRetrieveLevel(rawValue: term), model.levels.contains(level) else {
      throw QueryRetrieveIdentifierError("query/retrieve level \(term) is not of this model", .queryRetrieveLevel)
    }
    if !relational {
      for above in model.levels where above < level {
        let values = (dataSet.strings(above.uniqueKey) ?? []).filter { !$0.isEmpty }
        guard values.count == 1, !values[0].contains(where: { $0 == "*" || $0 == "?" }) else {
          throw QueryRetrieveIdentifierError("no single value of the key above the level", above.uniqueKey)
        }
      }
    }
    if purpose == .retrieve {
      let values = (dataSet.strings(level.uniqueKey) ?? []).filter { !$0.isEmpty }
      guard !values.isEmpty else {
        throw QueryRetrieveIdentifierError("no value of the level's unique key", level.uniqueKey)
      }
    }
    self.model = model
    self.level = level
    self.dataSet = dataSet
  }
}
