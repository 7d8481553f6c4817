// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMPixels

/// Renders the underlying frames of a blending presentation state with what lies over them.
struct BlendingTask {
  let state: BlendingPresentation
  let task: RenderTask

  /// The pictures of all underlying images among the files, in the order of the files.
  /// - Parameter failed: called for files that cannot be rendered.
  func render(_ inputs: [RenderInputs.Entry], failed: (RenderInputs.Entry, any Error) -> Void) throws -> [RenderedFrame]
  {
    var superimposed: [BlendingPlane] = []
    var underlying: [RenderInputs.Entry] = []
    for entry in inputs {
      do {
        guard let image = try image(entry) else { continue }
        let uid = image.uid
        let positions = (0..<image.display.frameCount).map { state.position(of: uid, frame: $0) }
        if positions.contains(.underlying) { underlying.append(entry) }
        for (frame, position) in positions.enumerated() where position == .superimposed {
          superimposed.append(
            try image.display.blendingPlane(frame, transforms: state.superimposed))
        }
        if !entry.isFound, positions.allSatisfy({ $0 == nil }) {
          throw CommandFailure("is not among the images of the presentation state")
        }
      } catch {
        failed(entry, error)
      }
    }
    guard !underlying.isEmpty else { throw CommandFailure("no underlying image of the presentation state is given") }
    guard !superimposed.isEmpty else {
      throw CommandFailure("no superimposed image of the presentation state is given")
    }
    var frames: [RenderedFrame] = []
    for entry in underlying {
      do {
        guard let image = try image(entry) else { continue }
        for number in try chosen(image) { frames.append(try render(entry, image, number, superimposed)) }
      } catch {
        failed(entry, error)
      }
    }
    return frames
  }

  private func render(
    _ entry: RenderInputs.Entry, _ image: (display: DisplayImage, uid: UID), _ number: Int,
    _ superimposed: [BlendingPlane]
  ) throws -> RenderedFrame {
    let picture = try task.profile.apply(
      to: try image.display.rendered(number, superimposed: superimposed, state: state, options: task.options))
    let path = try task.write(picture, entry, frame: number, of: image.display.frameCount)
    return RenderedFrame(
      file: entry.path, frame: number, frames: image.display.frameCount, output: path, format: task.format,
      image: picture, renderer: image.display.renderer, presentationState: state.label ?? "")
  }

  /// Frames to render, counted from 0.
  private func chosen(_ image: (display: DisplayImage, uid: UID)) throws -> [Int] {
    let numbers = (0..<image.display.frameCount).filter {
      state.position(of: image.uid, frame: $0) == .underlying
    }
    switch task.frames {
    case nil: return Array(numbers.prefix(1))
    case .all: return numbers
    case .number(let number):
      if numbers.contains(number - 1) { return [number - 1] }
      throw CommandFailure("frame \(number) is not among the underlying ones of the presentation state")
    }
  }

  /// Nil for a file that was found in a folder and is no image.
  private func image(_ entry: RenderInputs.Entry) throws -> (display: DisplayImage, uid: UID)? {
    do {
      let file = try Part10File.read(try FileBytes(entry.path).readAll())
      guard let uid = file.dataSet.uid(.sopInstanceUID), file.dataSet[.rows] != nil else {
        throw CommandFailure("is no image")
      }
      return (try DisplayImage(file.dataSet, transferSyntax: file.transferSyntax), uid)
    } catch {
      if entry.isFound { return nil }
      throw error
    }
  }
}
