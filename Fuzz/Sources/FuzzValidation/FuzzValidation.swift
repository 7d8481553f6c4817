// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile
import DICOMValidation

/// Checks of any objects (PS3.3, PS3.5 §6.2): each ends, and its findings name what they are about.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzValidation(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  let limits = ReadLimits(depth: 64, elements: 10_000, inflatedLength: 1 << 20)
  guard let file = try? Part10File.read(ByteSlice(copying: bytes), options: ReadOptions(limits: limits)) else {
    return 0
  }
  for finding in Validator.validate(file) {
    precondition(!finding.text.isEmpty, "a finding without words")
  }
  return 0
}
