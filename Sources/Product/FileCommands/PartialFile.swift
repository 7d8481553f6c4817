// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import Foundation

/// A file that has another name until it is whole.
struct PartialFile {
  private let path: String
  private let temporary: String
  private let file: Int32
  private let replaces: Bool

  /// - Parameter replaces: an existing file is replaced; else its existence is an error and nothing is lost.
  init(_ path: String, replaces: Bool) throws {
    if !replaces, access(path, F_OK) == 0 { throw Self.exists(path) }
    var name = Array((path + ".XXXXXX").utf8CString)
    file = mkstemp(&name)
    guard file >= 0 else { throw CommandFailure("\(path): \(Self.reason())") }
    temporary = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    self.path = path
    self.replaces = replaces
    // mkstemp leaves the file to its owner alone.
    fchmod(file, 0o666 & ~Self.currentMask())
  }

  func write(_ piece: ByteSlice) throws {
    try piece.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let part = Foundation.write(file, bytes.baseAddress.map { $0 + done }, bytes.count - done)
        if part < 0, errno == EINTR { continue }
        guard part > 0 else { throw CommandFailure("\(path): \(Self.reason())") }
        done += part
      }
    }
  }

  /// Gives it its name. Not to be called twice, nor after `discard`.
  func finish() throws {
    close(file)
    // A link does not replace, even where two write the same name at once; some file systems have none.
    if !replaces {
      let linked = link(temporary, path)
      let code = errno
      if linked == 0 || code == EEXIST { unlink(temporary) }
      if linked == 0 { return }
      if code == EEXIST { throw Self.exists(path) }
    }
    guard rename(temporary, path) == 0 else {
      let text = Self.reason()
      unlink(temporary)
      throw CommandFailure("\(path): \(text)")
    }
  }

  /// Leaves nothing of it.
  func discard() {
    close(file)
    unlink(temporary)
  }

  private static func exists(_ path: String) -> CommandFailure {
    CommandFailure("\(path) exists; --force replaces it")
  }

  private static func reason() -> String { String(cString: strerror(errno)) }

  private static func currentMask() -> mode_t {
    let mask = umask(0)
    umask(mask)
    return mask
  }
}
