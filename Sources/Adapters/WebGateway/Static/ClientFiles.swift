// SPDX-License-Identifier: Apache-2.0

import Crypto
import NIOCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The files of the browser client, read once: they are few and small, and no path of a request ever reaches the disk.
struct ClientFiles: Sendable {
  struct File: Sendable {
    var bytes: ByteBuffer
    var gzipped: ByteBuffer?
    var type: String
    /// SHA-256 of the bytes, quoted.
    var entityTag: String
  }

  /// All files together; a wrong folder must not fill the memory.
  static let maximumBytes = 64 << 20

  /// By path below the folder, without a slash before it.
  private(set) var files: [String: File] = [:]

  /// No files.
  init() {}

  init(folder: String) throws {
    let manager = FileManager.default
    guard let paths = try? manager.subpathsOfDirectory(atPath: folder) else {
      throw CocoaError(.fileReadNoSuchFile)
    }
    var total = 0
    for path in paths where !path.split(separator: "/").contains(where: { $0.hasPrefix(".") }) {
      guard let type = Self.type(of: path), let data = manager.contents(atPath: folder + "/" + path) else { continue }
      total += data.count
      guard total <= Self.maximumBytes else { throw CocoaError(.fileReadTooLarge) }
      files[path] = Self.file(ByteBuffer(bytes: data), type: type)
    }
  }

  static func file(_ bytes: ByteBuffer, type: String) -> File {
    let digest = SHA256.hash(data: Array(bytes.readableBytesView))
    let tag = digest.prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    let packs =
      type.hasPrefix("text/") || type.hasPrefix("application/json") || type.hasPrefix("image/svg")
      || type.hasPrefix("application/wasm")
    return File(
      bytes: bytes, gzipped: packs ? Gzip.compress(bytes, level: 9) : nil, type: type, entityTag: "\"\(tag)\"")
  }

  /// Nil for what is no part of a client, such as sources and maps.
  static func type(of path: String) -> String? {
    switch path.split(separator: ".").last?.lowercased() {
    case "html": "text/html; charset=utf-8"
    case "js", "mjs": "text/javascript; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "json", "webmanifest": "application/json"
    case "svg": "image/svg+xml"
    case "png": "image/png"
    case "jpg", "jpeg": "image/jpeg"
    case "ico": "image/x-icon"
    case "woff2": "font/woff2"
    case "wasm": "application/wasm"
    case "txt": "text/plain; charset=utf-8"
    default: nil
    }
  }
}
