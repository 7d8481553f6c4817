// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMPixels
import Foundation

/// Renders the chosen frames of one file.
struct RenderTask: Sendable {
  let options: RenderOptions
  /// Nil for the first.
  let frames: FrameChoice?
  let format: PictureFormat
  let quality: Int
  let profile: ProfileChoice
  /// A folder, a file, or - for the standard output.
  let output: String
  let isFolder: Bool

  /// - Returns: nil where a file that was found in a folder is no image, or none of the presentation state's.
  func render(_ entry: RenderInputs.Entry) throws -> [RenderedFrame]? {
    let file: Part10File
    do {
      file = try Part10File.read(try FileBytes(entry.path).readAll())
    } catch {
      if entry.isFound { return nil }
      throw error
    }
    let dataSet = file.dataSet
    let hasPixels = [Tag.pixelData, .floatPixelData, .doubleFloatPixelData].contains { dataSet[$0] != nil }
    if !hasPixels {
      if entry.isFound { return nil }
      throw CommandFailure("is no image")
    }
    let image = try DisplayImage(dataSet, transferSyntax: file.transferSyntax)
    guard let numbers = try chosen(image, dataSet.uid(.sopInstanceUID), isFound: entry.isFound) else { return nil }
    return try numbers.map { number in
      let picture = try profile.apply(to: try image.rendered(number, options: options))
      let path = try write(picture, entry, frame: number, of: image.frameCount)
      return RenderedFrame(
        file: entry.path, frame: number, frames: image.frameCount, output: path, format: format, image: picture,
        renderer: image.renderer, presentationState: options.presentation.map { $0.label ?? "" })
    }
  }

  /// Frames to render, counted from 0.
  private func chosen(_ image: DisplayImage, _ uid: UID?, isFound: Bool) throws -> [Int]? {
    guard image.frameCount > 0 else { throw CommandFailure("has no complete frame") }
    var numbers = Array(0..<image.frameCount)
    if let presentation = options.presentation {
      numbers = numbers.filter { frame in uid.map { presentation.applies(to: $0, frame: frame) } ?? false }
      if numbers.isEmpty {
        if isFound { return nil }
        throw CommandFailure("is not among the images of the presentation state")
      }
    }
    switch frames {
    case nil: return Array(numbers.prefix(1))
    case .all: return numbers
    case .number(let number):
      guard number <= image.frameCount else { throw CommandFailure("has \(image.frameCount) frames") }
      if numbers.contains(number - 1) { return [number - 1] }
      throw CommandFailure("frame \(number) is not among those of the presentation state")
    }
  }

  func write(_ picture: RenderedImage, _ entry: RenderInputs.Entry, frame: Int, of count: Int) throws -> String {
    let bytes: [UInt8] =
      switch format {
      case .png: try PNGEncoder().encode(picture)
      case .jpeg: try JPEGEncoder(quality: quality, subsamples: quality < 90).encode(picture)
      case .raw: picture.bytes
      }
    if output == "-" {
      FileHandle.standardOutput.write(Data(bytes))
      return output
    }
    var path = output
    if isFolder {
      let digits = String(count).utf8.count
      let number = String(repeating: "0", count: digits - String(frame + 1).utf8.count) + String(frame + 1)
      path += "/" + entry.name + (count > 1 ? ".\(number)" : "") + "." + format.fileExtension
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    }
    try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    return path
  }
}
