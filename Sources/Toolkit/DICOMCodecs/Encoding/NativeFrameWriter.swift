// SPDX-License-Identifier: Apache-2.0

import DICOMPixels

/// A frame in native form (PS3.5 §8.1): single bits packed, all else as it is.
enum NativeFrameWriter {
  static func bytes(_ frame: DecodedFrame) -> [UInt8] {
    guard frame.isSingleBit else { return frame.bytes }
    var packer = BitPacker()
    let full = packer.pack(frame.bytes)
    return full + packer.flush()
  }
}
