// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import SQLiteDriver
import SegmentStore

/// A backup of the index and the configuration of a data folder, made while its server runs: a folder with a list of
/// its files and their digests, written last. Images are not in it; they have their second copy.
public struct Backup: Sendable {
  /// What a backup says of itself.
  public struct Contents: Codable, Sendable, Equatable {
    public struct File: Codable, Sendable, Equatable {
      public var path: String
      public var bytes: Int
      /// SHA-256 in hexadecimal.
      public var digest: String
    }

    public var format = 1
    /// Version of the program that made it.
    public var program: String
    /// Microseconds since 1970-01-01 UTC.
    public var madeAt: Int64
    /// `sqlite` or `postgresql`.
    public var engine: String
    public var files: [File] = []
  }

  static let listName = "backup.json"
  static let sqliteName = "index.sqlite"
  static let postgresqlName = "index.pgdump"
  /// What is copied of the data folder: files, and folders with the files in them.
  static let configuration = ["martlet.toml", "identity", "link.key", "tls", SigningKeys.folderName]

  private let folder: DataFolder

  public init(_ folder: DataFolder) { self.folder = folder }

  // MARK: - Making one

  /// - Parameter target: a folder that is empty or not there.
  public func make(to target: String, now: Int64) throws -> Contents {
    let manager = FileManager.default
    if let known = try? manager.contentsOfDirectory(atPath: target), !known.isEmpty {
      throw SettingsError(key: "backup", reason: "\(target) is not empty")
    }
    try manager.createDirectory(
      atPath: target, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let settings = try folder.settings()
    var contents = Contents(
      program: Version.number, madeAt: now, engine: settings.database.isEmpty ? "sqlite" : "postgresql")
    var names = [try saveIndex(settings, target)]
    for entry in try Self.files(Self.configuration, in: folder.path) {
      let copy = target + "/" + entry
      try manager.createDirectory(
        atPath: (copy as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try manager.copyItem(atPath: folder.file(entry), toPath: copy)
      names.append(entry)
    }
    for name in names {
      let (bytes, digest) = try Self.digest(target + "/" + name)
      contents.files.append(Contents.File(path: name, bytes: bytes, digest: digest))
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(contents).write(to: URL(fileURLWithPath: target + "/" + Self.listName), options: .atomic)
    return contents
  }

  private func saveIndex(_ settings: Settings, _ target: String) throws -> String {
    guard settings.database.isEmpty else {
      let tool = try Self.tool("pg_dump")
      try Self.run(
        tool, ["--format=custom", "--no-owner", "--file=\(target)/\(Self.postgresqlName)", settings.database], settings)
      return Self.postgresqlName
    }
    let database = try SQLiteDatabase(path: folder.file(Self.sqliteName))
    defer { try? database.close() }
    try database.copy(to: target + "/" + Self.sqliteName)
    return Self.sqliteName
  }

  // MARK: - Bringing one back

  /// Compares a backup with its list.
  public static func verified(_ source: String) throws -> Contents {
    guard let bytes = FileManager.default.contents(atPath: source + "/" + listName),
      let contents = try? JSONDecoder().decode(Contents.self, from: bytes), contents.format == 1
    else { throw SettingsError(key: "restore", reason: "\(source) is no backup, or one that was not finished") }
    for file in contents.files {
      guard !file.path.hasPrefix("/"), !file.path.split(separator: "/").contains("..") else {
        throw SettingsError(key: "restore", reason: "the backup names a file outside of itself: \(file.path)")
      }
      guard let (bytes, digest) = try? digest(source + "/" + file.path), bytes == file.bytes, digest == file.digest
      else { throw SettingsError(key: "restore", reason: "\(file.path) of the backup is missing or was changed") }
    }
    return contents
  }

  /// Puts index and configuration in place. Nothing that is there is written over.
  /// - Parameter database: address of an empty PostgreSQL database, for a backup of one; else the one in the backup.
  public func restore(from source: String, database: String?) throws -> Contents {
    let contents = try Self.verified(source)
    try folder.create()
    let manager = FileManager.default
    for file in contents.files where manager.fileExists(atPath: folder.file(file.path)) {
      throw SettingsError(key: "restore", reason: "\(folder.file(file.path)) is there already")
    }
    for file in contents.files where file.path != Self.postgresqlName && file.path != Self.sqliteName {
      let target = folder.file(file.path)
      try manager.createDirectory(
        atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try manager.copyItem(atPath: source + "/" + file.path, toPath: target)
    }
    if contents.engine == "postgresql" {
      var settings = try folder.settings()
      if let database { try settings.set("database", to: database) }
      guard !settings.database.isEmpty else {
        throw SettingsError(key: "restore", reason: "name an empty PostgreSQL database with --database")
      }
      let arguments = ["--exit-on-error", "--single-transaction", "--no-owner", "--dbname=\(settings.database)"]
      try Self.run(try Self.tool("pg_restore"), arguments + [source + "/" + Self.postgresqlName], settings)
    } else {
      // Under its name once it is whole.
      let target = folder.file(Self.sqliteName)
      try manager.copyItem(atPath: source + "/" + Self.sqliteName, toPath: target + ".part")
      try manager.moveItem(atPath: target + ".part", toPath: target)
    }
    let settings = try folder.settings()
    if !settings.copy.isEmpty {
      // A new folder for the images, too: it is filled from their second copy.
      _ = try SegmentStore.replace(settings.storage.isEmpty ? folder.path : settings.storage, by: settings.copy)
    }
    return contents
  }

  // MARK: - Steps

  /// Paths below a folder, as far as they are there.
  private static func files(_ names: [String], in folder: String) throws -> [String] {
    try names.flatMap { name -> [String] in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder) else { return [] }
      guard isFolder.boolValue else { return [name] }
      return try FileManager.default.contentsOfDirectory(atPath: folder + "/" + name).sorted()
        .filter { !$0.hasSuffix(".part") }.map { name + "/" + $0 }
    }
  }

  private static func digest(_ path: String) throws -> (bytes: Int, digest: String) {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? file.close() }
    var hash = SHA256()
    var bytes = 0
    while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
      hash.update(data: piece)
      bytes += piece.count
    }
    return (bytes, hash.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())
  }

  /// A tool of PostgreSQL, on the path or where Debian keeps the newest.
  private static func tool(_ name: String) throws -> String {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"
    let base = "/usr/lib/postgresql"
    let versions = ((try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []).compactMap { Int($0) }.sorted()
    let folders = versions.reversed().map { "\(base)/\($0)/bin" } + path.split(separator: ":").map(String.init)
    guard let folder = folders.first(where: { FileManager.default.isExecutableFile(atPath: $0 + "/" + name) }) else {
      throw SettingsError(
        key: "database", reason: "\(name) of PostgreSQL's client programs is needed and not installed")
    }
    return folder + "/" + name
  }

  private static func run(_ program: String, _ arguments: [String], _ settings: Settings) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    var environment = ProcessInfo.processInfo.environment
    if let password = try ServerDatabase.password(settings.databasePasswordFile) {
      environment["PGPASSWORD"] = password
    }
    process.environment = environment
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let said = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw SettingsError(
        key: "database", reason: "\(program) failed: \(String(decoding: said.suffix(500), as: UTF8.self))")
    }
  }
}
