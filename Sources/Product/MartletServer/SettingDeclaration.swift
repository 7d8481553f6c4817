// SPDX-License-Identifier: Apache-2.0

/// The one place where a setting is declared: from it follow parsing, validation, `martlet config` and the handbook.
public struct SettingDeclaration: Sendable {
  /// Name in the configuration file.
  public let key: String
  /// What values look like.
  public let form: String
  /// What it does, in a sentence.
  public let explanation: String
  /// Reads a text into the settings.
  let apply: @Sendable (inout Settings, String) throws -> Void
  /// Writes the current value as text.
  public let show: @Sendable (Settings) -> String

  /// Name in the environment: `dicomPort` is `MARTLET_DICOM_PORT`.
  public var environmentName: String { "MARTLET_" + words.map { $0.uppercased() }.joined(separator: "_") }
  /// How it is given on the command line: `--dicom-port` for the settings that have a flag, else `--set key=value`.
  public var flagName: String {
    Self.keysWithFlag.contains(key) ? "--" + words.map { $0.lowercased() }.joined(separator: "-") : "--set \(key)=…"
  }

  /// The settings that `martlet serve` has a flag for.
  public static let keysWithFlag: Set<String> = [
    "bind", "dicomBind", "webBind", "hl7Bind", "dicomPort", "httpPort", "httpsPort", "hl7Port",
  ]

  private var words: [String] {
    switch key {
    case "checkCalledAETitle": return ["check", "called", "ae", "title"]
    case "maximumPDULength": return ["maximum", "pdu", "length"]
    case let key where key.hasPrefix("dicomTLS"):
      return ["dicom", "tls"] + Self.split(String(key.dropFirst("dicomTLS".count)))
    default: break
    }
    return Self.split(key)
  }

  private static func split(_ key: String) -> [String] {
    var words: [String] = []
    for character in key {
      if character.isUppercase || words.isEmpty { words.append("") }
      words[words.count - 1].append(character)
    }
    return words
  }

  static func text(
    _ key: String, _ form: String, _ explanation: String, _ path: any WritableKeyPath<Settings, String> & Sendable,
    check: @escaping @Sendable (String) -> Bool = { _ in true }
  ) -> SettingDeclaration {
    SettingDeclaration(
      key: key, form: form, explanation: explanation,
      apply: { settings, text in
        guard check(text) else { throw SettingsError(key: key, reason: "\"\(text)\" is not \(form)") }
        settings[keyPath: path] = text
      },
      show: { $0[keyPath: path] })
  }

  static func flag(
    _ key: String, _ explanation: String, _ path: any WritableKeyPath<Settings, Bool> & Sendable
  ) -> SettingDeclaration {
    SettingDeclaration(
      key: key, form: "true or false", explanation: explanation,
      apply: { settings, text in
        guard let value = Bool(text) else {
          throw SettingsError(key: key, reason: "\"\(text)\" is neither true nor false")
        }
        settings[keyPath: path] = value
      },
      show: { String($0[keyPath: path]) })
  }

  static func number(
    _ key: String, _ range: ClosedRange<Int>, _ explanation: String,
    _ path: any WritableKeyPath<Settings, Int> & Sendable
  ) -> SettingDeclaration {
    SettingDeclaration(
      key: key, form: "\(range.lowerBound) to \(range.upperBound)", explanation: explanation,
      apply: { settings, text in
        guard let number = Int(text), range.contains(number) else {
          throw SettingsError(
            key: key, reason: "\"\(text)\" is not a number from \(range.lowerBound) to \(range.upperBound)")
        }
        settings[keyPath: path] = number
      },
      show: { String($0[keyPath: path]) })
  }
}

/// A setting that cannot be.
public struct SettingsError: Error, CustomStringConvertible, Equatable {
  public let key: String
  public let reason: String

  public var description: String { "setting \(key): \(reason)" }
}
