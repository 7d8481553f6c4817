// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMPixels

/// Images with any attributes over small pixel data (PS3.3 §C.7.6.3, §C.9, §C.11), and presentation states made of the
/// same attributes. Every picture has the size and the samples that it says it has.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRendering(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  let limits = ReadLimits(depth: 32, elements: 10_000, inflatedLength: 1 << 16)
  guard let file = try? Part10File.read(ByteSlice([UInt8](bytes)), options: ReadOptions(limits: limits)) else {
    return 0
  }
  let dataSet = withUID(file.dataSet)
  guard let description = try? PixelDescription(dataSet, limits: PixelLimits(frameBytes: 1 << 16)),
    let renderer = try? FrameRenderer(dataSet, description: description)
  else { return 0 }
  let frame = frame(dataSet, description)
  let containers = DecodedFrame(renderer.containerDescription, bytes: frame.bytes)
  for options in options(dataSet, seed: count) {
    let subtraction = try? renderer.subtraction(frame: count % 3, options: options)
    let shown = subtraction.flatMap { subtraction in try? subtraction.difference { _ in frame } } ?? frame
    guard let image = try? renderer.render(shown, index: count % 3, options: options, containers: containers) else {
      continue
    }
    precondition(image.bytes.count == image.width * image.height * image.samples * image.bits / 8)
    precondition(image.bits == options.bits)
    if let viewport = options.viewport {
      precondition(image.width <= viewport.width && image.height <= viewport.height, "larger than its viewport")
    }
  }
  _ = renderer.attributes(frame: count % 3)
  return 0
}

/// States refer to images by their UID.
private func withUID(_ dataSet: DataSet) -> DataSet {
  var dataSet = dataSet
  dataSet.set(.sopInstanceUID, UID("1.2"))
  return dataSet
}

/// A frame out of the pixel data there is, over and over again.
private func frame(_ dataSet: DataSet, _ description: PixelDescription) -> DecodedFrame {
  let stored = (dataSet.bytes(.pixelData) ?? dataSet.bytes(.floatPixelData))?.array ?? []
  var samples = [UInt8](repeating: 0x5A, count: description.decodedFrameBytes)
  if !stored.isEmpty {
    for index in samples.indices { samples[index] = stored[index % stored.count] }
  }
  SampleContainer.normalize(&samples, description)
  return DecodedFrame(description, bytes: samples)
}

private func options(_ dataSet: DataSet, seed: Int) -> [RenderOptions] {
  var small = RenderOptions(viewport: (64, 48))
  small.bits = 16
  small.voi = .stored(seed % 4)
  var window = RenderOptions(window: Window(center: Double(seed), width: 100, function: .sigmoid))
  window.windowsAreRealWorld = true
  window.viewport = (32, 32)
  var all = [small, window]
  for kind in [SoftcopyPresentation.Kind.grayscale, .colour, .pseudoColour] {
    var state = dataSet
    state.set(.sopClassUID, UID(kind.rawValue))
    var presented = RenderOptions(viewport: (64, 64))
    presented.presentation = try? SoftcopyPresentation(state)
    if presented.presentation != nil { all.append(presented) }
  }
  return all
}
