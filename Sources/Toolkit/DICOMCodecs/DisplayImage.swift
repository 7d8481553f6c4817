// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMPixels

/// Everything that a viewer or a rendered resource needs of one image: frames decoded, as grey or RGB, or rendered.
public struct DisplayImage: Sendable {
  public let reader: FrameReader
  public let renderer: FrameRenderer

  public init(
    _ dataSet: DataSet, transferSyntax: TransferSyntax, codecs: CodecRegistry = .standard
  ) throws(CodecError) {
    reader = try FrameReader(dataSet, transferSyntax: transferSyntax, codecs: codecs)
    do throws(PixelError) {
      renderer = try FrameRenderer(dataSet, description: reader.description)
    } catch {
      throw CodecError(error)
    }
  }

  public var frameCount: Int { reader.frameCount }

  /// Decoded little endian samples; colour as RGB, grey as stored.
  public func pixels(_ frame: Int) throws(CodecError) -> DecodedFrame {
    let decoded = try reader.frame(frame)
    do throws(PixelError) {
      return try renderer.greyOrRGB(decoded)
    } catch {
      throw CodecError(error)
    }
  }

  /// A frame rendered for a screen.
  public func rendered(_ frame: Int, options: RenderOptions = RenderOptions()) throws(CodecError) -> RenderedImage {
    let decoded = try reader.frame(frame)
    do throws(PixelError) {
      return try renderer.render(decoded, index: frame, options: options)
    } catch {
      throw CodecError(error)
    }
  }
}
