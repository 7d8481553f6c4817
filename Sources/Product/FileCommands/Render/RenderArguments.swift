// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCodecs
import DICOMPixels

/// Which frames of an image are rendered.
enum FrameChoice: ExpressibleByArgument, Sendable {
  case all
  /// Counted from 1.
  case number(Int)

  init?(argument: String) {
    if argument == "all" {
      self = .all
    } else if let number = Int(argument), number > 0 {
      self = .number(number)
    } else {
      return nil
    }
  }
}

/// Center and width of a window, written with a comma or a slash between.
struct WindowArgument: ExpressibleByArgument, Sendable {
  let center: Double
  let width: Double

  init?(argument: String) {
    let parts = argument.split { $0 == "," || $0 == "/" }.map { Double($0) }
    guard parts.count == 2, let center = parts[0], let width = parts[1], center.isFinite, width.isFinite, width > 0
    else { return nil }
    self.center = center
    self.width = width
  }
}

/// Width and height in pixels, written with an x between.
struct SizeArgument: ExpressibleByArgument, Sendable {
  let width: Int
  let height: Int

  init?(argument: String) {
    let parts = argument.lowercased().split(separator: "x").map { Int($0) }
    guard parts.count == 2, let width = parts[0], let height = parts[1],
      (1...FrameRenderer.maximumSide).contains(width), (1...FrameRenderer.maximumSide).contains(height)
    else { return nil }
    self.width = width
    self.height = height
  }
}

enum SwitchArgument: String, ExpressibleByArgument, CaseIterable { case on, off }

/// What becomes of the ICC profile of colour pictures.
enum ProfileChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
  case keep, none, srgb, adobergb, rommrgb

  func apply(to picture: RenderedImage) throws -> RenderedImage {
    guard self != .keep else { return picture }
    if let space = DisplayColourSpace(rawValue: rawValue) { return try space.convert(picture) }
    var picture = picture
    picture.iccProfile = nil
    return picture
  }
}

enum RangeArgument: String, ExpressibleByArgument, CaseIterable { case frame, stored }

enum PictureFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
  case png, jpeg, raw

  var fileExtension: String { self == .jpeg ? "jpg" : rawValue }

  init?(argument: String) {
    self.init(rawValue: argument == "jpg" ? "jpeg" : argument)
  }
}

extension Window.Function: ExpressibleByArgument {
  public init?(argument: String) { self.init(rawValue: argument.uppercased().replacing("-", with: "_")) }

  public static var allValueStrings: [String] { ["linear", "linear-exact", "sigmoid"] }
}
