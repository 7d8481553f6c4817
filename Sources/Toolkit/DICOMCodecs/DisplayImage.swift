// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMPixels

/// Everything that a viewer or a rendered resource needs of one image: frames decoded, as grey or RGB, or rendered.
public struct DisplayImage: Sendable {
  public let reader: FrameReader
  public let renderer: FrameRenderer
  private let codecs: CodecRegistry
  private let byteOrder: ByteOrder
  private let vr: VR

  public init(
    _ dataSet: DataSet, transferSyntax: TransferSyntax, codecs: CodecRegistry = .standard
  ) throws(CodecError) {
    self.codecs = codecs
    byteOrder = dataSet.byteOrder
    vr = dataSet[.pixelData]?.vr ?? .OW
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
    let decoded = try shown(frame, options)
    let containers = renderer.needsContainers ? try? self.containers(frame) : nil
    do throws(PixelError) {
      return try renderer.render(decoded, index: frame, options: options, containers: containers)
    } catch {
      throw CodecError(error)
    }
  }

  /// A frame, or what is left of it when the presentation state has subtracted a mask.
  private func shown(_ frame: Int, _ options: RenderOptions) throws(CodecError) -> DecodedFrame {
    do {
      guard let subtraction = try renderer.subtraction(frame: frame, options: options) else {
        return try reader.frame(frame)
      }
      return try subtraction.difference { try reader.frame($0) }
    } catch let error as CodecError {
      throw error
    } catch let error as PixelError {
      throw CodecError(error)
    } catch {
      throw CodecError(.corrupt, "\(error)", frame: frame)
    }
  }

  /// A frame, counted from 0, as one of those that a blending presentation state puts over one another.
  /// - Parameter transforms: those of its set.
  public func blendingPlane(_ frame: Int, transforms: SoftcopyPresentation) throws(CodecError) -> BlendingPlane {
    let decoded = try reader.frame(frame)
    do throws(PixelError) {
      return try renderer.blendingPlane(decoded, index: frame, transforms: transforms)
    } catch {
      throw CodecError(error)
    }
  }

  /// An underlying frame, counted from 0, with what a blending presentation state puts over it.
  public func rendered(
    _ frame: Int, superimposed: [BlendingPlane], state: BlendingPresentation, options: RenderOptions = RenderOptions()
  ) throws(CodecError) -> RenderedImage {
    let decoded = try reader.frame(frame)
    do throws(PixelError) {
      return try renderer.render(decoded, index: frame, superimposed: superimposed, state: state, options: options)
    } catch {
      throw CodecError(error)
    }
  }

  /// The frame with the bits that decoding clears, where the codec keeps them.
  private func containers(_ frame: Int) throws(CodecError) -> DecodedFrame {
    let description = renderer.containerDescription
    do throws(PixelError) {
      guard reader.locator.isEncapsulated else {
        let place = try reader.locator.nativeBits(frame)
        return try NativeFrameDecoder(description: description, byteOrder: byteOrder, vr: vr)
          .decode(place.bytes, bits: place.bits)
      }
    } catch {
      throw CodecError(error)
    }
    let codestream: ByteSlice
    do throws(PixelError) {
      codestream = try reader.locator.codestream(frame)
    } catch {
      throw CodecError(error)
    }
    return try codecs.decode(codestream, transferSyntax: reader.transferSyntax, description: description)
  }
}
