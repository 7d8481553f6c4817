// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import Foundation
import Testing

@testable import SegmentStore

/// A tar file of one member that is nothing but a hole.
enum HugeMember {
  static func write(size: Int64, to path: String) throws {
    var header = [UInt8](repeating: 0, count: 512)
    header.withUnsafeMutableBytes {
      TarHeader(prefix: "1.2", name: "3.4.dcm", kind: .file, size: size, modified: 0, group: "").write(to: $0)
    }
    try Data(header).write(to: URL(filePath: path))
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.truncate(atOffset: UInt64(512 + size + 1024))
    try file.close()
  }
}

@Suite struct TarHeaderTests {
  private func written(_ header: TarHeader) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xAA, count: 512)
    bytes.withUnsafeMutableBytes { header.write(to: $0) }
    return bytes
  }

  private func read(_ bytes: [UInt8]) -> TarHeader? { bytes.withUnsafeBytes { TarHeader($0) } }

  @Test(arguments: [0, 1, 511, 0o77777777777, 0o77777777777 + 1, 9 << 30, 1 << 50, .max] as [Int64])
  func comesBackAsItWas(_ size: Int64) {
    let header = TarHeader(
      prefix: String(repeating: "1", count: 155), name: String(repeating: "2", count: 100), kind: .file, size: size,
      modified: 1_800_000_000, group: TarHeader.groupName(bodyChecksum: 0x0012_34AB))
    #expect(read(written(header)) == header)
    #expect(read(written(header))?.bodyChecksum == 0x0012_34AB)
  }

  @Test func refusesWhatIsDamaged() {
    let bytes = written(TarHeader(prefix: "a", name: "b", kind: .file, size: 7, modified: 0, group: ""))
    for position in 0..<500 where bytes[position] != 0xFF {
      var damaged = bytes
      damaged[position] ^= 0x01
      // The two bytes behind the digits of the sum are not looked at.
      if (154..<156).contains(position) { continue }
      #expect(read(damaged) == nil, "byte \(position)")
    }
    #expect(read([UInt8](repeating: 0, count: 512)) == nil)
    #expect(read([UInt8](repeating: 0, count: 100)) == nil)
  }

  @Test func writesFieldsWhereTheFormatHasThem() {
    let bytes = written(
      TarHeader(prefix: "1.2/3.4", name: "5.6.dcm", kind: .file, size: 525, modified: 8, group: "crc32c=00000001"))
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range].prefix { $0 != 0 }, as: UTF8.self) }
    #expect(text(0..<100) == "5.6.dcm")
    #expect(text(124..<136) == "00000001015")
    #expect(text(257..<263) == "ustar")
    #expect(text(263..<265) == "00")
    #expect(text(297..<329) == "crc32c=00000001")
    #expect(text(345..<500) == "1.2/3.4")
  }

  @Test(arguments: Array(stride(from: 512, through: 4096, by: 512)))
  func fillersFillTheGap(_ gap: Int) throws {
    var bytes = [UInt8](repeating: 0xAA, count: gap)
    bytes.withUnsafeMutableBytes { Filler.write(to: $0) }
    let header = try #require(read(bytes))
    #expect(header.kind == .extended && header.size == Int64(gap - 512))
    guard gap > 512 else { return }
    // One record: its own length in decimal, a space, key=value, a line feed (POSIX.1-2001, pax interchange format).
    let record = String(decoding: bytes[512...], as: UTF8.self)
    #expect(record.hasPrefix("\(gap - 512) comment=") && record.hasSuffix("\n") && record.utf8.count == gap - 512)
  }

  @Test func namesComeFromUIDsOnly() {
    let name = MemberName(ObjectName(study: "1.2", series: "1.2.3", instance: "1.2.3.4", version: 2))
    #expect(name.prefix == "1.2/1.2.3" && name.name == "1.2.3.4~2.dcm" && name.folder == "1.2")
    for uid: UID in ["..", "", "1/2", "../1", "1.2.x", ".1", UID(String(repeating: "1", count: 65))] {
      let odd = MemberName(ObjectName(study: "1.2", series: uid, instance: "1.2.3.4"))
      #expect(odd.prefix == "odd" && odd.folder == "odd")
      #expect(odd.name.count == 68 && odd.name.hasSuffix(".dcm"))
      #expect(odd.name.dropLast(4).allSatisfy { $0.isHexDigit })
    }
    let longest = UID(String(repeating: "1", count: 64))
    let long = MemberName(ObjectName(study: longest, series: longest, instance: longest, version: 12))
    #expect(long.prefix.utf8.count <= 155 && long.name.utf8.count <= 100)
  }
}
