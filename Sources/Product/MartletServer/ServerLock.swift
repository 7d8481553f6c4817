// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Makes sure that one process at a time owns a data folder, and tells the others where it can be reached.
public final class ServerLock: Sendable {
  /// Where the owner listens.
  public struct Owner: Codable, Sendable, Equatable {
    public var process: Int32
    public var aeTitle: String
    public var dicomHost: String
    public var dicomPort: Int
  }

  private let descriptor: Int32

  /// Takes the lock; nil where another process holds it.
  public init?(_ folder: DataFolder) throws {
    let path = folder.file("server.lock")
    let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard opened >= 0 else {
      throw SettingsError(key: "data", reason: "\(path) cannot be opened: \(String(cString: strerror(errno)))")
    }
    guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
      close(opened)
      return nil
    }
    descriptor = opened
    ftruncate(opened, 0)
  }

  deinit { close(descriptor) }

  /// Writes down where the owner listens.
  public func publish(_ owner: Owner) throws {
    let bytes = try JSONEncoder().encode(owner)
    ftruncate(descriptor, 0)
    _ = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }

  /// What the process that holds the lock has published.
  public static func owner(of folder: DataFolder) throws -> Owner {
    let path = folder.file("server.lock")
    guard let bytes = FileManager.default.contents(atPath: path),
      let owner = try? JSONDecoder().decode(Owner.self, from: bytes)
    else {
      throw SettingsError(key: "data", reason: "another process uses \(folder.path) and does not listen yet")
    }
    return owner
  }
}
