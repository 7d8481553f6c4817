// SPDX-License-Identifier: Apache-2.0

/// Cuts planes out of volumes by trilinear interpolation.
///
/// Positions and weights are 32-bit floats, one operation after the other, so that every machine gives the same bits;
/// a position in a volume of 2048 voxels across is exact to a thousandth of a voxel.
public enum ResliceKernel {
  /// Most samples of a slab.
  public static let maximumSamples = 4096

  /// Samples a plane.
  /// - Parameters:
  ///   - volume: at least `shape.count` values.
  ///   - output: at least `plane.width * plane.height` values, row after row.
  /// - Returns: false where a buffer is too small or the plane has no pixels or samples.
  public static func sample(
    _ volume: UnsafeBufferPointer<Int16>, _ shape: VolumeShape, _ plane: ReslicePlane,
    into output: UnsafeMutableBufferPointer<Int16>
  ) -> Bool {
    let (pixels, overflow) = plane.width.multipliedReportingOverflow(by: plane.height)
    guard plane.width > 0, plane.height > 0, !overflow, output.count >= pixels, volume.count >= shape.count,
      (1...maximumSamples).contains(plane.samples), let values = volume.baseAddress, var target = output.baseAddress
    else { return false }
    let grid = VoxelGrid(values, shape)
    let origin = VoxelPoint(plane.origin, shape.spacing)
    let right = VoxelPoint(plane.right, shape.spacing)
    let down = VoxelPoint(plane.down, shape.spacing)
    let depth = VoxelPoint(plane.depth, shape.spacing)
    for row in 0..<plane.height {
      let start = origin.moved(down, Float(row))
      for column in 0..<plane.width {
        let point = start.moved(right, Float(column))
        let value = plane.samples == 1 ? grid.value(point) : slab(grid, point, depth, plane)
        target[column] = value < VoxelGrid.nothing ? rounded(value) : plane.outside
      }
      target += plane.width
    }
    return true
  }

  private static func slab(_ grid: VoxelGrid, _ first: VoxelPoint, _ depth: VoxelPoint, _ plane: ReslicePlane) -> Float
  {
    var result: Float = 0
    var found = 0
    for step in 0..<plane.samples {
      let value = grid.value(first.moved(depth, Float(step)))
      if value >= VoxelGrid.nothing { continue }
      switch plane.projection {
      case .maximum: result = found == 0 || value > result ? value : result
      case .minimum: result = found == 0 || value < result ? value : result
      case .average: result += value
      }
      found &+= 1
    }
    if found == 0 { return VoxelGrid.nothing }
    return plane.projection == .average ? result / Float(found) : result
  }

  /// The nearest integer; halves go up.
  @inline(__always)
  private static func rounded(_ value: Float) -> Int16 {
    Int16(truncatingIfNeeded: Int32(value + 32_768.5) &- 32_768)
  }
}

/// A place in units of voxels.
struct VoxelPoint {
  let x: Float
  let y: Float
  let z: Float

  init(x: Float, y: Float, z: Float) {
    self.x = x
    self.y = y
    self.z = z
  }

  init(_ place: VolumeVector, _ spacing: VolumeVector) {
    x = Float(place.x / spacing.x)
    y = Float(place.y / spacing.y)
    z = Float(place.z / spacing.z)
  }

  @inline(__always)
  func moved(_ step: VoxelPoint, _ count: Float) -> VoxelPoint {
    VoxelPoint(x: x + step.x * count, y: y + step.y * count, z: z + step.z * count)
  }
}

/// Values between the centres of voxels.
struct VoxelGrid {
  /// Greater than every value: there is none.
  static let nothing: Float = 65_536

  private let values: UnsafePointer<Int16>
  /// The last place inside along each axis.
  private let last: VoxelPoint
  /// The greatest index that has a neighbour, and the distance to it: none where the volume is one voxel thick.
  private let lastColumn: Int
  private let lastRow: Int
  private let lastSlice: Int
  private let toColumn: Int
  private let toRow: Int
  private let toSlice: Int
  private let rowSize: Int
  private let sliceSize: Int

  init(_ values: UnsafePointer<Int16>, _ shape: VolumeShape) {
    self.values = values
    last = VoxelPoint(x: Float(shape.columns - 1), y: Float(shape.rows - 1), z: Float(shape.slices - 1))
    rowSize = shape.columns
    sliceSize = shape.columns &* shape.rows
    lastColumn = max(shape.columns - 2, 0)
    lastRow = max(shape.rows - 2, 0)
    lastSlice = max(shape.slices - 2, 0)
    toColumn = shape.columns > 1 ? 1 : 0
    toRow = shape.rows > 1 ? rowSize : 0
    toSlice = shape.slices > 1 ? sliceSize : 0
  }

  /// The interpolated value; `nothing` outside of the outermost centres.
  @inline(__always)
  func value(_ at: VoxelPoint) -> Float {
    guard at.x >= 0, at.y >= 0, at.z >= 0, at.x <= last.x, at.y <= last.y, at.z <= last.z else { return Self.nothing }
    let column = min(Int(truncatingIfNeeded: Int32(at.x)), lastColumn)
    let row = min(Int(truncatingIfNeeded: Int32(at.y)), lastRow)
    let slice = min(Int(truncatingIfNeeded: Int32(at.z)), lastSlice)
    let corner = values + (slice &* sliceSize &+ row &* rowSize &+ column)
    let x = at.x - Float(column)
    let y = at.y - Float(row)
    let z = at.z - Float(slice)
    let near = plane(corner, x, y)
    return near + (plane(corner + toSlice, x, y) - near) * z
  }

  @inline(__always)
  private func plane(_ corner: UnsafePointer<Int16>, _ x: Float, _ y: Float) -> Float {
    let top = line(corner, x)
    return top + (line(corner + toRow, x) - top) * y
  }

  @inline(__always)
  private func line(_ corner: UnsafePointer<Int16>, _ x: Float) -> Float {
    let left = Float(corner[0])
    return left + (Float(corner[toColumn]) - left) * x
  }
}
