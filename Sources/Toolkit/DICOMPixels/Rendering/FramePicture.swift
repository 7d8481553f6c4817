// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Turns the samples of a frame into P-values or colours, pixel by pixel; nothing is drawn or resized.
struct FramePicture {
  let dataSet: DataSet
  let description: PixelDescription
  let palette: ColourPalette?
  /// The colours of the stored values from its first one on; those below it are grey (PS3.3 §C.7.6.19).
  let supplementalPalette: ColourPalette?
  let presentation: SoftcopyPresentation?
  let bits: Int

  func render(_ frame: DecodedFrame, index: Int, options: RenderOptions) throws(PixelError) -> RenderedImage {
    if let pseudoColour = presentation?.palette { return try pseudo(frame, index, options, pseudoColour) }
    if bits == 16, let palette, frame.photometric == .paletteColor, frame.format == .integer {
      return image(frame, samples: 3, palette.colours(of: frame, over: nil, bits: bits))
    }
    let colour = try ColourConverter.greyOrRGB(frame, palette: palette)
    if colour.samplesPerPixel == 3 {
      return image(frame, samples: 3, try ColourDepth.samples(colour, bits: bits))
    }
    let levels = try pipeline(frame, index, options).render(colour)
    guard let supplementalPalette, presentation == nil else { return image(frame, samples: 1, levels) }
    return image(frame, samples: 3, supplementalPalette.colours(of: frame, over: levels, bits: bits))
  }

  private func image(_ frame: DecodedFrame, samples: Int, _ bytes: [UInt8]) -> RenderedImage {
    RenderedImage(width: frame.columns, height: frame.rows, samples: samples, bits: bits, bytes: bytes)
  }

  /// The windowed grey levels select the colours (PS3.4 §N.2.4).
  private func pseudo(
    _ frame: DecodedFrame, _ index: Int, _ options: RenderOptions, _ colours: ColourPalette
  ) throws(PixelError) -> RenderedImage {
    guard frame.samplesPerPixel == 1, frame.photometric != .paletteColor else {
      throw PixelError(.invalid, "pseudo-colour of an image in colour")
    }
    var pipeline = try pipeline(frame, index, options)
    pipeline.bits = 16
    pipeline.presentation = .identity
    return image(frame, samples: 3, colours.colours(ofLevels: pipeline.render(frame), bits: bits))
  }

  private func pipeline(
    _ frame: DecodedFrame, _ index: Int, _ options: RenderOptions
  ) throws(PixelError) -> GreyscalePipeline {
    var modality =
      presentation?.modality(isSigned: frame.isSigned)
      ?? ModalityTransform(dataSet, frame: index, isSigned: frame.isSigned)
    if options.windowsAreRealWorld, options.window != nil {
      guard let mapping = RealWorldValueMapping.all(dataSet, frame: index).first else {
        throw PixelError(.missing, "no Real World Value Mapping", frame: index)
      }
      modality = mapping.transform
    }
    let uid = dataSet.uid(.sopInstanceUID)
    let subtraction = try presentation?.subtraction(
      for: uid, frame: index, of: description.numberOfFrames, isSigned: description.isSigned)
    if subtraction != nil {
      guard frame.format == .float else { throw PixelError(.missing, "the difference from the mask", frame: index) }
      modality = .identity
    }
    let shape = PresentationLUT(dataSet) == .inverse
    let own: PresentationLUT = frame.photometric == .monochrome1 || shape ? .inverse : .identity
    return GreyscalePipeline(
      modality: modality, voi: try voi(frame, index, options, modality),
      presentation: presentation?.presentationLUT ?? own, padding: dataSet.pixelPadding(of: frame),
      blackensPadding: options.blackensPadding, bits: bits)
  }

  /// Nil takes the range of the frame.
  private func voi(
    _ frame: DecodedFrame, _ index: Int, _ options: RenderOptions, _ modality: ModalityTransform
  ) throws(PixelError) -> VOITransform? {
    let signed = modality.hasNegativeOutput(frame.isSigned)
    switch options.voi {
    case .window(let window):
      guard window.isValid else { throw PixelError(.invalid, "a window of width \(window.width)") }
      return .window(window)
    case .frameRange: return nil
    case .storedRange: return Self.storedRange(frame, modality)
    case .stored(let number):
      let choices = VOITransform.choices(dataSet, frame: index, signedInput: signed)
      guard choices.indices.contains(number) else {
        throw PixelError(.missing, "the image has \(choices.count) windows and VOI LUTs", frame: index)
      }
      return choices[number].transform
    case .automatic:
      if let presentation {
        let chosen = presentation.voi(for: dataSet.uid(.sopInstanceUID), frame: index, signedInput: signed)
        return chosen ?? Self.storedRange(frame, modality)
      }
      if let first = VOITransform(dataSet, frame: index, signedInput: signed) { return first }
      if let greatest = dataSet.double(.maximumFractionalValue), greatest > 0 {
        return .window(Window(center: greatest / 2, width: greatest, function: .linearExact))
      }
      // Bytes without further word are brightness already; labels are not.
      let isBrightness =
        frame.format == .integer && frame.bitsStored <= 8 && !frame.isSigned && modality == .identity
        && dataSet[.segmentSequence] == nil
      return isBrightness ? Self.storedRange(frame, modality) : nil
    }
  }

  private static func storedRange(_ frame: DecodedFrame, _ modality: ModalityTransform) -> VOITransform? {
    guard frame.format == .integer else { return nil }
    if case .table(let table) = modality {
      return GreyscalePipeline.range(.identity, 0, Double(table.greatest))
    }
    let bits = Double(sign: .plus, exponent: frame.isSigned ? frame.bitsStored - 1 : frame.bitsStored, significand: 1)
    return GreyscalePipeline.range(modality, frame.isSigned ? -bits : 0, bits - 1)
  }
}
