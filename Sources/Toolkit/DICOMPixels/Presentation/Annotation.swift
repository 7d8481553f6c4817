// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A drawing or a text over an image (PS3.3 §C.10.5).
public struct Annotation: Sendable, Hashable {
  /// What positions count.
  public enum Units: Sendable {
    /// Pixels of the image, from the top left corner of the first pixel.
    case pixel
    /// Shares of the displayed area, from its top left corner as displayed.
    case display
  }

  /// What is drawn (Graphic Type and Compound Graphic Type, PS3.3 §C.10.5).
  public enum Shape: Sendable, Hashable {
    case point(Point)
    /// Straight lines through points.
    case polyline([Point])
    /// A smooth line through points.
    case interpolated([Point])
    /// Center, then a point on the line.
    case circle(Point, Point)
    /// The ends of the major axis, then those of the minor.
    case ellipse([Point])
    /// Lines that are apart: pairs of ends.
    case lines([Point])
    /// A line through two points up to the edges of the picture. A gap is a share of the picture's height around a
    /// point; arrows say from which side a cut is seen.
    case infiniteLine(Point, Point, gap: Double, center: Point?, hasArrows: Bool)
    case scale(Scale)
    case text(Text)
  }

  /// A ruler or axis (PS3.3 §C.10.5.1.3.8, §C.10.5.1.3.9).
  public struct Scale: Sendable, Hashable {
    /// Vertical Alignment (0070,0243).
    public enum Alignment: String, Sendable {
      case bottom = "BOTTOM"
      case center = "CENTER"
      case top = "TOP"
    }

    /// A mark on an axis or ruler (PS3.3 §C.10.5.1.5).
    public struct Tick: Sendable, Hashable {
      /// 0 at the first point, 1 at the second.
      public let position: Double
      public let label: String
    }

    public let from: Point
    public let to: Point
    public let ticks: [Tick]
    public let alignment: Alignment
    public let labelAlignment: Alignment
    public let showsLabels: Bool
  }

  /// Words, and where they stand (PS3.3 §C.10.5.1.1).
  public struct Text: Sendable, Hashable {
    /// Bounding Box Text Horizontal Justification (0070,0012).
    public enum Justification: String, Sendable {
      case left = "LEFT"
      case center = "CENTER"
      case right = "RIGHT"
    }

    /// Lines from the top.
    public let lines: [String]
    /// Corners of the bounding box; nil where the text has an anchor only.
    public let box: [Point]?
    public let justification: Justification
    public let anchor: Point?
    public let anchorUnits: Units
    /// A line joins the text with its anchor.
    public let showsAnchor: Bool
  }

  /// Drawings of one presentation state that are followed.
  static let maximumCount = 10_000

  public let units: Units
  public let shape: Shape
  /// The area inside is filled.
  public let isFilled: Bool
  public let colour: DisplayColour
  /// Of the area; that of the line where nil.
  public let fillColour: DisplayColour?
  /// In pixels of the display.
  public let thickness: Double
  public let isDashed: Bool

  init(
    units: Units, shape: Shape, isFilled: Bool = false, colour: DisplayColour, fillColour: DisplayColour? = nil,
    thickness: Double = 1, isDashed: Bool = false
  ) {
    self.units = units
    self.shape = shape
    self.isFilled = isFilled
    self.colour = colour
    self.fillColour = fillColour
    self.thickness = thickness
    self.isDashed = isDashed
  }
}
