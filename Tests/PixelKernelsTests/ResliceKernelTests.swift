// SPDX-License-Identifier: Apache-2.0

import PixelKernels
import Testing

/// Planes out of a volume.
struct ResliceKernelTests {
  private let spacing = VolumeVector(x: 0.5, y: 0.75, z: 2)

  /// A ramp that trilinear interpolation gives back exactly: 4 a millimetre to the right, 8 down, 2 deep.
  private func ramp(_ shape: VolumeShape) -> [Int16] {
    (0..<shape.count).map { index in
      let column = index % shape.columns
      let row = index / shape.columns % shape.rows
      return Int16(column * 2 + row * 6 + index / (shape.columns * shape.rows) * 4 - 100)
    }
  }

  private func shape(_ columns: Int = 20, _ rows: Int = 16, _ slices: Int = 9) throws -> VolumeShape {
    try #require(VolumeShape(columns: columns, rows: rows, slices: slices, spacing: spacing))
  }

  private func sample(_ volume: [Int16], _ shape: VolumeShape, _ plane: ReslicePlane) -> [Int16]? {
    var output = [Int16](repeating: 99, count: max(plane.width * plane.height, 0))
    let isDone = output.withUnsafeMutableBufferPointer { output in
      volume.withUnsafeBufferPointer { ResliceKernel.sample($0, shape, plane, into: output) }
    }
    return isDone ? output : nil
  }

  private func vector(_ x: Double, _ y: Double, _ z: Double) -> VolumeVector { VolumeVector(x: x, y: y, z: z) }

  @Test func anObliquePlaneOfARampIsARamp() throws {
    let shape = try shape()
    var plane = ReslicePlane(
      width: 12, height: 10, origin: vector(1, 1, 3), right: vector(0.5, 0.25, 0.5), down: vector(0, 0.5, 0.5))
    plane.outside = -7
    let values = try #require(sample(ramp(shape), shape, plane))
    for row in 0..<plane.height {
      for column in 0..<plane.width {
        let (u, v) = (Double(column), Double(row))
        let (x, y, z) = (1 + 0.5 * u, 1 + 0.25 * u + 0.5 * v, 3 + 0.5 * u + 0.5 * v)
        let isInside = x <= 9.5 && y <= 11.25 && z <= 16
        let expected = isInside ? Int16((4 * x + 8 * y + 2 * z - 100 + 0.5).rounded(.down)) : -7
        #expect(abs(Int(values[row * plane.width + column]) - Int(expected)) <= (isInside ? 1 : 0))
      }
    }
  }

  @Test func theGridItselfComesBackUnchanged() throws {
    let shape = try shape()
    let volume = ramp(shape)
    for slice in 0..<shape.slices {
      let plane = ReslicePlane(
        width: shape.columns, height: shape.rows, origin: vector(0, 0, Double(slice) * spacing.z),
        right: vector(spacing.x, 0, 0), down: vector(0, spacing.y, 0))
      let size = shape.columns * shape.rows
      #expect(sample(volume, shape, plane) == Array(volume[slice * size..<(slice + 1) * size]))
    }
  }

  @Test func slabsProject() throws {
    let shape = try shape(1, 1, 5)
    let volume: [Int16] = [10, -30, 50, 0, 20]
    var plane = ReslicePlane(width: 1, height: 1, origin: vector(0, 0, 0), right: spacing, down: spacing)
    plane.depth = vector(0, 0, 2)
    plane.samples = 9
    for (projection, value) in [(ReslicePlane.Projection.maximum, 50), (.minimum, -30), (.average, 10)] {
      plane.projection = projection
      #expect(sample(volume, shape, plane) == [Int16(value)])
    }
    plane.origin.z = 100
    plane.outside = -1000
    #expect(sample(volume, shape, plane) == [-1000])
  }

  @Test func extremesSurvive() throws {
    let shape = try shape(2, 1, 1)
    let plane = ReslicePlane(width: 2, height: 1, origin: vector(0, 0, 0), right: spacing, down: spacing)
    var along = plane
    along.right = vector(0.5, 0, 0)
    #expect(sample([-32_768, 32_767], shape, along) == [-32_768, 32_767])
  }

  @Test func absurdPlanesAreBorne() throws {
    let shape = try shape()
    let volume = ramp(shape)
    for number in [Double.nan, .infinity, -.infinity, 1e300, -1e300] {
      var plane = ReslicePlane(
        width: 3, height: 3, origin: vector(number, 0, 0), right: vector(number, 1, 1), down: vector(1, number, 0))
      plane.outside = 5
      #expect(sample(volume, shape, plane) == [Int16](repeating: 5, count: 9))
    }
    let none = ReslicePlane(width: 0, height: 3, origin: spacing, right: spacing, down: spacing)
    #expect(sample(volume, shape, none) == nil)
    let plane = ReslicePlane(width: 1, height: 1, origin: spacing, right: spacing, down: spacing)
    #expect(sample(Array(volume.dropLast()), shape, plane) == nil)
  }

  @Test func shapesWithoutVoxelsAreNone() {
    #expect(VolumeShape(columns: 0, rows: 1, slices: 1, spacing: spacing) == nil)
    #expect(VolumeShape(columns: 1, rows: 1, slices: 1 << 17, spacing: spacing) == nil)
    #expect(VolumeShape(columns: 65_536, rows: 65_536, slices: 2, spacing: spacing) == nil)
    #expect(VolumeShape(columns: 1, rows: 1, slices: 1, spacing: VolumeVector(x: 1, y: .nan, z: 1)) == nil)
    #expect(FrameShape(rows: 65_535, columns: 65_535, samples: 3, sampleBytes: 2) == nil)
  }
}
