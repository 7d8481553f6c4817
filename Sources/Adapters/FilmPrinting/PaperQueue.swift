// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A queue of the operating system's print service (CUPS), used by its `lp` command.
public struct PaperQueue: Sendable {
  public let name: String

  public init(name: String) { self.name = name }

  /// Hands a file over. Blocks.
  public func send(_ file: String, copies: Int, title: String) throws(FilmError) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["lp", "-d", name, "-n", String(copies), "-t", title, "-o", "fit-to-page=false", "--", file]
    let complaint = Pipe()
    process.standardError = complaint
    process.standardOutput = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      throw FilmError(.output, "lp cannot be run: \(error.localizedDescription)")
    }
    let text = complaint.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let words = String(decoding: text.prefix(500), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      throw FilmError(.output, "the queue \(name) refused the film: \(words)")
    }
  }
}
