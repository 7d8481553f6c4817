// SPDX-License-Identifier: Apache-2.0

import DICOMCore

private let declarations: [[String]] = [
  [], ["ISO_IR 100"], ["ISO_IR 13"], ["ISO_IR 192"], ["GB18030"], ["GBK"], ["ISO_IR 166"], ["", "ISO 2022 IR 87"],
  ["", "ISO 2022 IR 149"], ["", "ISO 2022 IR 58"], ["ISO 2022 IR 13", "ISO 2022 IR 87", "ISO 2022 IR 159"],
  ["ISO 2022 IR 100", "ISO 2022 IR 144", "ISO 2022 IR 126", "ISO 2022 IR 127", "ISO 2022 IR 138"],
]

/// Text in a character set that the first byte chooses, in a VR that the second one chooses (PS3.5 §6.1). What decodes
/// without a replacement and can be encoded must decode as the same text again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCharacterSet(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  guard bytes.count > 2 else { return 0 }
  let set = SpecificCharacterSet(terms: declarations[Int(bytes[0]) % declarations.count])
  let vr = [VR.PN, .LO, .LT, .UC][Int(bytes[1]) % 4]
  let text = set.decode(ByteSlice(Array(bytes[2...])), vr: vr)
  precondition(text.utf8.count <= count * 4 + 16, "text grows beyond its bytes")
  guard !text.unicodeScalars.contains("\u{FFFD}"), set.firstMissing(in: text, vr: vr) == nil else { return 0 }
  let again = set.decode(ByteSlice(set.encode(text, vr: vr)), vr: vr)
  precondition(Array(again.utf8) == Array(text.utf8), "text does not read back as it was written")
  return 0
}
