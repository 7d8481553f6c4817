// SPDX-License-Identifier: Apache-2.0

import Foundation
import Trust

/// The file with the key that signs links: made once, readable by its owner only. Without it no old link is good.
struct LinkKeyFile {
  let path: String

  init(_ path: String) { self.path = path }

  /// Reads the key; makes it where there is none.
  func key() throws -> ViewLinkKey {
    if let bytes = FileManager.default.contents(atPath: path) {
      guard let key = ViewLinkKey(Array(bytes)) else {
        throw SettingsError(
          key: "data", reason: "\(path) is no key of \(ViewLinkKey.length) bytes; delete it for a new one")
      }
      return key
    }
    let bytes = ViewLinkKey.randomBytes()
    guard
      FileManager.default.createFile(
        atPath: path, contents: Data(bytes), attributes: [.posixPermissions: 0o600]),
      let key = ViewLinkKey(bytes)
    else { throw SettingsError(key: "data", reason: "\(path) cannot be written") }
    return key
  }
}
