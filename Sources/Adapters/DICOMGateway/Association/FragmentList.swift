// SPDX-License-Identifier: Apache-2.0

import DICOMNetwork

/// Pieces of memory cut into fragments, each behind the header of a P-DATA-TF of its own (PS3.8 §9.3.5): so they can be
/// sent by one call, and nothing is copied but the headers.
struct FragmentList {
  private enum Part {
    /// Position in `headers`.
    case header(Int)
    case bytes(UnsafeRawBufferPointer)
  }

  private(set) var headers: [UInt8] = []
  private var parts: [Part] = []

  /// - Parameters:
  ///   - pieces: one after the other they are the bytes; may be empty.
  ///   - maximumLength: of a fragment.
  ///   - header: is given the length of a fragment and whether it is the last.
  init(
    _ pieces: [UnsafeRawBufferPointer], maximumLength: Int,
    header: (_ count: Int, _ isEnd: Bool) -> PresentationDataValueHeader
  ) {
    var left = pieces.reduce(0) { $0 + $1.count }
    var rest = pieces[...]
    var piece = UnsafeRawBufferPointer(start: nil, count: 0)
    repeat {
      var count = min(left, maximumLength)
      left -= count
      parts.append(.header(headers.count))
      headers += header(count, left == 0).pduBytes
      while count > 0 {
        if piece.isEmpty {
          piece = rest.removeFirst()
          continue
        }
        let taken = min(piece.count, count)
        parts.append(.bytes(UnsafeRawBufferPointer(rebasing: piece[..<taken])))
        piece = UnsafeRawBufferPointer(rebasing: piece[taken...])
        count -= taken
      }
    } while left > 0
  }

  /// What is to be sent; `memory` is that of `headers`.
  func parts(_ memory: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer] {
    parts.map { part in
      switch part {
      case .header(let position):
        UnsafeRawBufferPointer(rebasing: memory[position..<position + PresentationDataValueHeader.pduByteCount])
      case .bytes(let bytes): bytes
      }
    }
  }

  /// All of it in one piece.
  var joined: [UInt8] {
    headers.withUnsafeBytes { memory in parts(memory).flatMap { Array($0) } }
  }
}
