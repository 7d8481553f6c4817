// SPDX-License-Identifier: Apache-2.0

import CDirectIO
import SystemTestKit
import Testing

@Suite struct ChecksumTests {
  private func crc(_ bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBytes { cdio_crc32c(0, $0.baseAddress, $0.count) } }

  /// RFC 3720 §B.4.
  @Test func agreesWithTheStandardsExamples() {
    #expect(crc([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(crc([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(crc((0..<32).map { UInt8($0) }) == 0x46DD_794E)
    #expect(crc((0..<32).map { UInt8(31 - $0) }) == 0x113F_DB5C)
    #expect(crc([]) == 0)
  }

  @Test(arguments: [0, 1, 7, 8, 9, 4095, 4096, 12_287, 12_288, 12_289, 100_003])
  func processorAndTablesAgree(_ count: Int) {
    let bytes = testBytes(count, seed: 5)
    bytes.withUnsafeBytes { all in
      let expected = cdio_crc32c_portable(0, all.baseAddress, count)
      #expect(cdio_crc32c(0, all.baseAddress, count) == expected)
      for middle in [0, count / 3, count] {
        let first = cdio_crc32c(0, all.baseAddress, middle)
        let rest = UnsafeRawBufferPointer(rebasing: all[middle...])
        #expect(cdio_crc32c(first, rest.baseAddress, rest.count) == expected)
        let second = cdio_crc32c(0, rest.baseAddress, rest.count)
        #expect(cdio_crc32c_concatenate(first, second, UInt64(rest.count)) == expected)
      }
    }
  }
}
