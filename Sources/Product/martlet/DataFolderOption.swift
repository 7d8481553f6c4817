// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import MartletServer

/// `--data`, common to all commands that work on a server's folder.
struct DataFolderOption: ParsableArguments {
  @Option(
    name: .customLong("data"),
    help: ArgumentHelp("Folder of the server's data; else $MARTLET_DATA, else the platform's.", valueName: "dir"))
  var path: String?

  func open() throws -> DataFolder { try DataFolder(path: path) }
}
