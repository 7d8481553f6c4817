// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMPixels
import Testing

/// The examples of the library's article.
struct DICOMPixelsExample {
  /// A frame of a native image in the second of its windows, as 16-bit grey that fits into 1024 × 1024 pixels.
  func picture(of image: DataSet, frame: Int) throws -> RenderedImage {
    let description = try PixelDescription(image)
    let place = try FrameLocator(image, description: description).nativeBits(frame)
    let decoded = try NativeFrameDecoder(description: description).decode(place.bytes, bits: place.bits)
    let renderer = try FrameRenderer(image, description: description)
    var options = RenderOptions(viewport: (1024, 1024))
    options.voi = .stored(1)
    options.bits = 16
    return try renderer.render(decoded, index: frame, options: options)
  }

  /// The same frame as a reader left it in a presentation state, for a calibrated display.
  func presented(
    _ decoded: DecodedFrame, _ renderer: FrameRenderer, by state: DataSet, on display: DisplayCalibration
  ) throws -> RenderedImage {
    var options = RenderOptions()
    options.presentation = try SoftcopyPresentation(state)
    options.display = display
    return try renderer.render(decoded, index: 0, options: options)
  }

  @Test func theExamplesDoWhatTheArticleSays() throws {
    var image = DataSet()
    for (tag, value) in [(.rows, 2), (.columns, 4), (.bitsAllocated, 8)] as [(DICOMCore.Tag, Int)] {
      image.set(tag, .US, integers: [value])
    }
    image.set(.windowCenter, .DS, ["1", "100"])
    image.set(.windowWidth, .DS, ["2", "201"])
    image.set(DataElement(tag: .pixelData, vr: .OB, value: .bytes(ByteSlice([0, 50, 100, 150, 200, 250, 0, 0]))))
    let shown = try picture(of: image, frame: 0)
    #expect(shown.bits == 16)
    #expect((shown.width, shown.height) == (1024, 512))
    var state = DataSet()
    state.set(.sopClassUID, UID(SoftcopyPresentation.Kind.grayscale.rawValue))
    state.set(.presentationLUTShape, .CS, "INVERSE")
    let description = try PixelDescription(image)
    let decoded = DecodedFrame(description, bytes: [0, 50, 100, 150, 200, 250, 0, 0])
    let display = try DisplayCalibration(minimum: 0.5, maximum: 400)
    let other = try presented(decoded, FrameRenderer(image, description: description), by: state, on: display)
    #expect(other.bytes[0] == 255)
    #expect(other.bytes[5] < 10)
  }
}
