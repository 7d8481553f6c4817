// SPDX-License-Identifier: Apache-2.0

extension RLEKernel {
  /// Decodes one frame.
  /// - Parameters:
  ///   - stream: the frame's fragment, from its header on.
  ///   - output: at least `shape.byteCount` bytes; samples interleaved, little endian.
  public static func decode(
    _ stream: UnsafeRawBufferPointer, _ shape: FrameShape, into output: UnsafeMutableRawBufferPointer
  ) throws(KernelError) {
    guard output.count >= shape.byteCount, let target = output.baseAddress else {
      throw KernelError(.buffer, "RLE output holds bytes:", output.count)
    }
    guard stream.count >= headerBytes, let source = stream.baseAddress else {
      throw KernelError(.truncated, "no RLE header, bytes:", stream.count)
    }
    let segments = shape.samples * shape.sampleBytes
    guard word(source, 0) == segments, segments <= maximumSegments else {
      throw KernelError(.mismatch, "another number of RLE segments than due:", word(source, 0))
    }
    var least = headerBytes
    for segment in 0..<segments {
      let offset = word(source, 4 + segment * 4)
      guard offset >= least, offset < stream.count else {
        throw KernelError(.corrupt, "RLE segment outside of the frame at byte", offset)
      }
      least = offset
    }
    let bytes = source.assumingMemoryBound(to: UInt8.self)
    let pixels = target.assumingMemoryBound(to: UInt8.self)
    if segments == 2, shape.sampleBytes == 2 {
      let (high, low) = (word(source, 4), word(source, 8))
      let count = shape.pixels
      guard unpackDense(bytes + high, low - high, pixels + count, count) else {
        throw KernelError(.truncated, "data ends early in RLE segment", 1)
      }
      guard unpackWords(bytes + low, stream.count - low, pixels, count) else {
        throw KernelError(.truncated, "data ends early in RLE segment", 2)
      }
      return
    }
    for segment in 0..<segments {
      let start = word(source, 4 + segment * 4)
      let end = segment + 1 < segments ? word(source, 8 + segment * 4) : stream.count
      guard unpack(bytes + start, end - start, pixels + place(of: segment, shape), segments, shape.pixels) else {
        throw KernelError(.truncated, "data ends early in RLE segment", segment + 1)
      }
    }
  }

  private static func word(_ source: UnsafeRawPointer, _ offset: Int) -> Int {
    let value = UInt32(littleEndian: source.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    return Int(truncatingIfNeeded: min(value, UInt32(Int32.max)))
  }

  /// Unpacks one segment (PS3.5 §G.3.2) to every `stride`-th byte; false where it ends before `count` bytes are out.
  private static func unpack(
    _ input: UnsafePointer<UInt8>, _ size: Int, _ output: UnsafeMutablePointer<UInt8>, _ stride: Int, _ count: Int
  ) -> Bool {
    switch stride {
    case 1: unpackDense(input, size, output, count)
    case 3: unpackSparse(input, size, output, 3, count)
    default: unpackSparse(input, size, output, stride, count)
    }
  }

  private static func unpackDense(
    _ input: UnsafePointer<UInt8>, _ size: Int, _ output: UnsafeMutablePointer<UInt8>, _ count: Int
  ) -> Bool {
    var position = 0
    var done = 0
    while done < count {
      if position >= size { return false }
      let control = Int(Int8(bitPattern: input[position]))
      position &+= 1
      if control >= 0 {
        let length = min(control &+ 1, count &- done)
        if position &+ length > size { return false }
        (output + done).update(from: input + position, count: length)
        position &+= control &+ 1
        done &+= length
      } else if control != -128 {
        if position >= size { return false }
        let length = min(1 &- control, count &- done)
        (output + done).update(repeating: input[position], count: length)
        position &+= 1
        done &+= length
      }
    }
    return true
  }

  /// Unpacks the low bytes of 16-bit samples. The high bytes stand in the second half of the output: each is read
  /// before its place is written, since sample `n` ends at byte 2 n + 2, at or before the high byte of sample `n` + 1.
  private static func unpackWords(
    _ input: UnsafePointer<UInt8>, _ size: Int, _ output: UnsafeMutablePointer<UInt8>, _ count: Int
  ) -> Bool {
    let high = UnsafePointer(output + count)
    var position = 0
    var done = 0
    while done < count {
      if position >= size { return false }
      let control = Int(Int8(bitPattern: input[position]))
      position &+= 1
      if control >= 0 {
        let length = min(control &+ 1, count &- done)
        if position &+ length > size { return false }
        join(input + position, high + done, output + 2 &* done, length)
        position &+= control &+ 1
        done &+= length
      } else if control != -128 {
        if position >= size { return false }
        let length = min(1 &- control, count &- done)
        let value = input[position]
        position &+= 1
        var index = 0
        while index < length {
          let upper = high[done &+ index]
          output[2 &* (done &+ index)] = value
          output[2 &* (done &+ index) &+ 1] = upper
          index &+= 1
        }
        done &+= length
      }
    }
    return true
  }

  /// Puts low and high bytes beside each other, sixteen at a time.
  @inline(__always)
  private static func join(
    _ low: UnsafePointer<UInt8>, _ high: UnsafePointer<UInt8>, _ output: UnsafeMutablePointer<UInt8>, _ count: Int
  ) {
    let target = UnsafeMutableRawPointer(output)
    var index = 0
    while index &+ 16 <= count {
      let lower = UnsafeRawPointer(low + index).loadUnaligned(fromByteOffset: 0, as: SIMD16<UInt8>.self)
      let upper = UnsafeRawPointer(high + index).loadUnaligned(fromByteOffset: 0, as: SIMD16<UInt8>.self)
      let words = SIMD16<UInt16>(truncatingIfNeeded: lower) | (SIMD16<UInt16>(truncatingIfNeeded: upper) &<< 8)
      target.storeBytes(of: words, toByteOffset: 2 &* index, as: SIMD16<UInt16>.self)
      index &+= 16
    }
    while index < count {
      let upper = high[index]
      output[2 &* index] = low[index]
      output[2 &* index &+ 1] = upper
      index &+= 1
    }
  }

  @inline(__always)
  private static func unpackSparse(
    _ input: UnsafePointer<UInt8>, _ size: Int, _ output: UnsafeMutablePointer<UInt8>, _ stride: Int, _ count: Int
  ) -> Bool {
    var position = 0
    var done = 0
    var target = output
    while done < count {
      if position >= size { return false }
      let control = Int(Int8(bitPattern: input[position]))
      position &+= 1
      if control >= 0 {
        let length = min(control &+ 1, count &- done)
        if position &+ length > size { return false }
        let literal = input + position
        var index = 0
        while index < length {
          target[index &* stride] = literal[index]
          index &+= 1
        }
        target += length &* stride
        position &+= control &+ 1
        done &+= length
      } else if control != -128 {
        if position >= size { return false }
        let value = input[position]
        position &+= 1
        let length = min(1 &- control, count &- done)
        var index = 0
        while index < length {
          target[index &* stride] = value
          index &+= 1
        }
        target += length &* stride
        done &+= length
      }
    }
    return true
  }
}
