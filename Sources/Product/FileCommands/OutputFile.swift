// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The standard output or a file, for bytes that are written as they come.
final class OutputFile {
  private let handle: FileHandle
  private let path: String?
  private let temporary: String?
  private var pending: [UInt8] = []

  private static let pendingLength = 1 << 18

  /// - Parameter path: nil is the standard output. A file appears under its name when `close` is called.
  init(_ path: String?) throws {
    self.path = path
    guard let path else {
      temporary = nil
      handle = .standardOutput
      return
    }
    var name = Array((path + ".XXXXXX").utf8CString)
    let file = mkstemp(&name)
    guard file >= 0 else { throw CommandFailure("\(path): \(String(cString: strerror(errno)))") }
    let mask = umask(0)
    umask(mask)
    fchmod(file, 0o666 & ~mask)
    temporary = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
  }

  func write(_ bytes: [UInt8]) throws {
    pending += bytes
    if pending.count >= Self.pendingLength { try flush() }
  }

  func write(_ text: String) throws { try write(Array(text.utf8)) }

  func flush() throws {
    guard !pending.isEmpty else { return }
    try handle.write(contentsOf: Data(pending))
    pending.removeAll(keepingCapacity: true)
  }

  /// Writes what is left and gives a file its name.
  func close() throws {
    try flush()
    guard let path, let temporary else { return }
    try handle.close()
    guard rename(temporary, path) == 0 else {
      throw CommandFailure("\(path): \(String(cString: strerror(errno)))")
    }
  }

  /// Removes a file that is not whole.
  func discard() {
    if let temporary { unlink(temporary) }
  }
}
