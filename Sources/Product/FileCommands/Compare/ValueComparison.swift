// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile

/// Whether two values mean the same, however they are encoded.
enum ValueComparison {
  static func isEqual(
    _ first: DataElement, _ left: DataSet, _ second: DataElement, _ right: DataSet
  ) -> Bool {
    guard case .bytes(let one) = first.value, case .bytes(let other) = second.value else {
      return first.value == second.value
    }
    let isText = first.vr.isText && second.vr.isText
    if !isText {
      if first.vr == second.vr, first.vr == .FL || first.vr == .FD, let a = left.doubles(first.tag),
        let b = right.doubles(second.tag)
      {
        return a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
      }
      return sameBytes(
        ordered(one, left.byteOrder, first.vr), ordered(other, right.byteOrder, second.vr))
    }
    if one == other, left.characterSet == right.characterSet || !first.vr.usesSpecificCharacterSet { return true }
    let texts = [left.strings(first.tag) ?? [], right.strings(second.tag) ?? []]
    if texts[0] == texts[1] { return true }
    guard texts[0].count == texts[1].count else { return false }
    let isNumber = first.vr == .DS || first.vr == .IS
    return zip(texts[0], texts[1]).allSatisfy { a, b in
      if a == b { return true }
      if first.vr == .PN { return PersonName(a) == PersonName(b) }
      guard isNumber, let x = Double(a), let y = Double(b) else { return false }
      return x == y
    }
  }

  /// In little endian.
  private static func ordered(_ bytes: ByteSlice, _ order: ByteOrder, _ vr: VR) -> ByteSlice {
    guard order == .bigEndian, vr.unitSize > 1 else { return bytes }
    var swapped = bytes.array
    var start = 0
    while start + vr.unitSize <= swapped.count {
      swapped[start..<start + vr.unitSize].reverse()
      start += vr.unitSize
    }
    return ByteSlice(swapped)
  }

  /// A zero byte at the end may be padding (PS3.5 §7.1.1).
  private static func sameBytes(_ one: ByteSlice, _ other: ByteSlice) -> Bool {
    if one.count == other.count { return one == other }
    let (short, long) = one.count < other.count ? (one, other) : (other, one)
    return long.count == short.count + 1 && long.count % 2 == 0 && long[short.count] == 0
      && long[0..<short.count] == short
  }
}
