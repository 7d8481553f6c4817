// SPDX-License-Identifier: Apache-2.0

/// Stored values → modality → values of interest → P-values, as 8-bit or 16-bit grey (PS3.3 §C.11, PS3.4 §N.2).
struct GreyscalePipeline {
  let modality: ModalityTransform
  /// Nil takes the range of the frame's own values.
  let voi: VOITransform?
  var presentation: PresentationLUT
  /// Stored values that are no part of the image: Pixel Padding Value up to Pixel Padding Range Limit.
  let padding: ClosedRange<Double>?
  /// Padding is black; else it goes the way of all values.
  let blackensPadding: Bool
  /// Bits of a sample that comes out, 8 or 16.
  var bits: Int

  /// The samples, those of 16 bits little endian.
  func render(_ frame: DecodedFrame) -> [UInt8] {
    bits == 16 ? render(frame, UInt16.self) : render(frame, UInt8.self)
  }

  private func render<Grey: FixedWidthInteger & UnsignedInteger>(_ frame: DecodedFrame, _: Grey.Type) -> [UInt8] {
    switch (frame.format, frame.bitsAllocated, frame.isSigned) {
    case (.integer, 8, false): table(frame, UInt8.self, Grey.self)
    case (.integer, 8, true): table(frame, Int8.self, Grey.self)
    case (.integer, 16, false): table(frame, UInt16.self, Grey.self)
    case (.integer, 16, true): table(frame, Int16.self, Grey.self)
    case (.integer, 32, false): each(frame, UInt32.self, Grey.self) { Double($0) }
    case (.integer, 32, true): each(frame, Int32.self, Grey.self) { Double($0) }
    case (.integer, _, false): each(frame, UInt64.self, Grey.self) { Double($0) }
    case (.integer, _, true): each(frame, Int64.self, Grey.self) { Double($0) }
    case (.float, 32, _): each(frame, Float.self, Grey.self) { Double($0) }
    case (.float, _, _): each(frame, Double.self, Grey.self) { $0 }
    }
  }

  /// The grey level of a stored value.
  @inline(__always)
  private func grey<Grey: FixedWidthInteger>(_ stored: Double, _ voi: VOITransform) -> Grey {
    if blackensPadding, padding?.contains(stored) == true { return 0 }
    let value = modality(stored)
    if value.isNaN { return 0 }
    let full = Double(Grey.max)
    return Grey(min(max((presentation(voi(value)) * full).rounded(), 0), full))
  }

  private func transform(_ least: Double, _ greatest: Double) -> VOITransform {
    voi ?? Self.range(modality, least, greatest, flatIsBright: padding != nil)
  }

  /// The window that shows everything between two stored values. A single value is black
  /// unless it is to stand out.
  static func range(
    _ modality: ModalityTransform, _ least: Double, _ greatest: Double, flatIsBright: Bool = false
  ) -> VOITransform {
    let ends = [modality(least), modality(greatest)]
    let low = ends.min() ?? 0
    let high = ends.max() ?? 0
    guard high > low else {
      return .window(Window(center: flatIsBright ? low - 1 : low + 1, width: 1, function: .linearExact))
    }
    return .window(Window(center: low / 2 + high / 2, width: max(high - low, 1e-300), function: .linearExact))
  }

  /// Samples of up to 16 bits: one table entry per value between the least and the greatest of the frame.
  private func table<Sample: FixedWidthInteger, Grey: FixedWidthInteger>(
    _ frame: DecodedFrame, _: Sample.Type, _: Grey.Type
  ) -> [UInt8] {
    frame.bytes.withUnsafeBytes { raw in
      let samples = raw.assumingMemoryBound(to: Sample.self)
      let present = occurring(samples)
      let values = present.indices.lazy.filter { present[$0] }.map { $0 + Int(Sample.min) }
      guard let first = values.first, let last = values.last else { return [] }
      let inside = values.filter { value in padding?.contains(Double(value)) != true }
      let voi = transform(Double(inside.first ?? first), Double(inside.last ?? last))
      var table = [Grey](repeating: 0, count: last - first + 1)
      for value in values { table[value - first] = (grey(Double(value), voi) as Grey).littleEndian }
      return [UInt8](unsafeUninitializedCapacity: samples.count * MemoryLayout<Grey>.size) { output, written in
        output.withMemoryRebound(to: Grey.self) { output in
          table.withUnsafeBufferPointer { table in
            guard let source = samples.baseAddress, let target = output.baseAddress, let table = table.baseAddress
            else { return }
            for index in 0..<samples.count {
              target[index] = table[Int(truncatingIfNeeded: source[index]) &- first]
            }
          }
        }
        written = samples.count * MemoryLayout<Grey>.size
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

  private func each<Sample: BitwiseCopyable, Grey: FixedWidthInteger>(
    _ frame: DecodedFrame, _: Sample.Type, _: Grey.Type, _ number: (Sample) -> Double
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
      return [UInt8](unsafeUninitializedCapacity: samples.count * MemoryLayout<Grey>.size) { output, written in
        output.withMemoryRebound(to: Grey.self) { output in
          for index in 0..<samples.count {
            let level: Grey = grey(number(samples[index]), voi)
            output[index] = level.littleEndian
          }
        }
        written = samples.count * MemoryLayout<Grey>.size
      }
    }
  }
}
