// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DICOMWeb

@Suite struct ByteRangeTests {
  @Test(
    arguments: [
      (nil, ByteRange.Choice.whole), ("bytes=0-9", .part(0..<10)), ("bytes=90-", .part(90..<100)),
      ("bytes=-5", .part(95..<100)), ("bytes=-500", .part(0..<100)), ("bytes=99-200", .part(99..<100)),
      ("bytes=100-", .unsatisfiable), ("bytes=-0", .unsatisfiable), ("bytes=5-4", .whole), ("bytes=0-1,5-6", .whole),
      ("bytes=x-1", .whole), ("items=0-1", .whole), ("bytes=99999999999999999999-", .unsatisfiable),
      ("bytes= 1 - 2", .part(1..<3)), ("bytes=-", .whole), ("", .whole),
    ] as [(String?, ByteRange.Choice)])
  func ranges(header: String?, choice: ByteRange.Choice) {
    #expect(ByteRange.choose(header, length: 100) == choice)
  }

  @Test func nothingOfNothing() {
    #expect(ByteRange.choose("bytes=0-", length: 0) == .unsatisfiable)
    #expect(ByteRange.choose(nil, length: 0) == .whole)
  }

  @Test(
    arguments: [
      (nil, false), ("\"abc\"", true), ("W/\"abc\"", true), ("*", true), ("\"x\", \"abc\" ", true), ("abc", false),
      ("\"abcd\"", false),
    ] as [(String?, Bool)])
  func entityTags(list: String?, isNamed: Bool) {
    #expect(EntityTag("abc").isNamed(in: list) == isNamed)
  }
}
