// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What nodes are called with over TLS; its files are read when the first is called, and again when they change.
public final class RequestorTLS: Sendable {
  let files: TLSFiles
  private let made = Mutex<TLSContext?>(nil)
  private let warn: @Sendable (String) -> Void

  /// - Parameter warn: takes why changed files could not be used.
  public init(_ files: TLSFiles, warn: @escaping @Sendable (String) -> Void) {
    self.files = files
    self.warn = warn
  }

  func context() throws(TransportError) -> TLSContext {
    if let context = made.withLock({ $0 }) { return context }
    let context = try TLSContext(.requestor, files, warn: warn)
    made.withLock { $0 = context }
    return context
  }
}
