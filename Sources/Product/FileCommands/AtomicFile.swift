// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import Foundation

/// Writes a file under another name beside its place and moves it there when it is whole.
enum AtomicFile {
  /// - Parameter replaces: an existing file is replaced; else its existence is an error and nothing is lost.
  static func write(_ pieces: [[UInt8]], to path: String, replaces: Bool) throws {
    try write(pieces.map { ByteSlice($0) }, to: path, replaces: replaces)
  }

  /// As above, with pieces that need not be copied.
  static func write(_ pieces: [ByteSlice], to path: String, replaces: Bool) throws {
    if !replaces, access(path, F_OK) == 0 { throw CommandFailure("\(path) exists; --force replaces it") }
    var name = Array((path + ".XXXXXX").utf8CString)
    let file = mkstemp(&name)
    guard file >= 0 else { throw CommandFailure("\(path): \(reason())") }
    let temporary = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    do {
      defer { close(file) }
      // mkstemp leaves the file to its owner alone.
      fchmod(file, 0o666 & ~currentMask())
      for piece in pieces { try write(piece, to: file, path) }
    } catch {
      unlink(temporary)
      throw error
    }
    try move(temporary, to: path, replaces: replaces)
  }

  /// Replaces `path` by what has the permissions of `original`.
  static func write(_ pieces: [[UInt8]], to path: String, keepingModeOf original: String) throws {
    var status = stat()
    let hasMode = stat(original, &status) == 0
    try write(pieces, to: path, replaces: true)
    if hasMode { chmod(path, status.st_mode & 0o7777) }
  }

  private static func write(_ piece: ByteSlice, to file: Int32, _ path: String) throws {
    try piece.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let part = Foundation.write(file, bytes.baseAddress.map { $0 + done }, bytes.count - done)
        if part < 0, errno == EINTR { continue }
        guard part > 0 else { throw CommandFailure("\(path): \(reason())") }
        done += part
      }
    }
  }

  private static func move(_ temporary: String, to path: String, replaces: Bool) throws {
    // A link does not replace, even where two write the same name at once; some file systems have none.
    if !replaces {
      let linked = link(temporary, path)
      let code = errno
      if linked == 0 || code == EEXIST { unlink(temporary) }
      if linked == 0 { return }
      if code == EEXIST { throw CommandFailure("\(path) exists; --force replaces it") }
    }
    guard rename(temporary, path) == 0 else {
      let text = reason()
      unlink(temporary)
      throw CommandFailure("\(path): \(text)")
    }
  }

  private static func reason() -> String { String(cString: strerror(errno)) }

  private static func currentMask() -> mode_t {
    let mask = umask(0)
    umask(mask)
    return mask
  }
}
