// SPDX-License-Identifier: Apache-2.0

/// Changes the size of rendered images: averages areas when shrinking, interpolates linearly when enlarging.
public enum ImageScaler {
  /// Weights of the input positions that make one output position; they add up to `unit`.
  private struct Tap {
    let start: Int
    let weights: [Int32]
  }

  private static let shift = 14
  private static let unit = 1 << shift

  /// - Parameters:
  ///   - width: above 0, as `height`.
  public static func scale(_ image: RenderedImage, width: Int, height: Int) -> RenderedImage {
    precondition(width > 0 && height > 0)
    if width == image.width, height == image.height { return image }
    let bytes =
      image.bits == 8 ? scaled(image, width, height, UInt8.self) : scaled(image, width, height, UInt16.self)
    return RenderedImage(
      width: width, height: height, samples: image.samples, bits: image.bits, bytes: bytes,
      iccProfile: image.iccProfile)
  }

  private static func scaled<Sample: FixedWidthInteger & UnsignedInteger>(
    _ image: RenderedImage, _ width: Int, _ height: Int, _: Sample.Type
  ) -> [UInt8] {
    let across = taps(from: image.width, to: width)
    let down = taps(from: image.height, to: height)
    let samples = image.samples
    let size = MemoryLayout<Sample>.size
    var output = [UInt8](repeating: 0, count: width * height * samples * size)
    var rows: [Int: [Sample]] = [:]
    image.bytes.withUnsafeBytes { raw in
      let input = raw.assumingMemoryBound(to: Sample.self)
      output.withUnsafeMutableBytes { raw in
        let output = raw.assumingMemoryBound(to: Sample.self)
        for y in 0..<height {
          let tap = down[y]
          for source in tap.start..<tap.start + tap.weights.count where rows[source] == nil {
            rows[source] = resampled(input, source * image.width * samples, samples, across)
          }
          rows = rows.filter { $0.key >= tap.start }
          let lines = (tap.start..<tap.start + tap.weights.count).compactMap { rows[$0] }
          combine(lines, tap.weights, output, y * width * samples)
        }
      }
    }
    return output
  }

  private static func resampled<Sample: FixedWidthInteger & UnsignedInteger>(
    _ input: UnsafeBufferPointer<Sample>, _ offset: Int, _ samples: Int, _ taps: [Tap]
  ) -> [Sample] {
    [Sample](unsafeUninitializedCapacity: taps.count * samples) { target, written in
      written = taps.count * samples
      guard let source = input.baseAddress else { return }
      for x in 0..<taps.count {
        let tap = taps[x]
        let start = source + offset + tap.start * samples
        tap.weights.withUnsafeBufferPointer { weights in
          for sample in 0..<samples {
            var sum = Int32(unit / 2)
            var position = sample
            for weight in weights {
              sum &+= weight &* Int32(truncatingIfNeeded: start[position])
              position &+= samples
            }
            target[x * samples + sample] = Sample(truncatingIfNeeded: sum &>> Int32(shift))
          }
        }
      }
    }
  }

  private static func combine<Sample: FixedWidthInteger & UnsignedInteger>(
    _ lines: [[Sample]], _ weights: [Int32], _ output: UnsafeMutableBufferPointer<Sample>, _ offset: Int
  ) {
    guard let count = lines.first?.count, let target = output.baseAddress.map({ $0 + offset }) else { return }
    var sums = [Int32](repeating: Int32(unit / 2), count: count)
    sums.withUnsafeMutableBufferPointer { sums in
      guard let sum = sums.baseAddress else { return }
      for (line, weight) in zip(lines, weights) {
        line.withUnsafeBufferPointer { line in
          guard let line = line.baseAddress else { return }
          for index in 0..<count { sum[index] &+= weight &* Int32(truncatingIfNeeded: line[index]) }
        }
      }
      for index in 0..<count { target[index] = Sample(truncatingIfNeeded: sum[index] &>> Int32(shift)) }
    }
  }

  private static func taps(from: Int, to: Int) -> [Tap] {
    (0..<to).map { position in
      if to >= from {
        let center = min(max((Double(position) + 0.5) * Double(from) / Double(to) - 0.5, 0), Double(from - 1))
        let start = min(Int(center), max(from - 2, 0))
        let right = Int32(((center - Double(start)) * Double(unit)).rounded())
        return Tap(start: start, weights: from == 1 ? [Int32(unit)] : [Int32(unit) - right, right])
      }
      let low = Double(position) * Double(from) / Double(to)
      let high = Double(position + 1) * Double(from) / Double(to)
      let start = Int(low)
      let end = min(Int(high.rounded(.up)), from)
      var weights = (start..<end).map { index in
        Int32((min(high, Double(index + 1)) - max(low, Double(index))) / (high - low) * Double(unit))
      }
      weights[weights.count / 2] += Int32(unit) - weights.reduce(0, +)
      return Tap(start: start, weights: weights)
    }
  }
}
