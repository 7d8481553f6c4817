// SPDX-License-Identifier: Apache-2.0

/// A wavelet of JPEG 2000 Part 1 along the components of an image (ISO/IEC 15444-2 §J.2.2, ISO/IEC 15444-1 Annex F).
struct ComponentWavelet: Hashable {
  /// The 5-3 wavelet, which gives integers back exactly; else the 9-7.
  let isReversible: Bool
  let levels: Int
  /// Where the first component lies on the grid.
  let origin: Int

  static let maximumLevels = 32

  /// - Parameter kernel: 0 for the 9-7 wavelet, 1 for the 5-3.
  /// - Throws: `.unsupported` for kernels of ATK segments.
  init(kernel: Int, levels: Int, origin: Int) throws(CodecError) {
    guard kernel < 2 else {
      throw CodecError(.unsupported, "a JPEG 2000 wavelet of its own across components (ATK \(kernel))")
    }
    guard levels <= Self.maximumLevels else { throw CodecError(.corrupt, "\(levels) levels across components") }
    isReversible = kernel == 1
    self.levels = levels
    self.origin = origin
  }

  /// Steps for each pixel.
  func work(_ count: Int) -> Int { count * max(levels, 1) * 4 }

  /// The components out of the subbands, which stand from the coarsest on.
  func synthesized(_ bands: [[Double]]) -> [[Double]] {
    guard levels > 0, !bands.isEmpty else { return bands }
    let end = origin + bands.count
    var low = Array(bands[..<Self.count(origin, end, levels)])
    for level in stride(from: levels, to: 0, by: -1) {
      let start = Self.scaled(origin, level - 1)
      let high = Self.count(origin, end, level - 1) - low.count
      let first = low.count
      low = joined(low, Array(bands[first..<first + high]), start: start)
    }
    return low
  }

  private static func scaled(_ value: Int, _ level: Int) -> Int { (value + (1 << level) - 1) >> level }

  /// Low samples of a level.
  private static func count(_ start: Int, _ end: Int, _ level: Int) -> Int { scaled(end, level) - scaled(start, level) }

  /// One level: low and high samples in turn, lifted.
  private func joined(_ low: [[Double]], _ high: [[Double]], start: Int) -> [[Double]] {
    let parity = start & 1
    let count = low.count + high.count
    var lines: [[Double]] = []
    lines.reserveCapacity(count)
    for index in 0..<count {
      lines.append((index + parity) & 1 == 0 ? low[(index + parity) / 2 - parity] : high[(index + parity - 1) / 2])
    }
    guard count > 1 else {
      // A sample alone at an odd place is a high one, of twice the size.
      return parity == 0 ? lines : lines.map { line in line.map { $0 / 2 } }
    }
    if isReversible {
      lift(&lines, parity) { -(($0 + $1 + 2) / 4).rounded(.down) }
      lift(&lines, 1 - parity) { (($0 + $1) / 2).rounded(.down) }
      return lines
    }
    for index in 0..<count {
      let factor = (index + parity) & 1 == 0 ? Lifting.scale : 1 / Lifting.scale
      for at in lines[index].indices { lines[index][at] *= factor }
    }
    lift(&lines, parity) { -Lifting.delta * ($0 + $1) }
    lift(&lines, 1 - parity) { -Lifting.gamma * ($0 + $1) }
    lift(&lines, parity) { -Lifting.beta * ($0 + $1) }
    lift(&lines, 1 - parity) { -Lifting.alpha * ($0 + $1) }
    return lines
  }

  /// Adds to every second line what its neighbours make; the ends are mirrored.
  private func lift(_ lines: inout [[Double]], _ first: Int, _ update: (Double, Double) -> Double) {
    for index in stride(from: first, to: lines.count, by: 2) {
      let before = lines[index > 0 ? index - 1 : 1]
      let after = lines[index + 1 < lines.count ? index + 1 : index - 1]
      for at in lines[index].indices { lines[index][at] += update(before[at], after[at]) }
    }
  }

  /// ISO/IEC 15444-1 table F.4.
  private enum Lifting {
    static let alpha = -1.586134342059924
    static let beta = -0.052980118572961
    static let gamma = 0.882911075530934
    static let delta = 0.443506852043971
    static let scale = 1.230174104914001
  }
}
