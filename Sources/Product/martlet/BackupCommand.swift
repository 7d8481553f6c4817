// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FileCommands
import Foundation
import MartletServer

/// Saves index and configuration.
struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Save the index and the configuration in a folder, while the server runs.",
    discussion: """
      Index, accounts, lists, jobs, settings, certificates and public keys, as they are at one moment. Images are not \
      in it: the setting copy keeps them twice. The private key of the signatures is not in it either. PostgreSQL is \
      saved by pg_dump.
      """)

  @Argument(help: "A folder that is empty or not there.", completion: .directory) var target: String
  @Flag(help: "Print the contents as JSON.") var json = false
  @OptionGroup var folder: DataFolderOption

  func run() throws {
    let contents = try Backup(folder.open()).make(to: target, now: Clock.now())
    _ = try Backup.verified(target)
    if json { return try printJSON(contents) }
    let bytes = contents.files.reduce(0) { $0 + $1.bytes }
    print("\(contents.files.count) files, \(bytes) bytes saved in \(target)")
  }
}

/// Brings a backup back.
struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Bring a backup back into a data folder that has no index.",
    discussion: """
      The server must not run. Nothing that is there is written over. Where images were moved since the backup was \
      made, run martlet reindex afterwards: it reads the images' places from the files and leaves all else as it is.
      """)

  @Argument(help: "Folder that martlet backup made.", completion: .directory) var source: String
  @Option(help: "Address of an empty PostgreSQL database, for a backup of one; else the one in the backup.")
  var database: String?
  @OptionGroup var folder: DataFolderOption

  func run() throws {
    let data = try folder.open()
    try data.create()
    guard let lock = try ServerLock(data) else {
      throw CommandFailure("the server of \(data.path) is running; stop it first")
    }
    let contents = try Backup(data).restore(from: source, database: database)
    withExtendedLifetime(lock) {}
    let made = Date(timeIntervalSince1970: Double(contents.madeAt) / 1_000_000).formatted(.iso8601)
    print("backup of \(made) is in place in \(data.path)")
  }
}
