// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMPixels
import Synchronization

/// Reads the frames of one image, native or compressed, one at a time.
public struct FrameReader: Sendable {
  public let description: PixelDescription
  public let transferSyntax: TransferSyntax
  public let locator: FrameLocator
  private let native: NativeFrameDecoder
  private let codecs: CodecRegistry
  private let lastGroup = FrameGroup()

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
      let place = locator.placeInCodestream(index)
      if place.count > 1 {
        let first = index - place.index
        if let frame = lastGroup.frame(index, first: first) { return frame }
        let frames = try codecs.decode(
          codestream, transferSyntax: transferSyntax, description: description, frames: place.count)
        lastGroup.keep(frames, first: first)
        return frames[place.index]
      }
      return try codecs.decode(codestream, transferSyntax: transferSyntax, description: description)
    } catch {
      throw CodecError(error.code, error.reason, frame: index)
    }
  }
}

/// The frames of the stream that was decoded last, where several share one: they are asked for one after the other.
private final class FrameGroup: Sendable {
  private let frames = Mutex<(first: Int, frames: [DecodedFrame])>((0, []))

  func frame(_ index: Int, first: Int) -> DecodedFrame? {
    frames.withLock { group in
      group.first == first && !group.frames.isEmpty ? group.frames[index - first] : nil
    }
  }

  func keep(_ frames: [DecodedFrame], first: Int) {
    self.frames.withLock { $0 = (first, frames) }
  }
}
