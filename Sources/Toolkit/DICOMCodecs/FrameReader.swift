// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMPixels

/// Reads the frames of one image, native or compressed, one at a time.
public struct FrameReader: Sendable {
  public let description: PixelDescription
  public let transferSyntax: TransferSyntax
  public let locator: FrameLocator
  private let native: NativeFrameDecoder
  private let codecs: CodecRegistry

  /// - Parameter dataSet: read with its pixel data, which is not copied.
  public init(
    _ dataSet: DataSet, transferSyntax: TransferSyntax, codecs: CodecRegistry = .standard
  ) throws(CodecError) {
    do throws(PixelError) {
      description = try PixelDescription(dataSet, limits: codecs.limits)
      locator = try FrameLocator(dataSet, description: description)
    } catch {
      throw CodecError(error)
    }
    self.transferSyntax = transferSyntax
    self.codecs = codecs
    let element = dataSet[.pixelData] ?? dataSet[.floatPixelData] ?? dataSet[.doubleFloatPixelData]
    native = NativeFrameDecoder(
      description: description, byteOrder: dataSet.byteOrder, vr: element?.vr ?? .OW)
  }

  /// Frames that can be read.
  public var frameCount: Int { locator.frameCount }

  /// The compressed bytes of a frame, counted from 0, in one piece.
  public func codestream(_ index: Int) throws(CodecError) -> ByteSlice {
    do throws(PixelError) {
      return try locator.codestream(index)
    } catch {
      throw CodecError(error)
    }
  }

  /// Decodes a frame, counted from 0.
  public func frame(_ index: Int) throws(CodecError) -> DecodedFrame {
    if !locator.isEncapsulated {
      do throws(PixelError) {
        let place = try locator.nativeBits(index)
        return try native.decode(place.bytes, bits: place.bits)
      } catch {
        throw CodecError(error)
      }
    }
    let codestream = try codestream(index)
    do throws(CodecError) {
      return try codecs.decode(codestream, transferSyntax: transferSyntax, description: description)
    } catch {
      throw CodecError(error.code, error.reason, frame: index)
    }
  }
}
