// SPDX-License-Identifier: Apache-2.0

import DICOMNetwork

/// PDUs as they come from the network, fed in two pieces (PS3.8 §9.3). What was decoded and can be written again must
/// read back as the same PDU.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPDU(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  var decoder = PDUDecoder()
  for piece in [bytes[..<(count / 2)], bytes[(count / 2)...]] {
    decoder.feed(UnsafeRawBufferPointer(rebasing: piece))
    while let pdu = try? decoder.next() {
      guard let encoded = try? pdu.encoded() else { continue }
      var again = PDUDecoder()
      again.feed(encoded)
      precondition((try? again.next()) == pdu, "a PDU does not read back as it was written")
    }
  }
  return 0
}
