// SPDX-License-Identifier: Apache-2.0

import SQLInterface

/// Parameters as libpq takes them: bytes in binary form, all else as text, whose type the server infers.
struct ParameterBuffer {
  private var bytes: [UInt8] = []
  private var starts: [Int?] = []
  private var lengths: [Int32] = []
  private var formats: [Int32] = []

  /// U+FFFD, since PostgreSQL's text cannot hold U+0000.
  private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  var byteCount: Int { bytes.count }

  init(_ values: [SQLValue]) {
    for value in values {
      let start = bytes.count
      switch value {
      case .null:
        append(nil, length: 0, isBinary: false)
        continue
      case .integer(let number): bytes.append(contentsOf: String(number).utf8)
      case .real(let number): bytes.append(contentsOf: String(number).utf8)
      case .text(let text):
        for byte in text.utf8 {
          if byte == 0 { bytes.append(contentsOf: Self.replacement) } else { bytes.append(byte) }
        }
      case .blob(let blob):
        bytes.append(contentsOf: blob)
        // One byte more, so that empty bytes have an address too.
        bytes.append(0)
        append(start, length: blob.count, isBinary: true)
        continue
      }
      bytes.append(0)
      append(start, length: bytes.count - start - 1, isBinary: false)
    }
  }

  private mutating func append(_ start: Int?, length: Int, isBinary: Bool) {
    starts.append(start)
    lengths.append(Int32(length))
    formats.append(isBinary ? 1 : 0)
  }

  /// Count, addresses, lengths and formats.
  func withPointers<Result>(
    _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Result
  ) -> Result {
    bytes.withUnsafeBytes { raw in
      let base = raw.baseAddress?.assumingMemoryBound(to: CChar.self)
      let pointers = starts.map { start in start.flatMap { offset in base.map { $0 + offset } } }
      return pointers.withUnsafeBufferPointer { addresses in
        lengths.withUnsafeBufferPointer { lengths in
          formats.withUnsafeBufferPointer { formats in
            body(Int32(starts.count), addresses.baseAddress, lengths.baseAddress, formats.baseAddress)
          }
        }
      }
    }
  }
}
