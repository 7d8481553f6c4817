// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension UnsafeRawBufferPointer {
  /// Position of the next carriage return, found by the C library since this runs over pixel data.
  func firstCarriageReturn(from start: Int) -> Int? {
    guard let base = baseAddress, start < count, let found = memchr(base + start, 0x0D, count - start) else {
      return nil
    }
    return UnsafeRawPointer(found) - base
  }
}
