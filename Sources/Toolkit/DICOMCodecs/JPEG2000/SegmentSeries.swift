// SPDX-License-Identifier: Apache-2.0

/// Marker segments MCT and MCC that go on in others, since one holds 64 KB (ISO/IEC 15444-2 §A.3.7, §A.3.8).
struct SegmentSeries {
  private struct Open {
    var bytes: [UInt8] = []
    var next = 0
    var last = 0

    /// Takes a segment; true where it is the last one.
    mutating func take(_ segment: inout MarkerBytes, number: Int) throws(CodecError) -> Bool {
      guard number == next else { throw CodecError(.corrupt, "a JPEG 2000 marker segment \(number) out of order") }
      bytes += segment.rest()
      next += 1
      return number == last
    }
  }

  private var arrays: [MultiComponentTransform.ArrayKey: Open] = [:]
  private var groups: [Int: Open] = [:]

  /// An array of coefficients and the type of its elements, once its last segment has been taken.
  mutating func array(
    _ segment: inout MarkerBytes
  ) throws(CodecError) -> (MultiComponentTransform.ArrayKey, type: Int, [UInt8])? {
    let number = try segment.word()
    let head = try segment.word()
    let key = MultiComponentTransform.ArrayKey(kind: head >> 8 & 3, index: head & 0xFF)
    var open = number == 0 ? Open() : arrays.removeValue(forKey: key) ?? Open()
    if number == 0 { open.last = try segment.word() }
    if try open.take(&segment, number: number) { return (key, head >> 10 & 3, open.bytes) }
    arrays[key] = open
    return nil
  }

  /// The index and the collections of a stage, once their last segment has been taken.
  mutating func collections(_ segment: inout MarkerBytes) throws(CodecError) -> (Int, [UInt8])? {
    let number = try segment.word()
    let index = try segment.byte()
    var open = number == 0 ? Open() : groups.removeValue(forKey: index) ?? Open()
    if number == 0 { open.last = try segment.word() }
    if try open.take(&segment, number: number) { return (index, open.bytes) }
    groups[index] = open
    return nil
  }
}
