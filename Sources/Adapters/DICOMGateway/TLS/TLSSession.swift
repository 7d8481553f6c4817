// SPDX-License-Identifier: Apache-2.0

import CTLS

/// TLS on one connected socket. One thread uses it.
final class TLSSession {
  private let session: OpaquePointer
  /// Keeps what the session was made of.
  private let loaded: TLSContext.Loaded
  /// Protocol and cipher suite.
  let description: String
  /// Subject of the peer's certificate; empty where it sent none.
  let peer: String

  /// Negotiates, within the socket's timeouts.
  /// - Parameter host: the name that the peer's certificate must have; nil for any.
  init(_ context: TLSContext, descriptor: Int32, host: String?) throws(TransportError) {
    let loaded = context.current()
    self.loaded = loaded
    var text = [CChar](repeating: 0, count: 512)
    let isServer: Int32 = context.side == .listener ? 1 : 0
    let made =
      host.map { host in
        host.withCString { ctls_session_make(loaded.context, descriptor, isServer, $0, &text, text.count) }
      } ?? ctls_session_make(loaded.context, descriptor, isServer, nil, &text, text.count)
    guard let made else { throw TransportError(.tls(TLSContext.text(text)), "TLS") }
    session = made
    ctls_describe(made, &text, text.count)
    description = TLSContext.text(text)
    ctls_peer(made, &text, text.count)
    peer = TLSContext.text(text)
  }

  deinit { ctls_session_free(session) }

  /// Bytes that were decrypted and not read.
  var pending: Int { Int(ctls_pending(session)) }

  /// - Returns: at least one byte, or 0 at the end.
  func read(_ buffer: UnsafeMutableRawBufferPointer) throws(TransportError) -> Int {
    let count = ctls_read(session, buffer.baseAddress, buffer.count)
    if count < 0 { throw Self.failure(count, "receive") }
    return count
  }

  /// Sends all.
  func write(_ buffer: UnsafeRawBufferPointer) throws(TransportError) {
    if buffer.isEmpty { return }
    let count = ctls_write(session, buffer.baseAddress, buffer.count)
    if count < 0 { throw Self.failure(count, "send") }
  }

  /// Tells the peer that nothing more comes.
  func finish() { ctls_finish(session) }

  private static func failure(_ count: Int, _ act: String) -> TransportError {
    TransportError(count == Int(CTLS_TIMED_OUT) ? .timedOut : .closed, act)
  }
}
