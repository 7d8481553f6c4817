// SPDX-License-Identifier: Apache-2.0

import Foundation
import PostgreSQLDriver
import Synchronization

/// A PostgreSQL server that the tests start (`Tests/support/postgresql`). It ends with this process.
public final class PostgreSQLServer: Sendable {
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  private static let script =
    #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 }
    + "/support/postgresql"

  private let process: Process
  private let input: FileHandle
  private let output: Mutex<FileHandle>
  /// Folder of the socket.
  private let folder: String
  private let port: String

  /// For all tests of this process, not flushed to the disk; nil where there are no server binaries, which is said
  /// once.
  public static let shared: PostgreSQLServer? = {
    do {
      return try PostgreSQLServer(settings: ["fsync=off", "full_page_writes=off", "max_connections=200"])
    } catch {
      print("Tests on PostgreSQL are left out: \(error)")
      return nil
    }
  }()

  public init(settings: [String] = []) throws {
    process = Process()
    process.executableURL = URL(fileURLWithPath: Self.script)
    process.arguments = settings
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    self.input = input.fileHandleForWriting
    let words = Self.line(output.fileHandleForReading).split(separator: " ")
    guard words.count == 2 else { throw Failure(description: "the server did not start") }
    (folder, port) = (String(words[0]), String(words[1]))
    self.output = Mutex(output.fileHandleForReading)
  }

  deinit {
    try? input.close()
    process.waitUntilExit()
  }

  private static func line(_ handle: FileHandle) -> String {
    var text = ""
    while let byte = handle.readData(ofLength: 1).first, byte != UInt8(ascii: "\n") {
      text.unicodeScalars.append(Unicode.Scalar(byte))
    }
    return text
  }

  /// `restart`, `crash`, `stop` or `start`.
  public func order(_ word: String) throws {
    try output.withLock { output in
      try input.write(contentsOf: Data((word + "\n").utf8))
      guard Self.line(output) == "done" else { throw Failure(description: "the server did not \(word)") }
    }
  }

  /// A database of the server through its socket.
  public func options(_ name: String) -> PostgreSQLOptions {
    PostgreSQLOptions(url: "postgresql:///\(name)?host=\(folder)&port=\(port)&user=martlet")
  }

  /// The address over TCP, without the password.
  public func address(_ name: String) -> String { "postgresql://martlet@127.0.0.1:\(port)/\(name)" }

  /// Runs one command outside of a transaction.
  public func run(_ command: String, in name: String = "postgres") throws {
    let session = try PostgreSQLSession(options(name))
    try session.script(command)
  }
}
