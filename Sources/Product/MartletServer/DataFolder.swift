// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The folder that holds everything: index, segments, quarantine, certificates, messages and the configuration file.
public struct DataFolder: Sendable {
  public let path: String

  /// `--data`, else `$MARTLET_DATA`, else the platform's data folder.
  public init(
    path: String?, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    if let chosen = path ?? environment["MARTLET_DATA"], !chosen.isEmpty {
      self.path = URL(fileURLWithPath: chosen).standardizedFileURL.path
    } else {
      #if os(macOS)
        let parent = environment["HOME"].map { $0 + "/Library/Application Support" }
      #else
        let parent = environment["XDG_DATA_HOME"] ?? environment["HOME"].map { $0 + "/.local/share" }
      #endif
      guard let parent else {
        throw SettingsError(key: "data", reason: "no home folder is known; name one with --data")
      }
      self.path = parent + "/martlet"
    }
  }

  /// Creates the folder, readable by its owner only.
  public func create() throws {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw SettingsError(key: "data", reason: "\(path) cannot be created: \(error.localizedDescription)")
    }
  }

  public func file(_ name: String) -> String { path + "/" + name }

  /// Settings from the folder's `martlet.toml`, then from the environment.
  public func settings(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> Settings {
    var settings = Settings()
    let file = file("martlet.toml")
    if FileManager.default.fileExists(atPath: file) {
      try SettingsFile.apply(String(contentsOfFile: file, encoding: .utf8), to: &settings)
    }
    try settings.apply(environment: environment)
    return settings
  }
}
