// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A Blending Softcopy Presentation State (PS3.3 §A.33.4, §C.11.14) as a renderer applies it: one set of grey images,
/// and above it another one in colours.
public struct BlendingPresentation: Sendable, Hashable {
  /// Its SOP class.
  public static let sopClass: UID = .blendingSoftcopyPresentationStateStorage

  /// The two sets (Blending Position).
  public enum Position: String, Sendable {
    case underlying = "UNDERLYING"
    case superimposed = "SUPERIMPOSED"
  }

  public let label: String?
  /// Relative Opacity of the superimposed images: 0 shows the underlying ones alone, 1 hides them.
  public let opacity: Double
  /// The images below, with the transforms that make them grey.
  public let underlying: SoftcopyPresentation
  /// The images above, with the transforms that make the grey levels which select their colours.
  public let superimposed: SoftcopyPresentation
  /// Geometry, shutter and drawings of the whole.
  public let whole: SoftcopyPresentation
  let palette: ColourPalette

  /// Reads a state.
  /// - Throws: `.missing` without both sets, opacity or palette; `.unsupported` where another object is to register
  ///   the sets with one another.
  public init(_ dataSet: DataSet) throws(PixelError) {
    guard dataSet.uid(.sopClassUID) == Self.sopClass else {
      throw PixelError(.unsupported, "\(dataSet.string(.sopClassUID) ?? "") is no blending presentation state")
    }
    guard dataSet.items(.referencedSpatialRegistrationSequence).isEmpty else {
      throw PixelError(.unsupported, "a blending presentation state with a spatial registration")
    }
    let sets = dataSet.items(.blendingSequence)
    func set(_ position: Position) throws(PixelError) -> SoftcopyPresentation {
      guard var item = sets.first(where: { $0.string(.blendingPosition) == position.rawValue }) else {
        throw PixelError(.missing, "a blending presentation state without \(position.rawValue) images")
      }
      // The transforms of a set are those of a grayscale state.
      item.set(.sopClassUID, UID(SoftcopyPresentation.Kind.grayscale.rawValue))
      return try SoftcopyPresentation(item)
    }
    underlying = try set(.underlying)
    superimposed = try set(.superimposed)
    guard let opacity = dataSet.double(.relativeOpacity), (0...1).contains(opacity) else {
      throw PixelError(.missing, "a blending presentation state without Relative Opacity from 0 to 1")
    }
    self.opacity = opacity
    palette = try ColourPalette(dataSet, isSigned: false)
    label = dataSet.string(.contentLabel)
    var rest = dataSet
    rest.remove(.blendingSequence)
    rest.set(.sopClassUID, UID(SoftcopyPresentation.Kind.colour.rawValue))
    whole = try SoftcopyPresentation(rest)
  }

  /// In which set a frame is, counted from 0; nil where in none.
  public func position(of image: UID, frame: Int) -> Position? {
    if underlying.applies(to: image, frame: frame) { return .underlying }
    return superimposed.applies(to: image, frame: frame) ? .superimposed : nil
  }

  /// Puts superimposed images over one underlying image.
  /// - Returns: RGB of 16 bits, of the size of the underlying plane.
  /// - Throws: `.invalid` where nothing says how the sets lie to one another.
  public func blend(_ lower: BlendingPlane, with upper: [BlendingPlane]) throws(PixelError) -> RenderedImage {
    let sampled = try BlendingSampler(upper).sample(onto: lower)
    let colours = palette.colours(ofLevels: Self.bytes(sampled.levels), bits: 16)
    let count = lower.levels.count
    let bytes = [UInt8](unsafeUninitializedCapacity: count * 6) { output, written in
      for pixel in 0..<count {
        let grey = Double(lower.levels[pixel])
        for sample in 0..<3 {
          let at = pixel * 6 + sample * 2
          let colour = Double(UInt16(colours[at]) | UInt16(colours[at + 1]) << 8)
          let level =
            sampled.isCovered[pixel] ? UInt16((opacity * colour + (1 - opacity) * grey).rounded()) : UInt16(grey)
          output[at] = UInt8(truncatingIfNeeded: level)
          output[at + 1] = UInt8(truncatingIfNeeded: level >> 8)
        }
      }
      written = count * 6
    }
    return RenderedImage(width: lower.width, height: lower.height, samples: 3, bits: 16, bytes: bytes)
  }

  private static func bytes(_ levels: [UInt16]) -> [UInt8] {
    levels.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
  }
}
