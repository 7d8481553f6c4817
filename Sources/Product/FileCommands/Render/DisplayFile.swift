// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMPixels
import Foundation

/// Reads the measured curve of a display: a line per driving level with its number and its luminance in cd/m².
/// "ambient" and "levels" (or DCMTK's "amb" and "max") name the ambient light and the number of levels. # begins a
/// comment.
enum DisplayFile {
  static func read(_ path: String) throws -> DisplayCalibration {
    let text = String(decoding: try FileBytes(path).readAll().array, as: UTF8.self)
    var measured: [(level: Int, luminance: Double)] = []
    var ambient = 0.0
    var count: Int?
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
      guard words.count == 2, let value = Double(words[1]) else {
        if words.isEmpty { continue }
        throw CommandFailure("\(path): \(line) is no driving level and luminance")
      }
      switch words[0] {
      case "ambient", "amb": ambient = value
      case "levels": count = Int(exactly: value)
      case "max": count = Int(exactly: value + 1)
      // The light behind a film; DCMTK's files may have it.
      case "lum": continue
      default:
        guard let level = Int(words[0]), (0..<DisplayCalibration.maximumLevels).contains(level) else {
          throw CommandFailure("\(path): \(words[0]) is no driving level")
        }
        measured.append((level, value))
      }
    }
    return try DisplayCalibration(luminances: curve(measured, count: count, path), ambient: ambient)
  }

  /// All levels, straight lines between those that were measured.
  private static func curve(_ measured: [(level: Int, luminance: Double)], count: Int?, _ path: String) throws
    -> [Double]
  {
    let points = measured.sorted { $0.level < $1.level }
    guard let last = points.last, points.first?.level == 0, points.count > 1 else {
      throw CommandFailure("\(path): luminances from driving level 0 on are needed")
    }
    if let count, count != last.level + 1 {
      throw CommandFailure("\(path): \(count) driving levels are said, \(last.level + 1) measured")
    }
    var curve: [Double] = []
    for (from, to) in zip(points, points.dropFirst()) {
      for level in from.level..<to.level {
        let share = Double(level - from.level) / Double(to.level - from.level)
        curve.append(from.luminance + share * (to.luminance - from.luminance))
      }
    }
    return curve + [last.luminance]
  }
}
