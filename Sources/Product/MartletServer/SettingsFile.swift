// SPDX-License-Identifier: Apache-2.0

import TOMLKit

/// The configuration file: TOML, one key per setting, unknown keys are errors.
public enum SettingsFile {
  /// Applies the text of a file.
  public static func apply(_ text: String, to settings: inout Settings) throws {
    let table: TOMLTable
    do {
      table = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      throw SettingsError(
        key: "file",
        reason: "\(error.description) at line \(error.source.begin.line), column \(error.source.begin.column)")
    }
    for key in table.keys.sorted() {
      guard let value = table[key] else { continue }
      try settings.set(key, to: scalar(value, key: key))
    }
  }

  private static func scalar(_ value: any TOMLValueConvertible, key: String) throws -> String {
    if let text = value.string { return text }
    if let flag = value.bool { return flag ? "true" : "false" }
    if let number = value.int { return String(number) }
    if let array = value.array {
      return try array.map { try scalar($0, key: key) }.joined(separator: ",")
    }
    throw SettingsError(key: key, reason: "a text, a number or a list is expected")
  }
}
