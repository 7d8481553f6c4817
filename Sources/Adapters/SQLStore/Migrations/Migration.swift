// SPDX-License-Identifier: Apache-2.0

import Crypto
import SQLInterface

/// One numbered step of the schema. A step that was released is never changed; a new one is added behind it.
struct Migration: Sendable {
  let number: Int
  let name: String
  /// The statements, for one engine's dialect.
  let script: @Sendable (any SQLDialect) -> String
  /// Fills what is new out of what is there, after the script. Says nothing of the schema, and may be improved.
  let fill: @Sendable (any SQLConnection) throws -> Void

  init(
    number: Int, name: String, script: @escaping @Sendable (any SQLDialect) -> String,
    fill: @escaping @Sendable (any SQLConnection) throws -> Void = { _ in }
  ) {
    self.number = number
    self.name = name
    self.script = script
    self.fill = fill
  }

  /// SHA-256 of the script, in hexadecimal: what was applied must be what the program has.
  func checksum(_ dialect: any SQLDialect) -> String {
    SHA256.hash(data: Array(script(dialect).utf8)).hexadecimal
  }
}

extension Digest {
  /// Lower-case hexadecimal digits.
  var hexadecimal: String {
    map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
