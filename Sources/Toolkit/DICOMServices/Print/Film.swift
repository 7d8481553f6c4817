// SPDX-License-Identifier: Apache-2.0

public import DICOMCore

/// A film as it is to be printed: what a film box, its image boxes and its annotations came to (PS3.3 §C.13).
public struct Film: Sendable, Hashable {
  /// Border Density (2010,0100), Empty Image Density (2010,0110).
  public enum Density: Sendable, Hashable {
    case black
    case white
    /// Optical density in hundredths.
    case hundredths(Int)

    /// Nil where it is neither a term nor a number.
    public init?(_ text: String) {
      switch text {
      case "BLACK": self = .black
      case "WHITE": self = .white
      default:
        guard let number = Int(text), (0...500).contains(number) else { return nil }
        self = .hundredths(number)
      }
    }

    /// The value of the attribute.
    public var text: String {
      switch self {
      case .black: "BLACK"
      case .white: "WHITE"
      case .hundredths(let value): String(value)
      }
    }
  }

  /// Magnification Type (2010,0060).
  public enum Magnification: String, Sendable {
    case replicate = "REPLICATE"
    case bilinear = "BILINEAR"
    case cubic = "CUBIC"
    /// Pixels of the image are pixels of the printer.
    case none = "NONE"
  }

  /// Requested Decimate/Crop Behavior (2020,0040): what is done with an image that is larger than its box.
  public enum Excess: String, Sendable {
    case decimate = "DECIMATE"
    case crop = "CROP"
    case fail = "FAIL"
  }

  /// What pixel values mean (PS3.3 §C.11.4, §C.11.6).
  public enum PresentationLUT: Sendable, Hashable {
    /// They are P-values.
    case identity
    /// They are linear in optical density, between the least and the greatest of the film.
    case linearOpticalDensity
    /// They go through a table that gives P-values of so many bits.
    case table([UInt16], bits: Int)
  }

  /// An image in its box.
  public struct Image: Sendable, Hashable {
    /// The attributes of the item of the image sequence: the image pixel module.
    public var pixels: DataSet
    /// Polarity (2020,0020) is REVERSE.
    public var isReversed = false
    public var magnification: Magnification?
    /// Requested Image Size (2020,0030): width in mm, for true size; nil fills the box.
    public var width: Double?
    public var excess = Excess.decimate
    public var lut: PresentationLUT?

    public init(pixels: DataSet) { self.pixels = pixels }
  }

  public var format: ImageDisplayFormat
  public var size = FilmSize.in14x17
  /// Film Orientation (2010,0040).
  public var isLandscape = false
  /// By Image Box Position, from 0; nil where a box has no image.
  public var images: [Image?]
  /// Annotation Display Format ID (2010,0030), which each printer has its own of; empty for a film without annotations.
  public var annotationFormat = ""
  /// Annotations in their order; empty ones are not printed.
  public var annotations: [String] = []
  public var borderDensity = Density.black
  public var emptyImageDensity = Density.black
  /// Trim (2010,0140): a line around each image.
  public var isTrimmed = false
  public var magnification = Magnification.cubic
  /// Min Density (2010,0120), Max Density (2010,0130) in hundredths.
  public var minimumDensity = 20
  public var maximumDensity = 300
  /// Illumination (2010,015E) and Reflected Ambient Light (2010,0160) in cd/m².
  public var illumination = 2000
  public var ambientLight = 10
  public var lut = PresentationLUT.identity
  /// Medium Type (2000,0030), Film Destination (2000,0040), Film Session Label (2000,0050).
  public var medium = ""
  public var destination = ""
  public var label = ""
  public var copies = 1
  /// Print Priority (2000,0020): `HIGH`, `MED` or `LOW`.
  public var priority = "MED"

  public init(format: ImageDisplayFormat) {
    self.format = format
    images = Array(repeating: nil, count: format.boxCount)
  }

  /// Width and height in mm as the film is looked at.
  public var millimetres: (width: Double, height: Double) {
    let upright = size.millimetres
    return isLandscape ? (upright.height, upright.width) : upright
  }

  public var hasImages: Bool { images.contains { $0 != nil } }
}
