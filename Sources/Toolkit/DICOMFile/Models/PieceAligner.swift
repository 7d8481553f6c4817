// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Cuts the pieces of a value so that each has a multiple of some length, and changes their byte order where need be.
struct PieceAligner {
  private let multiple: Int
  private let unit: Int
  private var rest: [UInt8] = []

  /// - Parameter unit: bytes of the numbers whose order is changed; 1 changes nothing. It divides `multiple`.
  init(multiple: Int, swapping unit: Int) {
    self.multiple = multiple
    self.unit = unit
  }

  /// What can be given on; the last piece has all that remains.
  mutating func take(_ piece: ByteSlice, isLast: Bool) -> ByteSlice {
    let total = rest.count + piece.count
    let length = isLast ? total : total - total % multiple
    if rest.isEmpty, length == piece.count, unit == 1 { return piece }
    var bytes = rest
    bytes.reserveCapacity(total)
    piece.withUnsafeBytes { bytes.append(contentsOf: $0) }
    rest = Array(bytes[length...])
    bytes.removeLast(total - length)
    if unit > 1 { swap(&bytes) }
    return ByteSlice(bytes)
  }

  private func swap(_ bytes: inout [UInt8]) {
    var start = 0
    while start + unit <= bytes.count {
      bytes[start..<start + unit].reverse()
      start += unit
    }
  }
}
