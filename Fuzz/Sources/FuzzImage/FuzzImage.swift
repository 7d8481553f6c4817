// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMFile
import DICOMPixels

/// Whole files, from the attributes of the Image Pixel module over fragments and offset tables to a rendered frame
/// (PS3.3 §C.7.6.3, PS3.5 §A.4).
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzImage(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  let limits = ReadLimits(depth: 64, elements: 10_000, inflatedLength: 1 << 20)
  guard let file = try? Part10File.read(ByteSlice(copying: bytes), options: ReadOptions(limits: limits)) else {
    return 0
  }
  let codecs = CodecRegistry.standard.limited(
    PixelLimits(frameBytes: 1 << 24, expansion: 2_000, compressedAllowance: 1 << 22))
  guard let image = try? DisplayImage(file.dataSet, transferSyntax: file.transferSyntax, codecs: codecs) else {
    return 0
  }
  for index in 0..<min(image.frameCount, 3) {
    guard let frame = try? image.reader.frame(index) else { continue }
    precondition(frame.bytes.count == image.reader.description.decodedFrameBytes, "a frame of another size")
    _ = try? image.rendered(index)
  }
  return 0
}
