// SPDX-License-Identifier: Apache-2.0

import CTLS
import Foundation
import Synchronization

/// Certificates and rules of one side of TLS, out of its files; read again when they change, so that certificates are
/// renewed without a restart.
final class TLSContext: Sendable {
  enum Side: Sendable { case listener, requestor }

  /// What was read, until the last connection that uses it is gone.
  final class Loaded: Sendable {
    // Never changed after it was made; OpenSSL counts its users itself.
    nonisolated(unsafe) let context: OpaquePointer

    init(_ context: OpaquePointer) { self.context = context }

    deinit { ctls_context_free(context) }
  }

  private struct State {
    var loaded: Loaded
    var stamp: [Int64]
    var complaint = ""
  }

  let side: Side
  let files: TLSFiles
  private let state: Mutex<State>
  private let warn: @Sendable (String) -> Void

  /// Reads the files; throws where they are not what they should be.
  /// - Parameter warn: takes why changed files could not be used; the old ones stay in use then.
  init(_ side: Side, _ files: TLSFiles, warn: @escaping @Sendable (String) -> Void) throws(TransportError) {
    self.side = side
    self.files = files
    self.warn = warn
    state = Mutex(State(loaded: try Self.load(side, files), stamp: Self.stamp(files)))
  }

  /// What connections that begin now use.
  func current() -> Loaded {
    let stamp = Self.stamp(files)
    return state.withLock { state in
      if stamp == state.stamp { return state.loaded }
      do throws(TransportError) {
        state.loaded = try Self.load(side, files)
        state.stamp = stamp
        state.complaint = ""
      } catch {
        // One file may be written before the other: told once, and tried again with each connection.
        if state.complaint != error.description { warn("renewed certificates cannot be used: \(error)") }
        state.complaint = error.description
      }
      return state.loaded
    }
  }

  /// Which versions of the files these are: time in nanoseconds and size of each.
  private static func stamp(_ files: TLSFiles) -> [Int64] {
    [files.certificate, files.key, files.authorities].flatMap { path -> [Int64] in
      var status = stat()
      guard !path.isEmpty, stat(path, &status) == 0 else { return [0, 0, 0] }
      #if canImport(Darwin)
        let time = status.st_mtimespec
      #else
        let time = status.st_mtim
      #endif
      return [Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec), Int64(status.st_size), Int64(status.st_ino)]
    }
  }

  private static func load(_ side: Side, _ files: TLSFiles) throws(TransportError) -> Loaded {
    var reason = [CChar](repeating: 0, count: 512)
    let context = optional(files.certificate) { certificate in
      optional(files.key) { key in
        optional(files.authorities) { authorities in
          ctls_context_make(side == .listener ? 1 : 0, certificate, key, authorities, &reason, reason.count)
        }
      }
    }
    guard let context else { throw TransportError(.tls(text(reason)), "TLS") }
    return Loaded(context)
  }

  private static func optional<Result>(_ text: String, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
    text.isEmpty ? body(nil) : text.withCString(body)
  }

  static func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
