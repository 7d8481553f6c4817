// SPDX-License-Identifier: Apache-2.0

/// Text in ASCII without code extensions, whose bytes are the same characters in every repertoire (PS3.5 §6.1.2).
package enum PlainText {
  /// Whether all bytes are such.
  package static func isPlain(_ buffer: UnsafeRawBufferPointer) -> Bool {
    var all: UInt8 = 0
    for byte in buffer { all |= byte == 0x1B ? 0x80 : byte }
    return all < 0x80
  }

  /// Splits a value field as `SpecificCharacterSet.decodeValues` does, and gives each value without its padding.
  package static func forEachValue(
    of buffer: UnsafeRawBufferPointer, vr: VR, _ body: (UnsafeRawBufferPointer) -> Void
  ) {
    let isSplit = vr.isMultiValued || vr == .UN
    let trimsLeading = isSplit && vr != .UC
    var start = 0
    while start <= buffer.count {
      var end = start
      if isSplit {
        while end < buffer.count, buffer[end] != 0x5C { end += 1 }
      } else {
        end = buffer.count
      }
      var (first, last) = (start, end)
      while last > first, buffer[last - 1] == 0x20 || buffer[last - 1] == 0 { last -= 1 }
      if trimsLeading { while first < last, buffer[first] == 0x20 { first += 1 } }
      body(UnsafeRawBufferPointer(rebasing: buffer[first..<last]))
      start = end + 1
    }
  }
}
