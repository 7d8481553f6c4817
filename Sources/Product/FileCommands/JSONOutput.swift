// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Prints a value as JSON with sorted keys, on lines of its own.
package func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

/// Prints a value as JSON with sorted keys, on one line.
package func printJSONLine(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

/// Lets what was printed leave at once, also into a pipe.
package func flushOutput() { fflush(nil) }
