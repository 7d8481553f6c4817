// SPDX-License-Identifier: Apache-2.0

/// A place or a direction in millimetres of a volume: x along its rows, y down its columns, z from slice to slice. The
/// centre of the first voxel is the origin.
public struct VolumeVector: Sendable {
  public var x: Double
  public var y: Double
  public var z: Double

  public init(x: Double, y: Double, z: Double) {
    self.x = x
    self.y = y
    self.z = z
  }
}

/// The grid of a volume of 16-bit values, slice after slice, each row after row.
public struct VolumeShape: Sendable {
  public let columns: Int
  public let rows: Int
  public let slices: Int
  /// Millimetres between the centres of neighbours along x, y and z.
  public let spacing: VolumeVector

  /// Most voxels along one axis: places are floats, which name them all to a hundredth.
  public static let maximumSide = 1 << 16

  /// Nil where there is no voxel, more than `Int32.max` of them, or a spacing that is not above zero.
  public init?(columns: Int, rows: Int, slices: Int, spacing: VolumeVector) {
    let sides = 1...Self.maximumSide
    guard sides.contains(columns), sides.contains(rows), sides.contains(slices), spacing.x > 0, spacing.y > 0,
      spacing.z > 0
    else { return nil }
    let (plane, tooManyPixels) = columns.multipliedReportingOverflow(by: rows)
    let (all, tooManyVoxels) = plane.multipliedReportingOverflow(by: slices)
    guard !tooManyPixels, !tooManyVoxels, all <= Int(Int32.max) else { return nil }
    self.columns = columns
    self.rows = rows
    self.slices = slices
    self.spacing = spacing
  }

  /// Voxels of the volume.
  public var count: Int { columns &* rows &* slices }
}

/// A plane cut out of a volume, thick where several samples lie behind each other.
public struct ReslicePlane: Sendable {
  /// What becomes of the samples of a slab.
  public enum Projection: UInt8, Sendable {
    /// Maximum intensity projection.
    case maximum
    case minimum
    case average
  }

  /// Pixels of the result.
  public var width: Int
  public var height: Int
  /// Centre of the first pixel.
  public var origin: VolumeVector
  /// From a pixel to its right neighbour, and to the one below.
  public var right: VolumeVector
  public var down: VolumeVector
  /// From one sample of the slab to the next; the plane itself is the first.
  public var depth = VolumeVector(x: 0, y: 0, z: 0)
  /// Samples of the slab, 1 for a thin plane.
  public var samples = 1
  public var projection = Projection.maximum
  /// The value of pixels with no sample inside of the volume.
  public var outside: Int16 = 0

  public init(width: Int, height: Int, origin: VolumeVector, right: VolumeVector, down: VolumeVector) {
    self.width = width
    self.height = height
    self.origin = origin
    self.right = right
    self.down = down
  }
}
