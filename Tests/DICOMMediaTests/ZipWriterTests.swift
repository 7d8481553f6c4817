// SPDX-License-Identifier: Apache-2.0

import CZlib
import DICOMMedia
import Testing

/// What the format asks for (RFC 1951, PKWARE APPNOTE 4.3); the interop tests unpack with other programs.
@Suite struct ZipWriterTests {
  private static let time = ZipWriter.Timestamp(year: 2026, month: 1, day: 31, hour: 10, minute: 11, second: 12)

  private func number(_ bytes: [UInt8], _ offset: Int, _ length: Int) -> Int {
    (0..<length).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
  }

  /// Inflates a member by zlib.
  private func inflated(_ packed: [UInt8], _ length: Int) -> [UInt8]? {
    var stream = z_stream()
    guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var (input, output) = (packed, [UInt8](repeating: 0, count: length + 1))
    let result = input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(target.count)
        return inflate(&stream, Z_FINISH)
      }
    }
    return result == Z_STREAM_END ? Array(output.prefix(Int(stream.total_out))) : nil
  }

  @Test(arguments: [0, 1, 65_535, 65_536, 200_001], [false, true])
  func aMemberComesBack(_ length: Int, _ mayBeLarge: Bool) throws {
    let content = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 7) }
    var writer = ZipWriter(timestamp: Self.time)
    var file = writer.begin("A/B", mayBeLarge: mayBeLarge)
    for start in stride(from: 0, to: length, by: 70_000) {
      file += writer.write(Array(content[start..<min(start + 70_000, length)]))
    }
    file += writer.end()
    let directory = file.count
    file += writer.finish()
    #expect(number(file, directory, 4) == 0x0201_4B50)
    #expect(number(file, file.count - 22, 4) == 0x0605_4B50)
    #expect(number(file, file.count - 6, 4) == directory && number(file, file.count - 12, 2) == 1)
    let packed = number(file, directory + 20, 4)
    #expect(number(file, directory + 24, 4) == length)
    let checksum = content.withUnsafeBufferPointer { Int(crc32(0, $0.baseAddress, UInt32($0.count))) }
    #expect(number(file, directory + 16, 4) == (length == 0 ? 0 : checksum))
    let start = 30 + number(file, 26, 2) + number(file, 28, 2)
    #expect(inflated(Array(file[start..<start + packed]), length) == content)
  }

  @Test func manyMembersNeedTheWideForm() {
    var writer = ZipWriter(timestamp: Self.time)
    for index in 0..<70_000 { _ = writer.member("F\(index)", []) }
    let end = writer.finish()
    #expect(number(end, end.count - 22 + 10, 2) == 0xFFFF)
    let wide = end.count - 22 - 20 - 56
    #expect(number(end, wide, 4) == 0x0606_4B50 && number(end, wide + 32, 8) == 70_000)
  }
}
