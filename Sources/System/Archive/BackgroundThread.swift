// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A thread of its own for something that blocks and lasts.
enum BackgroundThread {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Runs the body on a new thread, which ends with it.
  static func start(_ body: @escaping @Sendable () -> Void) throws {
    let context = Unmanaged.passRetained(Body(body))
    #if canImport(Glibc)
      var thread = pthread_t()
      let status = pthread_create(&thread, nil, { pointer in Self.run(pointer) }, context.toOpaque())
    #else
      var thread: pthread_t?
      let status = pthread_create(&thread, nil, { pointer in Self.run(pointer) }, context.toOpaque())
    #endif
    guard status == 0 else {
      context.release()
      throw ArchiveError(.misuse, "no thread can be started: \(status)")
    }
    #if canImport(Glibc)
      pthread_detach(thread)
    #else
      if let thread { pthread_detach(thread) }
    #endif
  }

  private static func run(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let pointer else { return nil }
    Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
    return nil
  }
}
