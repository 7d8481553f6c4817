// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMPixels

/// Gives the decoded frames of an object, counted from 0. Native pixel data is read by `native`; compressed pixel data
/// needs a reader of the codecs, passed as a closure.
public typealias FrameSource = @Sendable (Int) throws -> DecodedFrame

/// Frames of native pixel data.
enum NativeFrames {
  /// A source for the native frames of a data set; nil where they are compressed or absent.
  static func source(_ dataSet: DataSet) -> FrameSource? {
    guard let description = try? PixelDescription(dataSet),
      let locator = try? FrameLocator(dataSet, description: description), !locator.isEncapsulated
    else { return nil }
    let element = dataSet[.pixelData] ?? dataSet[.floatPixelData] ?? dataSet[.doubleFloatPixelData]
    let decoder = NativeFrameDecoder(
      description: description, byteOrder: dataSet.byteOrder, vr: element?.vr ?? .OW)
    return { index in
      let place = try locator.nativeBits(index)
      return try decoder.decode(place.bytes, bits: place.bits)
    }
  }
}

extension DecodedFrame {
  /// The samples as numbers.
  public var values: [Double] {
    bytes.withUnsafeBytes { buffer in
      (0..<sampleCount).map { index in
        switch (format, bitsAllocated) {
        case (.float, 64): Double(bitPattern: Self.load(buffer, index, UInt64.self))
        case (.float, _): Double(Float(bitPattern: Self.load(buffer, index, UInt32.self)))
        case (.integer, 8): isSigned ? Double(Int8(bitPattern: buffer[index])) : Double(buffer[index])
        case (.integer, 16):
          isSigned
            ? Double(Int16(bitPattern: Self.load(buffer, index, UInt16.self)))
            : Double(Self.load(buffer, index, UInt16.self))
        default:
          isSigned
            ? Double(Int32(bitPattern: Self.load(buffer, index, UInt32.self)))
            : Double(Self.load(buffer, index, UInt32.self))
        }
      }
    }
  }

  /// The samples of an unsigned frame of 8 or 16 bits.
  var unsignedSamples: [UInt16] {
    if bitsAllocated == 8 { return bytes.prefix(sampleCount).map { UInt16($0) } }
    return bytes.withUnsafeBytes { buffer in
      (0..<min(sampleCount, buffer.count / 2)).map { Self.load(buffer, $0, UInt16.self) }
    }
  }

  private static func load<Number: FixedWidthInteger>(
    _ buffer: UnsafeRawBufferPointer, _ index: Int, _: Number.Type
  ) -> Number {
    let offset = index * MemoryLayout<Number>.size
    guard offset + MemoryLayout<Number>.size <= buffer.count else { return 0 }
    return Number(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: Number.self))
  }
}
