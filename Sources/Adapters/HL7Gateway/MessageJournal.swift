// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOConcurrencyHelpers

/// Keeps every received message as a file of its own, `<yyyy-mm-dd>/<hhmmss>-<number>.hl7`, flushed before it is
/// answered.
public final class MessageJournal: Sendable {
  private let folder: String
  private let maximumBytes: Int64
  private let state: NIOLockedValueBox<JournalState>

  /// The journal is full.
  public struct Full: Error, CustomStringConvertible {
    public let limit: Int64
    public var description: String { "the message journal holds its limit of \(limit) bytes" }
  }

  /// - Parameter maximumBytes: what all messages together may take.
  public init(folder: String, maximumBytes: Int64) throws {
    self.folder = folder
    self.maximumBytes = maximumBytes
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    state = NIOLockedValueBox(
      JournalState(used: Self.size(of: folder), number: Int64(Date().timeIntervalSince1970 * 1000) % 100_000_000))
  }

  /// Writes a message and returns once it is on the disk. Blocks.
  public func keep(_ message: [UInt8], at date: Date = Date()) throws {
    let number = try reserve(Int64(message.count))
    let stamp = Timestamp(date)
    let day = folder + "/" + stamp.day
    let isNewDay = !FileManager.default.fileExists(atPath: day)
    try FileManager.default.createDirectory(atPath: day, withIntermediateDirectories: true)
    try DurableFile.write(message, to: "\(day)/\(stamp.time)-\(number).hl7", in: day)
    if isNewDay { try DurableFile.flushFolder(folder) }
  }

  private func reserve(_ count: Int64) throws -> Int64 {
    try state.withLockedValue { state in
      guard state.used + count <= maximumBytes else { throw Full(limit: maximumBytes) }
      state.used += count
      state.number += 1
      return state.number
    }
  }

  private static func size(of folder: String) -> Int64 {
    guard let files = FileManager.default.enumerator(atPath: folder) else { return 0 }
    var total: Int64 = 0
    while files.nextObject() != nil {
      total += (files.fileAttributes?[.size] as? Int64) ?? 0
    }
    return total
  }
}

/// Room used so far and the number of the next message.
private struct JournalState {
  var used: Int64
  var number: Int64
}
