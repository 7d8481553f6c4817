// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import LibJXL

extension JPEGXLDecoder {
  private static let firstJPEGCapacity = 64 * 1024
  /// A reconstructed JPEG is not many times larger than what it comes from.
  private static let maximumExpansion = 64

  /// The JPEG stream that was repacked into this one, byte by byte; nil where there is none (ISO/IEC 18181-2 §9).
  public static func jpeg(in codestream: ByteSlice) -> [UInt8]? {
    guard let decoder = JxlDecoderCreate(nil) else { return nil }
    defer { JxlDecoderDestroy(decoder) }
    return codestream.withUnsafeBytes { input -> [UInt8]? in
      let events = Int32(JXL_DEC_JPEG_RECONSTRUCTION.rawValue | JXL_DEC_FULL_IMAGE.rawValue)
      guard let source = input.bindMemory(to: UInt8.self).baseAddress,
        JxlDecoderSubscribeEvents(decoder, events) == JXL_DEC_SUCCESS,
        JxlDecoderSetInput(decoder, source, input.count) == JXL_DEC_SUCCESS
      else { return nil }
      JxlDecoderCloseInput(decoder)
      guard JxlDecoderProcessInput(decoder) == JXL_DEC_JPEG_RECONSTRUCTION else { return nil }
      return reconstruct(decoder, limit: max(firstJPEGCapacity, input.count) * maximumExpansion)
    }
  }

  private static func reconstruct(_ decoder: OpaquePointer, limit: Int) -> [UInt8]? {
    var capacity = firstJPEGCapacity
    let room = UnsafeMutablePointer<UInt8>.allocate(capacity: limit)
    defer { room.deallocate() }
    guard JxlDecoderSetJPEGBuffer(decoder, room, capacity) == JXL_DEC_SUCCESS else { return nil }
    while true {
      let status = JxlDecoderProcessInput(decoder)
      let done = capacity - JxlDecoderReleaseJPEGBuffer(decoder)
      if status == JXL_DEC_FULL_IMAGE { return Array(UnsafeBufferPointer(start: room, count: done)) }
      guard status == JXL_DEC_JPEG_NEED_MORE_OUTPUT, capacity < limit else { return nil }
      capacity = min(capacity * 2, limit)
      guard JxlDecoderSetJPEGBuffer(decoder, room + done, capacity - done) == JXL_DEC_SUCCESS else { return nil }
    }
  }
}
