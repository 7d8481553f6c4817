// SPDX-License-Identifier: Apache-2.0

import CDirectIO

/// How the heaps of the C library grow and shrink. Left to itself it makes the heap of a thread larger and smaller for
/// each small object that is stored, which costs a sixth of the time that one takes.
public enum HeapReserve {
  /// Called once, when the process begins to serve.
  public static func set() {
    // The latter two are what the library comes to by itself after large images; naming one of the three names all.
    cdio_set_heap(1 << 20, 64 << 20, 32 << 20)
  }
}
