// SPDX-License-Identifier: Apache-2.0

/// What the marker segments CBD, MCT, MCC and MCO of JPEG 2000 Part 2 say (ISO/IEC 15444-2 §A.3, Annex J), applied to
/// the components that a decoder of Part 1 gives.
///
/// OpenJPEG refuses such streams. They are given to it without these segments, as `codestream`, and what they ask for
/// is done here: transforms by decorrelation and dependency arrays, reversible or not, and by the wavelets of Part 1
/// along the components, in any number of stages. Other wavelets, and transforms of single tiles, are refused by name.
struct MultiComponentTransform {
  /// In the order in which a decoder applies them.
  let stages: [[Collection]]
  /// Bits and sign of the components that come out.
  let depths: [(bits: Int, isSigned: Bool)]
  /// The stream without what Part 1 does not know.
  let codestream: [UInt8]

  /// Components of one stream that are transformed.
  static let maximumComponents = 1_024
  /// Multiplications for each pixel, as of four stages of 128 components by one another.
  static let maximumWork = 1 << 16

  /// Bits of a component that comes out.
  func bits(_ component: Int) -> Int { depths[component].bits }

  /// Pixels that are transformed at a time.
  private static let blockLength = 4_096

  /// Transforms the samples of the components, in place.
  /// - Parameter count: samples of each component.
  func apply(_ planes: [UnsafeMutablePointer<Int32>], count: Int) {
    guard !stages.isEmpty else { return }
    for start in stride(from: 0, to: count, by: Self.blockLength) {
      let range = start..<min(start + Self.blockLength, count)
      var block = planes.map { plane in range.map { Double(plane[$0]) } }
      for stage in stages { Self.apply(stage, to: &block) }
      for (component, values) in block.enumerated() {
        let (bits, isSigned) = depths[component]
        let low = isSigned ? -Double(sign: .plus, exponent: bits - 1, significand: 1) : 0
        let high = Double(sign: .plus, exponent: isSigned ? bits - 1 : bits, significand: 1) - 1
        for (index, value) in zip(range, values) {
          // Products of hostile factors may be no number.
          let level = value.isNaN ? low : min(max(value.rounded(), low), high)
          planes[component][index] = Int32(truncatingIfNeeded: Int64(level))
        }
      }
    }
  }

  private static func apply(_ stage: [Collection], to block: inout [[Double]]) {
    let input = block
    for collection in stage {
      for (output, values) in zip(collection.outputs, collection.outputs(of: input)) { block[output] = values }
    }
  }
}
