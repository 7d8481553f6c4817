// SPDX-License-Identifier: Apache-2.0

/// Decodes the lines of one JPEG-LS scan (ISO/IEC 14495-1 Annex A). Lines have one sample more at each end: that to the
/// left of the first and that to the right of the last one.
struct JPEGLSScan {
  typealias Line = UnsafeMutablePointer<Int32>

  private struct Context {
    var a: Int32
    var b: Int32 = 0
    var c: Int32 = 0
    var n: Int32 = 1
  }

  /// Contexts of the regular mode; 0 is not used.
  private static let regularContexts = 365
  /// Exponents of the lengths of run segments (§A.2.1).
  private static let orders: [Int] = [
    0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  ]

  private let parameters: JPEGLSParameters
  private let step: Int32
  private let contexts: UnsafeMutablePointer<Context>
  /// Negative errors of the two run interruption contexts.
  private var negatives: (Int32, Int32) = (0, 0)
  var bits: JPEGLSBits

  /// `release` must be called when done.
  init(parameters: JPEGLSParameters, bits: JPEGLSBits) {
    self.parameters = parameters
    self.bits = bits
    step = 2 * parameters.near + 1
    let count = Self.regularContexts + 2
    contexts = .allocate(capacity: count)
    contexts.initialize(repeating: Context(a: max(2, (parameters.range + 32) / 64)), count: count)
  }

  func release() { contexts.deallocate() }

  /// Decodes a line of one component; false where the stream is corrupt.
  mutating func decode(above: Line, into line: Line, width: Int, runIndex: inout Int) -> Bool {
    line[0] = above[1]
    above[width + 1] = above[width]
    var x = 1
    while x <= width {
      let (a, b, c) = (line[x - 1], above[x], above[x - 1])
      let context = context(a, b, c, above[x + 1])
      if context != 0 {
        guard let sample = regular(context, a, b, c) else { return false }
        line[x] = sample
        x += 1
        continue
      }
      guard let length = runLength(width - x + 1, &runIndex) else { return false }
      for index in 0..<length { line[x + index] = a }
      x += length
      if x > width { break }
      guard let sample = interruption(a, above[x], isNear: abs(a - above[x]) <= parameters.near, runIndex) else {
        return false
      }
      line[x] = sample
      x += 1
      if runIndex > 0 { runIndex -= 1 }
    }
    return true
  }

  /// Decodes a line of all components whose samples stand side by side.
  mutating func decode(above: [Line], into lines: [Line], width: Int, runIndex: inout Int) -> Bool {
    for index in lines.indices {
      lines[index][0] = above[index][1]
      above[index][width + 1] = above[index][width]
    }
    var x = 1
    while x <= width {
      var isRun = true
      for index in lines.indices where isRun {
        isRun = context(lines[index][x - 1], above[index][x], above[index][x - 1], above[index][x + 1]) == 0
      }
      if !isRun {
        guard regularPixel(above, lines, x) else { return false }
        x += 1
        continue
      }
      guard let length = runLength(width - x + 1, &runIndex) else { return false }
      for line in lines {
        for index in 0..<length { line[x + index] = line[x - 1] }
      }
      x += length
      if x > width { break }
      for index in lines.indices {
        guard let sample = interruption(lines[index][x - 1], above[index][x], isNear: false, runIndex) else {
          return false
        }
        lines[index][x] = sample
      }
      x += 1
      if runIndex > 0 { runIndex -= 1 }
    }
    return true
  }

  private mutating func regularPixel(_ above: [Line], _ lines: [Line], _ x: Int) -> Bool {
    for index in lines.indices {
      let (a, b, c) = (lines[index][x - 1], above[index][x], above[index][x - 1])
      guard let sample = regular(context(a, b, c, above[index][x + 1]), a, b, c) else { return false }
      lines[index][x] = sample
    }
    return true
  }

  /// The signed number of the context of four neighbours (§A.3); 0 asks for the run mode.
  @inline(__always)
  private func context(_ a: Int32, _ b: Int32, _ c: Int32, _ d: Int32) -> Int {
    (quantize(d &- b) &* 9 &+ quantize(b &- c)) &* 9 &+ quantize(c &- a)
  }

  @inline(__always)
  private func quantize(_ gradient: Int32) -> Int {
    let size = gradient < 0 ? 0 &- gradient : gradient
    if size <= parameters.near { return 0 }
    let level =
      size < parameters.threshold1 ? 1 : size < parameters.threshold2 ? 2 : size < parameters.threshold3 ? 3 : 4
    return gradient < 0 ? 0 &- level : level
  }

  /// The Golomb parameter (§A.5.1); nil where only a corrupt stream leads.
  @inline(__always)
  private func golombParameter(_ n: Int32, _ a: Int32) -> Int? {
    var k = 0
    while n &<< Int32(truncatingIfNeeded: k) < a {
      k &+= 1
      if k > 24 { return nil }
    }
    return k
  }

  /// A sample of the regular mode (§A.4 to A.6).
  @inline(__always)
  private mutating func regular(_ signed: Int, _ a: Int32, _ b: Int32, _ c: Int32) -> Int32? {
    let isNegative = signed < 0
    let context = contexts + (isNegative ? 0 &- signed : signed)
    let low = min(a, b)
    let high = max(a, b)
    var prediction = c >= high ? low : c <= low ? high : a &+ b &- c
    prediction = clamp(isNegative ? prediction &- context.pointee.c : prediction &+ context.pointee.c)
    guard let k = golombParameter(context.pointee.n, context.pointee.a),
      let mapped = bits.golomb(k, limit: parameters.limit, errorBits: parameters.errorBits)
    else { return nil }
    var error = mapped & 1 == 0 ? mapped &>> 1 : 0 &- (mapped &>> 1) &- 1
    if k == 0, parameters.near == 0, 2 &* context.pointee.b <= 0 &- context.pointee.n { error = 0 &- error &- 1 }
    guard abs(error) <= 1 << 16 else { return nil }
    update(context, error)
    return reconstruct(prediction, isNegative ? 0 &- error : error)
  }

  /// §A.6.
  @inline(__always)
  private func update(_ context: UnsafeMutablePointer<Context>, _ error: Int32) {
    var (a, b, n) = (context.pointee.a, context.pointee.b, context.pointee.n)
    a &+= abs(error)
    b &+= error &* step
    if n == parameters.reset {
      a &>>= 1
      b &>>= 1
      n &>>= 1
    }
    n &+= 1
    if b <= 0 &- n {
      b = max(b &+ n, 1 &- n)
      if context.pointee.c > -128 { context.pointee.c &-= 1 }
    } else if b > 0 {
      b = min(b &- n, 0)
      if context.pointee.c < 127 { context.pointee.c &+= 1 }
    }
    context.pointee.a = a
    context.pointee.b = b
    context.pointee.n = n
  }

  @inline(__always)
  private func clamp(_ value: Int32) -> Int32 { min(max(value, 0), parameters.maximum) }

  @inline(__always)
  private func reconstruct(_ prediction: Int32, _ error: Int32) -> Int32 {
    var value = prediction &+ error &* step
    if value < 0 &- parameters.near {
      value &+= parameters.range &* step
    } else if value > parameters.maximum &+ parameters.near {
      value &-= parameters.range &* step
    }
    return clamp(value)
  }

  /// The length of a run that ends at the line's end or before another sample (§A.7.1).
  private mutating func runLength(_ remaining: Int, _ runIndex: inout Int) -> Int? {
    var length = 0
    while bits.read(1) == 1 {
      let segment = 1 << Self.orders[runIndex]
      if segment <= remaining - length, runIndex < 31 { runIndex += 1 }
      length += min(segment, remaining - length)
      if length == remaining { return length }
    }
    length += Int(bits.read(Self.orders[runIndex]))
    return length < remaining ? length : nil
  }

  /// The sample that ends a run (§A.7.2).
  private mutating func interruption(_ a: Int32, _ b: Int32, isNear: Bool, _ runIndex: Int) -> Int32? {
    let context = contexts + Self.regularContexts + (isNear ? 1 : 0)
    let (n, type): (Int32, Int32) = (context.pointee.n, isNear ? 1 : 0)
    let negative = isNear ? negatives.1 : negatives.0
    guard let k = golombParameter(n, isNear ? context.pointee.a &+ n &>> 1 : context.pointee.a),
      let mapped = bits.golomb(
        k, limit: parameters.limit - Self.orders[runIndex] - 1, errorBits: parameters.errorBits),
      mapped <= 1 << 17
    else { return nil }
    let shifted = mapped &+ type
    let isOdd = shifted & 1 == 1
    let size = (shifted &+ 1) &>> 1
    let error = (k != 0 || 2 &* negative >= n) == isOdd ? 0 &- size : size
    if error < 0 { if isNear { negatives.1 &+= 1 } else { negatives.0 &+= 1 } }
    context.pointee.a &+= (mapped &+ 1 &- type) &>> 1
    if n == parameters.reset {
      context.pointee.a &>>= 1
      context.pointee.n &>>= 1
      if isNear { negatives.1 &>>= 1 } else { negatives.0 &>>= 1 }
    }
    context.pointee.n &+= 1
    if isNear { return reconstruct(a, error) }
    return reconstruct(b, a > b ? 0 &- error : error)
  }
}
