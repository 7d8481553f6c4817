// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The commands of `martlet` that work on files alone and need neither server nor network.
package enum FileCommands {
  /// In the order in which the help lists them.
  package static let all: [any ParsableCommand.Type] = [
    Dump.self, JSONCommand.self, Edit.self, Compare.self, Extract.self, Pixels.self, Render.self, Report.self,
    Transcode.self, Validate.self,
  ]

  /// Those of `martlet media` that need no archive.
  package static let media: [any ParsableCommand.Type] = [MediaWrite.self, MediaRead.self, MediaCheck.self]

  /// The command of this name; parsed on its own it starts faster than as one of many, since the parser asks the
  /// runtime about every command that it knows.
  package static func command(named name: String) -> (any ParsableCommand.Type)? {
    all.first { $0.configuration.commandName == name }
  }
}
