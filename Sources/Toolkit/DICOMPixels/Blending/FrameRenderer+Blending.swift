// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension FrameRenderer {
  /// A frame as a blending presentation state uses it: grey by the transforms of its set.
  /// - Parameters:
  ///   - index: the frame's number, counted from 0.
  ///   - transforms: `underlying` or `superimposed` of the state.
  public func blendingPlane(
    _ frame: DecodedFrame, index: Int, transforms: SoftcopyPresentation
  ) throws(PixelError) -> BlendingPlane {
    guard frame.samplesPerPixel == 1, frame.photometric != .paletteColor else {
      throw PixelError(.invalid, "blending of an image in colour", frame: index)
    }
    var options = RenderOptions()
    options.presentation = transforms
    options.bits = 16
    let image = try picture(frame, index, options, nil)
    let geometry = BlendingPlane.Geometry(attributes(frame: index))
    return BlendingPlane(image, frameOfReference: dataSet.uid(.frameOfReferenceUID), geometry: geometry)
  }

  /// Renders an underlying frame with what lies over it.
  /// - Parameters:
  ///   - index: the underlying frame's number, counted from 0.
  ///   - superimposed: all frames of the superimposed set, or those near the underlying one.
  ///   - options: size and bits of the result.
  public func render(
    _ frame: DecodedFrame, index: Int, superimposed: [BlendingPlane], state: BlendingPresentation,
    options: RenderOptions = RenderOptions()
  ) throws(PixelError) -> RenderedImage {
    let lower = try blendingPlane(frame, index: index, transforms: state.underlying)
    var canvas = Canvas(try state.blend(lower, with: superimposed))
    if let shutter = state.whole.shutter {
      canvas.paint(shutter.mask(width: lower.width, height: lower.height) { _ in nil }, shutter.colour)
    }
    var image = try presented(canvas.image, state.whole, index, options)
    if let display = options.display {
      image = display.apply(to: image, bits: options.bits)
    } else if options.bits == 8 {
      image = image.reducedToBytes
    }
    image.iccProfile = state.whole.iccProfile
    return image
  }
}

extension RenderedImage {
  /// The same picture with samples of 8 bits.
  var reducedToBytes: RenderedImage {
    guard bits == 16 else { return self }
    let reduced = (0..<bytes.count / 2).map { index -> UInt8 in
      let level = Int(bytes[index * 2]) | Int(bytes[index * 2 + 1]) << 8
      return UInt8((level * 255 + 32_767) / 65_535)
    }
    return RenderedImage(width: width, height: height, samples: samples, bytes: reduced, iccProfile: iccProfile)
  }
}
