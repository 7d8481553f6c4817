// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMPixels

/// ICC profiles that images carry (PS3.3 §C.11.15): the first byte chooses the space to convert to, the rest is the
/// profile.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzColourProfile(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  guard let choice = bytes.first else { return 0 }
  let spaces = DisplayColourSpace.allCases
  let pixels = (0..<8 * 8 * 3).map { UInt8($0 & 0xFF) }
  let picture = RenderedImage(
    width: 8, height: 8, samples: 3, bytes: pixels, iccProfile: Array(bytes.dropFirst()))
  guard let converted = try? spaces[Int(choice) % spaces.count].convert(picture) else { return 0 }
  precondition(converted.bytes.count == pixels.count && converted.iccProfile != nil)
  return 0
}
