// SPDX-License-Identifier: Apache-2.0

extension MultiComponentTransform {
  private enum Marker {
    static let cod = 0x52
    static let qcd = 0x5C
    static let qcc = 0x5D
    static let mct = 0x74
    static let mcc = 0x75
    static let mco = 0x77
    static let cbd = 0x78
    static let startOfTilePart = 0x90
    static let startOfData = 0x93
    static let ofPart2 = [mct, mcc, mco, cbd]
  }

  /// Bits of Rsiz (ISO/IEC 15444-2 table A.2).
  private enum Capability {
    static let part2 = 0x8000
    static let multipleComponentTransform = 0x0100
  }

  /// An array that MCT carries.
  private struct CoefficientArray {
    /// 0 dependency, 1 decorrelation, 2 offsets.
    let kind: Int
    let values: [Double]
  }

  /// Reads the main header of a stream whose SIZ says that it uses Part 2; nil where it asks for no transform.
  /// - Throws: `.unsupported`, with the name of what is not done.
  init?(_ stream: [UInt8], components: Int) throws(CodecError) {
    guard components <= Self.maximumComponents else {
      throw CodecError(.limit, "a transform of \(components) JPEG 2000 components")
    }
    var bytes = MarkerBytes(stream)
    let capabilities = bytes.word(6)
    let others = capabilities & ~(Capability.part2 | Capability.multipleComponentTransform)
    guard capabilities & Capability.part2 != 0 else { return nil }
    guard others == 0 else {
      throw CodecError(
        .unsupported, "extensions of JPEG 2000 Part 2 other than transforms of components (Rsiz \(others))")
    }
    var arrays: [Int: CoefficientArray] = [:]
    var collections: [Int: [Collection]] = [:]
    var order: [Int] = []
    // SIZ says what the components have unless CBD does.
    var depths = (0..<components).map { component in
      let depth = Int(stream[42 + 3 * component])
      return (bits: depth & 0x7F + 1, isSigned: depth & 0x80 != 0)
    }
    var kept = Array(stream[0..<2])
    var position = 2
    var isTransformed = false
    while position + 4 <= stream.count, stream[position] == 0xFF {
      let marker = Int(stream[position + 1])
      if marker == Marker.startOfTilePart { break }
      let end = position + 2 + bytes.word(position + 2)
      guard end <= stream.count, end >= position + 4 else { throw CodecError(.truncated, "JPEG 2000 main header") }
      bytes.select(position + 4..<end)
      switch marker {
      case Marker.cbd: depths = try Self.depths(&bytes, components)
      case Marker.mct:
        let (index, array) = try Self.array(&bytes)
        arrays[index] = array
      case Marker.mcc:
        let (index, found) = try Self.collections(&bytes, arrays, components)
        collections[index] = found
      case Marker.mco:
        let count = try bytes.byte()
        for _ in 0..<count { order.append(try bytes.byte()) }
      default:
        if marker == Marker.cod, position + 8 < end, stream[position + 8] > 1 { isTransformed = true }
        kept += stream[position..<end]
      }
      position = end
    }
    try Self.checkTileParts(stream, from: position)
    guard isTransformed else {
      // The components are what they are; Part 1 knows them.
      stages = []
      self.depths = depths
      codestream = Self.cleared(kept + stream[position...], isTransformed: false)
      return
    }
    var stages: [[Collection]] = []
    for index in order {
      guard let stage = collections[index] else { throw CodecError(.corrupt, "MCO names a collection that MCC lacks") }
      stages.append(stage)
    }
    guard let last = stages.last, Set(last.flatMap(\.outputs)).count == components else {
      throw CodecError(.unsupported, "a JPEG 2000 transform that leaves components out")
    }
    let work = stages.joined().reduce(0) { $0 + ($1.inputs.count + 1) * $1.outputs.count }
    guard work <= Self.maximumWork else { throw CodecError(.limit, "a transform of \(work) steps for each pixel") }
    self.stages = stages
    self.depths = depths
    codestream = Self.cleared(kept + stream[position...], isTransformed: true)
  }

  private static func depths(_ bytes: inout MarkerBytes, _ components: Int) throws(CodecError) -> [(Int, Bool)] {
    let head = try bytes.word()
    let count = head & 0x7FFF
    guard count == components else { throw CodecError(.unsupported, "\(count) components made of \(components)") }
    var depths: [(Int, Bool)] = []
    for index in 0..<count {
      if index > 0, head & 0x8000 != 0 {
        depths.append(depths[0])
        continue
      }
      let depth = try bytes.byte()
      guard depth & 0x7F < 32 else { throw CodecError(.unsupported, "components of \(depth & 0x7F + 1) bits") }
      depths.append((depth & 0x7F + 1, depth & 0x80 != 0))
    }
    return depths
  }

  private static func array(_ bytes: inout MarkerBytes) throws(CodecError) -> (Int, CoefficientArray) {
    let number = try bytes.word()
    let head = try bytes.word()
    let last = try bytes.word()
    guard number == 0, last == 0 else { throw CodecError(.unsupported, "a transform array in several MCT segments") }
    var values: [Double] = []
    while bytes.left > 0 {
      switch head >> 10 & 3 {
      case 0: values.append(Double(Int16(truncatingIfNeeded: try bytes.word())))
      case 1: values.append(Double(Int32(truncatingIfNeeded: try bytes.long())))
      case 2: values.append(Double(Float(bitPattern: UInt32(try bytes.long()))))
      default:
        let high = UInt64(try bytes.long())
        values.append(Double(bitPattern: high << 32 | UInt64(try bytes.long())))
      }
    }
    guard values.allSatisfy(\.isFinite) else { throw CodecError(.corrupt, "a transform array with infinite values") }
    return (head & 0xFF, CoefficientArray(kind: head >> 8 & 3, values: values))
  }

  private static func collections(
    _ bytes: inout MarkerBytes, _ arrays: [Int: CoefficientArray], _ components: Int
  ) throws(CodecError) -> (Int, [Collection]) {
    let number = try bytes.word()
    let index = try bytes.byte()
    let last = try bytes.word()
    guard number == 0, last == 0 else { throw CodecError(.unsupported, "collections in several MCC segments") }
    let count = try bytes.word()
    var collections: [Collection] = []
    for _ in 0..<count {
      switch try bytes.byte() & 3 {
      case 1: break
      case 0: throw CodecError(.unsupported, "a JPEG 2000 transform by dependency arrays (ISO/IEC 15444-2 Annex J)")
      default: throw CodecError(.unsupported, "a JPEG 2000 wavelet across components (ISO/IEC 15444-2 Annex J)")
      }
      let inputs = try Self.components(&bytes, components)
      let outputs = try Self.components(&bytes, components)
      let selection = try bytes.triple()
      guard selection >> 16 & 1 == 0 else {
        throw CodecError(.unsupported, "a reversible JPEG 2000 transform by arrays (ISO/IEC 15444-2 Annex J)")
      }
      let matrix = try values(selection & 0xFF, kind: 1, count: inputs.count * outputs.count, arrays)
      guard matrix != nil || inputs.count == outputs.count else {
        throw CodecError(.corrupt, "\(inputs.count) components for \(outputs.count)")
      }
      collections.append(
        Collection(
          inputs: inputs, outputs: outputs, matrix: matrix,
          offsets: try values(selection >> 8 & 0xFF, kind: 2, count: outputs.count, arrays)))
    }
    return (index, collections)
  }

  /// Nil for index 0: there is none.
  private static func values(
    _ index: Int, kind: Int, count: Int, _ arrays: [Int: CoefficientArray]
  ) throws(CodecError) -> [Double]? {
    guard index > 0 else { return nil }
    guard let array = arrays[index], array.kind == kind, array.values.count == count else {
      throw CodecError(.corrupt, "MCC names an array of \(count) values that MCT lacks")
    }
    return array.values
  }

  private static func components(_ bytes: inout MarkerBytes, _ limit: Int) throws(CodecError) -> [Int] {
    let head = try bytes.word()
    var components: [Int] = []
    for _ in 0..<head & 0x7FFF {
      let component = head & 0x8000 == 0 ? try bytes.byte() : try bytes.word()
      guard component < limit else { throw CodecError(.corrupt, "component \(component) of \(limit) is transformed") }
      components.append(component)
    }
    return components
  }

  /// Transforms of single tiles are not done.
  private static func checkTileParts(_ stream: [UInt8], from start: Int) throws(CodecError) {
    let bytes = MarkerBytes(stream)
    var part = start
    while part + 12 <= stream.count, bytes.word(part) == 0xFF00 | Marker.startOfTilePart {
      let length = bytes.word(part + 6) << 16 | bytes.word(part + 8)
      // Zero: up to the end of the stream.
      let end = length == 0 ? stream.count : min(part + length, stream.count)
      var position = part + 12
      while position + 4 <= end, stream[position] == 0xFF, stream[position + 1] != UInt8(Marker.startOfData) {
        if Marker.ofPart2.contains(Int(stream[position + 1])) {
          throw CodecError(.unsupported, "a JPEG 2000 transform of components for single tiles")
        }
        position += 2 + bytes.word(position + 2)
      }
      guard length >= 12 else { return }
      part += length
    }
  }

  /// SIZ and COD as in Part 1. Where components are transformed they have a sign and room to spare, since their own
  /// values may lie beyond those of the image, and OpenJPEG would cut them.
  private static func cleared(_ stream: [UInt8], isTransformed: Bool) -> [UInt8] {
    var stream = stream
    let bytes = MarkerBytes(stream)
    stream[6] = 0
    stream[7] = 0
    guard isTransformed else { return stream }
    var segments: [(marker: Int, position: Int, end: Int)] = []
    var position = 2
    while position + 4 <= stream.count, stream[position] == 0xFF, stream[position + 1] != UInt8(Marker.startOfTilePart)
    {
      let end = position + 2 + bytes.word(position + 2)
      segments.append((Int(stream[position + 1]), position, min(end, stream.count)))
      position = end
    }
    let components = bytes.word(40)
    let wide = components > 256 ? 2 : 1
    let quantizations = segments.compactMap { segment -> (style: Int, end: Int)? in
      switch segment.marker {
      case Marker.qcd: (segment.position + 4, segment.end)
      case Marker.qcc: (segment.position + 4 + wide, segment.end)
      default: nil
      }
    }
    // Scalar steps are relative to the component's bits: what these gain, the exponents follow, at the cost of guard
    // bits, of which the sum with the exponents counts.
    let scalar = quantizations.filter { $0.style < $0.end && stream[$0.style] & 0x1F != 0 }
    let guards = scalar.map { Int(stream[$0.style]) >> 5 }.min() ?? 3
    let greatest =
      scalar.flatMap { quantization in
        stride(from: quantization.style + 1, to: quantization.end - 1, by: 2).map { Int(stream[$0]) >> 3 }
      }.max() ?? 0
    let room = max(0, min(guards, 3, 31 - greatest))
    for quantization in scalar {
      stream[quantization.style] -= UInt8(room << 5)
      for at in stride(from: quantization.style + 1, to: quantization.end - 1, by: 2) { stream[at] += UInt8(room << 3) }
    }
    for component in 0..<components {
      let at = 42 + 3 * component
      stream[at] = 0x80 | UInt8(min(Int(stream[at] & 0x7F) + room, 30))
    }
    for segment in segments where segment.marker == Marker.cod { stream[segment.position + 8] = 0 }
    return stream
  }
}

/// Big endian numbers of a marker segment, in order, and anywhere in the stream.
private struct MarkerBytes {
  private let stream: [UInt8]
  private var position = 0
  private var end = 0

  init(_ stream: [UInt8]) { self.stream = stream }

  mutating func select(_ range: Range<Int>) {
    position = range.lowerBound
    end = range.upperBound
  }

  var left: Int { end - position }

  /// The word at a place in the stream; 0 behind its end.
  func word(_ at: Int) -> Int { at + 1 < stream.count ? Int(stream[at]) << 8 | Int(stream[at + 1]) : 0 }

  mutating func byte() throws(CodecError) -> Int {
    guard position < end else { throw CodecError(.truncated, "JPEG 2000 marker segment") }
    position += 1
    return Int(stream[position - 1])
  }

  mutating func word() throws(CodecError) -> Int {
    let high = try byte()
    return high << 8 | (try byte())
  }

  mutating func triple() throws(CodecError) -> Int {
    let high = try byte()
    return high << 16 | (try word())
  }

  mutating func long() throws(CodecError) -> Int {
    let high = try word()
    return high << 16 | (try word())
  }
}
