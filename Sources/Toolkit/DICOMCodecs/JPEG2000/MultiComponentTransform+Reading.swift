// SPDX-License-Identifier: Apache-2.0

extension MultiComponentTransform {
  /// Bits of Rsiz (ISO/IEC 15444-2 table A.2).
  private enum Capability {
    static let part2 = 0x8000
    static let multipleComponentTransform = 0x0100
  }

  /// Which array of MCT.
  struct ArrayKey: Hashable {
    /// 0 dependency, 1 decorrelation, 2 offsets.
    let kind: Int
    let index: Int
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
    var arrays: [ArrayKey: [Double]] = [:]
    var series = SegmentSeries()
    // Of collections, by the index of their stage.
    var groups: [Int: [UInt8]] = [:]
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
        guard let (key, type, whole) = try series.array(&bytes) else { break }
        arrays[key] = try Self.array(whole, type: type)
      case Marker.mcc:
        guard let (index, whole) = try series.collections(&bytes) else { break }
        groups[index] = whole
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
    stages = try Self.stages(order, groups, arrays, components)
    self.depths = depths
    codestream = Self.cleared(kept + stream[position...], isTransformed: true)
  }

  private static func stages(
    _ order: [Int], _ groups: [Int: [UInt8]], _ arrays: [ArrayKey: [Double]], _ components: Int
  ) throws(CodecError) -> [[Collection]] {
    var stages: [[Collection]] = []
    var work = 0
    for index in order {
      guard let group = groups[index] else { throw CodecError(.corrupt, "MCO names a collection that MCC lacks") }
      stages.append(try Self.collections(group, arrays, components))
      work += stages[stages.count - 1].reduce(1) { $0 + $1.work }
      guard work <= Self.maximumWork else { throw CodecError(.limit, "a transform of \(work) steps for each pixel") }
    }
    guard let last = stages.last, Set(last.flatMap(\.outputs)).count == components else {
      throw CodecError(.unsupported, "a JPEG 2000 transform that leaves components out")
    }
    return stages
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

  private static func array(_ whole: [UInt8], type: Int) throws(CodecError) -> [Double] {
    var bytes = MarkerBytes(whole)
    bytes.select(0..<whole.count)
    var values: [Double] = []
    while bytes.left > 0 {
      switch type {
      case 0: values.append(Double(Int16(truncatingIfNeeded: try bytes.word())))
      case 1: values.append(Double(Int32(truncatingIfNeeded: try bytes.long())))
      case 2: values.append(Double(Float(bitPattern: UInt32(try bytes.long()))))
      default:
        let high = UInt64(try bytes.long())
        values.append(Double(bitPattern: high << 32 | UInt64(try bytes.long())))
      }
    }
    guard values.allSatisfy(\.isFinite) else { throw CodecError(.corrupt, "a transform array with infinite values") }
    return values
  }

  private static func collections(
    _ whole: [UInt8], _ arrays: [ArrayKey: [Double]], _ components: Int
  ) throws(CodecError) -> [Collection] {
    var bytes = MarkerBytes(whole)
    bytes.select(0..<whole.count)
    let count = try bytes.word()
    var collections: [Collection] = []
    for _ in 0..<count {
      let kind = try bytes.byte() & 3
      let inputs = try Self.components(&bytes, components)
      let outputs = try Self.components(&bytes, components)
      let selection = try bytes.triple()
      let isReversible = selection >> 16 & 1 != 0
      let index = selection & 0xFF
      let found: Collection.Kind
      switch kind {
      case 0: found = try dependency(index, isReversible, inputs.count, arrays)
      case 1: found = try decorrelation(index, isReversible, inputs.count, outputs.count, arrays)
      case 3:
        let origin = try bytes.long()
        found = .wavelet(try ComponentWavelet(kernel: index, levels: selection >> 16 & 0x3F, origin: origin))
      default: throw CodecError(.unsupported, "JPEG 2000 transform of components of kind \(kind)")
      }
      guard inputs.count == outputs.count || found.isMatrix else {
        throw CodecError(.corrupt, "\(inputs.count) components for \(outputs.count)")
      }
      collections.append(
        Collection(
          inputs: inputs, outputs: outputs, kind: found,
          offsets: try values(selection >> 8 & 0xFF, kind: 2, count: outputs.count, arrays)))
    }
    let outputs = collections.flatMap(\.outputs)
    guard Set(outputs).count == outputs.count else { throw CodecError(.corrupt, "MCC makes a component twice") }
    return collections
  }

  /// Factors below the diagonal, by rows; where it is reversible each row but the first ends with its divisor.
  private static func dependency(
    _ index: Int, _ isReversible: Bool, _ count: Int, _ arrays: [ArrayKey: [Double]]
  ) throws(CodecError) -> Collection.Kind {
    let factors = count * (count - 1) / 2
    guard let found = try values(index, kind: 0, count: factors + (isReversible ? count - 1 : 0), arrays) else {
      return .copy
    }
    guard isReversible else { return .dependency(found) }
    var end = 0
    for row in 1..<max(count, 1) {
      end += row + 1
      try checkDivisor(found[end - 1])
    }
    try checkIntegers(found)
    return .reversibleDependency(found)
  }

  /// A row for each output; where it is reversible a row for each component, a column for each of its steps.
  private static func decorrelation(
    _ index: Int, _ isReversible: Bool, _ inputs: Int, _ outputs: Int, _ arrays: [ArrayKey: [Double]]
  ) throws(CodecError) -> Collection.Kind {
    guard isReversible else {
      return try values(index, kind: 1, count: inputs * outputs, arrays).map(Collection.Kind.matrix) ?? .copy
    }
    guard inputs > 0, let found = try values(index, kind: 1, count: inputs * (inputs + 1), arrays) else { return .copy }
    for step in 0...inputs {
      let divisor = found[(inputs - 1 - step % inputs) * (inputs + 1) + step]
      try checkDivisor(step == inputs ? abs(divisor) : divisor)
    }
    try checkIntegers(found)
    return .reversibleMatrix(found)
  }

  private static func checkDivisor(_ value: Double) throws(CodecError) {
    guard value >= 1, value <= 0x4000_0000, value.significand == 1 else {
      throw CodecError(.corrupt, "a reversible transform that divides by \(value)")
    }
  }

  private static func checkIntegers(_ values: [Double]) throws(CodecError) {
    guard values.allSatisfy({ $0 == $0.rounded() }) else {
      throw CodecError(.corrupt, "a reversible transform by broken numbers")
    }
  }

  /// Nil for index 0: there is none.
  private static func values(
    _ index: Int, kind: Int, count: Int, _ arrays: [ArrayKey: [Double]]
  ) throws(CodecError) -> [Double]? {
    guard index > 0 else { return nil }
    guard let values = arrays[ArrayKey(kind: kind, index: index)], values.count == count else {
      throw CodecError(.corrupt, "MCC names an array of \(count) values that MCT lacks")
    }
    return values
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
}
