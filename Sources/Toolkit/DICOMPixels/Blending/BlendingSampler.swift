// SPDX-License-Identifier: Apache-2.0

/// Takes the levels of superimposed planes where the pixels of an underlying plane lie: linear between pixels and
/// between planes.
struct BlendingSampler {
  /// What was found at each pixel of the underlying plane.
  struct Result {
    var levels: [UInt16]
    /// False where no superimposed image reaches.
    var isCovered: [Bool]
  }

  /// Planes with a place, in the order in which they lie.
  private let placed: [(plane: BlendingPlane, geometry: BlendingPlane.Geometry, distance: Double)]
  private let planes: [BlendingPlane]
  /// Half of what a single plane without thickness is taken to cover, in mm.
  private static let halfOfThinPlane = 0.5
  /// Cosine beyond which planes are parallel.
  private static let parallel = 0.999

  init(_ planes: [BlendingPlane]) throws(PixelError) {
    guard !planes.isEmpty else { throw PixelError(.missing, "no superimposed images") }
    self.planes = planes
    let geometries = planes.compactMap { plane in plane.geometry.map { (plane, $0) } }
    guard geometries.count == planes.count, let first = geometries.first?.1 else {
      placed = []
      return
    }
    guard geometries.allSatisfy({ abs($0.1.normal.dot(first.normal)) > Self.parallel }) else {
      throw PixelError(.unsupported, "superimposed images that are not parallel")
    }
    placed =
      geometries
      .map { ($0.0, $0.1, ($0.1.origin - first.origin).dot(first.normal)) }
      .sorted { $0.2 < $1.2 }
  }

  func sample(onto lower: BlendingPlane) throws(PixelError) -> Result {
    if let geometry = lower.geometry, let first = placed.first {
      if let one = lower.frameOfReference, let other = first.plane.frameOfReference, one != other {
        throw PixelError(.invalid, "underlying and superimposed images have different frames of reference")
      }
      return sample(lower, geometry)
    }
    // Without places the pixels of images of one size are those of one another.
    guard planes.count == 1, planes[0].width == lower.width, planes[0].height == lower.height else {
      throw PixelError(.invalid, "nothing says where the superimposed images lie over the underlying one")
    }
    return Result(levels: planes[0].levels, isCovered: [Bool](repeating: true, count: lower.levels.count))
  }

  private func sample(_ lower: BlendingPlane, _ geometry: BlendingPlane.Geometry) -> Result {
    var result = Result(
      levels: [UInt16](repeating: 0, count: lower.levels.count),
      isCovered: [Bool](repeating: false, count: lower.levels.count))
    let base = placed[0].geometry.origin
    let normal = placed[0].geometry.normal
    // Distances were counted from the plane that came first, which need not be the lowest.
    let offset = placed[0].distance
    for row in 0..<lower.height {
      let start = geometry.origin + geometry.down * Double(row)
      for column in 0..<lower.width {
        let point = start + geometry.right * Double(column)
        let distance = (point - base).dot(normal) + offset
        guard let level = level(point, distance) else { continue }
        let index = row * lower.width + column
        result.levels[index] = UInt16(min(max(level.rounded(), 0), 65_535))
        result.isCovered[index] = true
      }
    }
    return result
  }

  /// The level at a point that lies so far along the normal.
  private func level(_ point: Vector, _ distance: Double) -> Double? {
    var above = 0
    var high = placed.count
    while above < high {
      let middle = (above + high) / 2
      if placed[middle].distance < distance { above = middle + 1 } else { high = middle }
    }
    if above == placed.count || above == 0 {
      // Beyond the outermost plane, but within it.
      let index = min(above, placed.count - 1)
      guard abs(placed[index].distance - distance) <= reach(index) else { return nil }
      return level(point, in: index)
    }
    let (low, up) = (placed[above - 1], placed[above])
    let gap = up.distance - low.distance
    guard gap > 0 else { return level(point, in: above) }
    let share = (distance - low.distance) / gap
    if share < 1e-6 { return level(point, in: above - 1) }
    if share > 1 - 1e-6 { return level(point, in: above) }
    guard let one = level(point, in: above - 1), let other = level(point, in: above) else { return nil }
    return one + (other - one) * share
  }

  private func reach(_ index: Int) -> Double {
    if let thickness = placed[index].geometry.thickness, thickness > 0 { return thickness / 2 }
    guard placed.count > 1 else { return Self.halfOfThinPlane }
    let other = index == 0 ? 1 : index - 1
    return abs(placed[index].distance - placed[other].distance) / 2
  }

  /// Linear between the four pixels around a point; nil outside the pixels.
  private func level(_ point: Vector, in index: Int) -> Double? {
    let (plane, geometry, _) = placed[index]
    let offset = point - geometry.origin
    let x = offset.dot(geometry.right) / geometry.right.dot(geometry.right)
    let y = offset.dot(geometry.down) / geometry.down.dot(geometry.down)
    let slack = 1e-6
    guard x >= -0.5 - slack, y >= -0.5 - slack, x <= Double(plane.width) - 0.5 + slack,
      y <= Double(plane.height) - 0.5 + slack
    else { return nil }
    let column = min(max(x, 0), Double(plane.width - 1))
    let row = min(max(y, 0), Double(plane.height - 1))
    let (left, top) = (Int(column), Int(row))
    let (right, bottom) = (min(left + 1, plane.width - 1), min(top + 1, plane.height - 1))
    func at(_ column: Int, _ row: Int) -> Double { Double(plane.levels[row * plane.width + column]) }
    let (horizontal, vertical) = (column - Double(left), row - Double(top))
    let upper = at(left, top) + (at(right, top) - at(left, top)) * horizontal
    let lower = at(left, bottom) + (at(right, bottom) - at(left, bottom)) * horizontal
    return upper + (lower - upper) * vertical
  }
}
