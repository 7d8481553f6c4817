// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMPixels
import NIOCore

/// One piece of a frame stream (`application/vnd.martlet.frames`): a header of 24 bytes, numbers little endian, and its
/// payload.
///
///     0  UInt32  bytes of the payload
///     4  UInt32  instance: its place in the series, from 0, as `/api/v1/studies/{study}` lists them
///     8  UInt32  frame of the instance, from 0
///     12 UInt8   form of the payload
///     13 UInt8   samples per pixel
///     14 UInt8   bits allocated
///     15 UInt8   bits stored
///     16 UInt16  rows
///     18 UInt16  columns
///     20 UInt8   bit 0: samples have a sign; bit 1: samples are floating point
///     21 UInt8   0 MONOCHROME1, 1 MONOCHROME2, 2 RGB
///     22 UInt16  0
struct FrameRecord: Sendable {
  static let mediaType = "application/vnd.martlet.frames"
  static let headerLength = 24

  enum Form: UInt8, Sendable {
    /// Samples little endian, colour pixel by pixel.
    case plain = 0
    /// JPEG lossless, process 14, first-order prediction.
    case losslessJPEG = 1
    /// RLE Lossless (PS3.5 Annex G).
    case runLengths = 2
    /// JSON, and the same compressed by gzip.
    case json = 16
    case packedJSON = 17
    /// There is no such frame, or it cannot be decoded; the payload says why in UTF-8.
    case failure = 255
  }

  var form: Form
  var instance = 0
  var frame = 0
  /// What the samples are, for pixels.
  var pixels: DecodedFrame?
  var payload: ByteSlice
  /// As `StoredImage.reduced` has made the pixels; 1 for those of the frame itself.
  var reduction = 1

  var buffer: ByteBuffer {
    var buffer = ByteBufferAllocator().buffer(capacity: Self.headerLength + payload.count)
    buffer.writeInteger(UInt32(clamping: payload.count), endianness: .little)
    buffer.writeInteger(UInt32(clamping: instance), endianness: .little)
    buffer.writeInteger(UInt32(clamping: frame), endianness: .little)
    buffer.writeInteger(form.rawValue)
    for number in [pixels?.samplesPerPixel, pixels?.bitsAllocated, pixels?.bitsStored] {
      buffer.writeInteger(UInt8(clamping: number ?? 0))
    }
    buffer.writeInteger(UInt16(clamping: pixels?.rows ?? 0), endianness: .little)
    buffer.writeInteger(UInt16(clamping: pixels?.columns ?? 0), endianness: .little)
    let sign: UInt8 = pixels?.isSigned == true ? 1 : 0
    buffer.writeInteger(sign | (pixels?.format == .float ? 2 : 0))
    let photometric: UInt8 = pixels?.photometric == .monochrome1 ? 0 : pixels?.samplesPerPixel == 3 ? 2 : 1
    buffer.writeInteger(photometric)
    buffer.writeInteger(UInt16(clamping: reduction > 1 ? reduction : 0), endianness: .little)
    payload.withUnsafeBytes { _ = buffer.writeBytes($0) }
    return buffer
  }
}
