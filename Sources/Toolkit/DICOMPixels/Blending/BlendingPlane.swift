// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// One frame of a blending presentation state's images: its grey levels, and where it lies.
public struct BlendingPlane: Sendable {
  public let width: Int
  public let height: Int
  /// Brightness after modality and VOI transform, 0 to 65535, rows from the top.
  public let levels: [UInt16]
  /// Frame of Reference UID.
  public let frameOfReference: UID?
  let geometry: Geometry?

  /// A plane in the patient's space (PS3.3 §C.7.6.2.1.1).
  struct Geometry: Sendable, Hashable {
    /// Centre of the first pixel.
    let origin: Vector
    /// From a pixel to its right neighbour and to the one below, in mm.
    let right: Vector
    let down: Vector
    /// Of length 1, across the plane.
    let normal: Vector
    let thickness: Double?

    init?(_ attributes: FrameAttributes) {
      guard let position = attributes.position, let cosines = attributes.orientation,
        let spacing = attributes.pixelSpacing, spacing[0] > 0, spacing[1] > 0
      else { return nil }
      let row = Vector(cosines[0], cosines[1], cosines[2])
      let column = Vector(cosines[3], cosines[4], cosines[5])
      let across = row.cross(column)
      // Cosines of two directions that are at right angles, or nearly.
      guard abs(row.length - 1) < 0.01, abs(column.length - 1) < 0.01, across.length > 0.99 else { return nil }
      origin = Vector(position[0], position[1], position[2])
      right = row * spacing[1]
      down = column * spacing[0]
      normal = across * (1 / across.length)
      thickness = attributes.sliceThickness
    }
  }

  /// - Parameter levels: one 16-bit sample for each pixel, little endian.
  init(_ image: RenderedImage, frameOfReference: UID?, geometry: Geometry?) {
    precondition(image.samples == 1 && image.bits == 16)
    width = image.width
    height = image.height
    levels = (0..<image.width * image.height).map {
      UInt16(image.bytes[$0 * 2]) | UInt16(image.bytes[$0 * 2 + 1]) << 8
    }
    self.frameOfReference = frameOfReference
    self.geometry = geometry
  }
}

/// Three numbers in the patient's space, in mm.
struct Vector: Sendable, Hashable {
  var x: Double
  var y: Double
  var z: Double

  init(_ x: Double, _ y: Double, _ z: Double) {
    self.x = x
    self.y = y
    self.z = z
  }

  static func + (left: Vector, right: Vector) -> Vector {
    Vector(left.x + right.x, left.y + right.y, left.z + right.z)
  }

  static func - (left: Vector, right: Vector) -> Vector {
    Vector(left.x - right.x, left.y - right.y, left.z - right.z)
  }

  static func * (left: Vector, factor: Double) -> Vector {
    Vector(left.x * factor, left.y * factor, left.z * factor)
  }

  func dot(_ other: Vector) -> Double { x * other.x + y * other.y + z * other.z }

  func cross(_ other: Vector) -> Vector {
    Vector(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
  }

  var length: Double { dot(self).squareRoot() }
}
