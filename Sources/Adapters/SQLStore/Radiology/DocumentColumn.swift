// SPDX-License-Identifier: Apache-2.0

import DICOMFile
import SQLInterface

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A value as the JSON text of a column.
enum DocumentColumn {
  static func encode(_ value: some Encodable) throws -> SQLValue {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return .text(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  static func decode<Value: Decodable>(_: Value.Type, _ row: any SQLRow, _ column: Int) throws -> Value {
    do {
      return try JSONDecoding.decode(Value.self, from: row.bytes(column))
    } catch {
      throw SQLError(.corrupt, reason: "a document cannot be read as \(Value.self): \(error)")
    }
  }
}
