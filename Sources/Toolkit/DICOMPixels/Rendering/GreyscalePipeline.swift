// SPDX-License-Identifier: Apache-2.0

/// Stored values → modality → values of interest → presentation, as 8-bit grey (PS3.3 §C.11, PS3.4 §N.2).
struct GreyscalePipeline {
  let modality: ModalityTransform
  /// Nil takes the range of the frame's own values.
  let voi: VOITransform?
  let isInverse: Bool
  /// Stored values that are no part of the image: Pixel Padding Value up to Pixel Padding Range Limit.
  let padding: ClosedRange<Double>?

  func render(_ frame: DecodedFrame) -> [UInt8] {
    switch (frame.format, frame.bitsAllocated, frame.isSigned) {
    case (.integer, 8, false): table(frame, UInt8.self)
    case (.integer, 8, true): table(frame, Int8.self)
    case (.integer, 16, false): table(frame, UInt16.self)
    case (.integer, 16, true): table(frame, Int16.self)
    case (.integer, 32, false): each(frame, UInt32.self) { Double($0) }
    case (.integer, 32, true): each(frame, Int32.self) { Double($0) }
    case (.integer, _, false): each(frame, UInt64.self) { Double($0) }
    case (.integer, _, true): each(frame, Int64.self) { Double($0) }
    case (.float, 32, _): each(frame, Float.self) { Double($0) }
    case (.float, _, _): each(frame, Double.self) { $0 }
    }
  }

  private func grey(_ brightness: Double) -> UInt8 {
    let value = UInt8(min(max((brightness * 255).rounded(), 0), 255))
    return isInverse ? 255 - value : value
  }

  private func transform(_ least: Double, _ greatest: Double) -> VOITransform {
    if let voi { return voi }
    let ends = [modality(least), modality(greatest)]
    let low = ends.min() ?? 0
    let high = ends.max() ?? 0
    return .window(Window(center: (low + high) / 2, width: max(high - low, 1e-9), function: .linearExact))
  }

  /// Samples of up to 16 bits: one table entry per value between the least and the greatest of the frame.
  private func table<Sample: FixedWidthInteger>(_ frame: DecodedFrame, _: Sample.Type) -> [UInt8] {
    frame.bytes.withUnsafeBytes { raw in
      let samples = raw.assumingMemoryBound(to: Sample.self)
      let present = occurring(samples)
      let values = present.indices.lazy.filter { present[$0] }.map { $0 + Int(Sample.min) }
      guard let first = values.first, let last = values.last else { return [] }
      let inside = values.filter { value in padding?.contains(Double(value)) != true }
      let voi = transform(Double(inside.first ?? first), Double(inside.last ?? last))
      var table = [UInt8](repeating: 0, count: last - first + 1)
      for value in values { table[value - first] = grey(voi(modality(Double(value)))) }
      return [UInt8](unsafeUninitializedCapacity: samples.count) { output, written in
        table.withUnsafeBufferPointer { table in
          guard let source = samples.baseAddress, let target = output.baseAddress, let table = table.baseAddress else {
            return
          }
          for index in 0..<samples.count {
            target[index] = table[Int(truncatingIfNeeded: source[index]) &- first]
          }
        }
        written = samples.count
      }
    }
  }

  /// Which values occur, in positions counted from the least that the type can hold.
  private func occurring<Sample: FixedWidthInteger>(_ samples: UnsafeBufferPointer<Sample>) -> [Bool] {
    var present = [Bool](repeating: false, count: 1 << Sample.bitWidth)
    present.withUnsafeMutableBufferPointer { present in
      guard let present = present.baseAddress, let source = samples.baseAddress else { return }
      let least = Int(Sample.min)
      for index in 0..<samples.count { present[Int(truncatingIfNeeded: source[index]) &- least] = true }
    }
    return present
  }

  private func each<Sample: BitwiseCopyable>(
    _ frame: DecodedFrame, _: Sample.Type, _ number: (Sample) -> Double
  ) -> [UInt8] {
    frame.bytes.withUnsafeBytes { raw in
      let samples = raw.assumingMemoryBound(to: Sample.self)
      var least = Double.infinity
      var greatest = -Double.infinity
      if voi == nil {
        for sample in samples {
          let value = number(sample)
          if value.isFinite, padding?.contains(value) != true {
            least = min(least, value)
            greatest = max(greatest, value)
          }
        }
      }
      let voi = least <= greatest ? transform(least, greatest) : transform(0, 0)
      return samples.map { sample in
        let value = modality(number(sample))
        return value.isNaN ? 0 : grey(voi(value))
      }
    }
  }
}
