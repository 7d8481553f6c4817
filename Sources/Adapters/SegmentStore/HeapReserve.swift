// SPDX-License-Identifier: Apache-2.0

import CDirectIO

/// How the heaps of the C library grow and shrink. Left to itself it makes the heap of a thread larger and smaller for
/// each small object that is stored, which costs a sixth of the time that one takes.
public enum HeapReserve {
  /// Called once, when the process begins to serve.
  public static func set() {
    // Naming one of the three names all. The last is what the library comes to by itself after large images.
    cdio_set_heap(256 << 10, 4 << 20, 32 << 20)
  }
}
