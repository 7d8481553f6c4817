// SPDX-License-Identifier: Apache-2.0

import HL7

/// HL7 v2 messages and batches: what is parsed is written back byte for byte, every value can be read, and text that is
/// written is read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHL7(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  _ = try? MessageHeader(message: bytes)
  if let batch = try? Batch(parsing: bytes) {
    precondition(batch.encode() == bytes, "a batch changed")
  }
  guard let message = try? Message(parsing: bytes) else { return 0 }
  // A message in UTF-16 is written back in its canonical form, which differs where it was not valid.
  if bytes.starts(with: Array("MSH".utf8)) {
    precondition(message.encode() == bytes, "a message changed")
  }
  for segment in message.segments.prefix(50) { read(segment) }
  _ = try? ReceivedAcknowledgement(message)
  return 0
}

private func read(_ segment: Segment) {
  for number in 1...min(segment.fields.count + 1, 50) {
    let field = segment[number]
    for repetition in field.repetitions.prefix(10) {
      _ = repetition.components.prefix(20).map(\.value)
      _ = EncapsulatedData(repetition)
      _ = PointInTime(repetition.value)
    }
    _ = ExtendedPersonName.dicom(field)
    var copy = segment
    let text = field.text
    copy.set(number, FieldContent(text))
    precondition(copy.fields.count >= number)
  }
}
