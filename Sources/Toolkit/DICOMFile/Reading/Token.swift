// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// What a `TokenReader` finds, in the order of the bytes.
public enum Token: Sendable, Hashable {
  /// An element that has a value of its own. `value` tokens follow until one of them is the last.
  case element(ElementHeader)
  /// Bytes of the value of the element or fragment before. A value of length zero is one empty piece.
  case value(ByteSlice, isLast: Bool)
  /// A sequence, SQ or UN of undefined length (PS3.5 §6.2.2, §7.5).
  case sequenceStart(ElementHeader)
  case sequenceEnd
  /// An item of a sequence, with the length in its header.
  case itemStart(offset: Int, length: UInt32)
  case itemEnd
  /// An element whose value is fragments (PS3.5 §A.4). The first fragment is the Basic Offset Table.
  case fragmentsStart(ElementHeader)
  /// A fragment. `value` tokens follow until one of them is the last.
  case fragment(offset: Int, length: UInt32)
  case fragmentsEnd
}
