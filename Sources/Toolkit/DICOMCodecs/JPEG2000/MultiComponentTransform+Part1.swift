// SPDX-License-Identifier: Apache-2.0

extension MultiComponentTransform {
  /// Codes of marker segments, behind 0xFF.
  enum Marker {
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

  /// SIZ and COD as in Part 1. Where components are transformed they have a sign and room to spare, since their own
  /// values may lie beyond those of the image, and OpenJPEG would cut them.
  static func cleared(_ stream: [UInt8], isTransformed: Bool) -> [UInt8] {
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
