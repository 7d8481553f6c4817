// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FileCommands
import MartletServer

/// Lists and explains the settings.
struct Config: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List every setting, its value and what it does.",
    discussion: """
      A setting is given, the later winning, in martlet.toml in the data folder, in the environment, or as a flag \
      of `martlet serve`.
      """)

  @OptionGroup var folder: DataFolderOption
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let settings = try folder.open().settings()
    if json {
      let entries = Settings.declarations.map { entry in
        ["key": entry.key, "value": entry.show(settings), "form": entry.form, "environment": entry.environmentName]
      }
      try printJSON(entries)
      return
    }
    for entry in Settings.declarations {
      print("\(entry.key) = \(entry.show(settings))")
      print("    \(entry.explanation)")
      print("    \(entry.form); \(entry.flagName), \(entry.environmentName)")
    }
  }
}
