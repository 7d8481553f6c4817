// SPDX-License-Identifier: Apache-2.0

import CZlib
import DICOMMedia
import Testing

/// What is taken, and what is refused; the interop tests read what other programs packed.
@Suite struct ZipFileTests {
  /// A member as a test wants it, true or not.
  private struct Entry {
    var name: String
    var content: [UInt8] = []
    var packed: [UInt8]?
    var method: UInt16 = 8
    var flags: UInt16 = 0
    var length: UInt32?
    var checksum: UInt32?
    var offset: UInt32?
    var localName: String?
    /// Of a Unix program.
    var mode: UInt16 = 0
  }

  private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  private static func deflated(_ content: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var (input, output) = (content, [UInt8](repeating: 0, count: content.count + 1000))
    input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(target.count)
        _ = deflate(&stream, Z_FINISH)
      }
    }
    return Array(output.prefix(Int(stream.total_out)))
  }

  private static func checksum(_ content: [UInt8]) -> UInt32 {
    content.isEmpty ? 0 : UInt32(content.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) })
  }

  private static func file(_ entries: [Entry], count: UInt16? = nil) -> [UInt8] {
    var (file, list): ([UInt8], [UInt8]) = ([], [])
    for entry in entries {
      let packed = entry.packed ?? (entry.method == 8 ? deflated(entry.content) : entry.content)
      let common: [UInt8] =
        bytes(entry.flags) + bytes(entry.method) + bytes(UInt32(0)) + bytes(entry.checksum ?? checksum(entry.content))
        + bytes(UInt32(packed.count)) + bytes(entry.length ?? UInt32(entry.content.count))
      let local = Array((entry.localName ?? entry.name).utf8)
      let name = Array(entry.name.utf8)
      list +=
        bytes(UInt32(0x0201_4B50)) + bytes(UInt16(entry.mode == 0 ? 20 : 3 << 8 | 20)) + bytes(UInt16(20)) + common
      list += bytes(UInt16(name.count)) + [UInt8](repeating: 0, count: 8) + bytes(UInt32(entry.mode) << 16)
      list += bytes(entry.offset ?? UInt32(file.count)) + name
      file += bytes(UInt32(0x0403_4B50)) + bytes(UInt16(20)) + common + bytes(UInt16(local.count)) + bytes(UInt16(0))
      file += local + packed
    }
    let total = bytes(count ?? UInt16(entries.count))
    let end = bytes(UInt32(0x0605_4B50)) + bytes(UInt32(0)) + total + total + bytes(UInt32(list.count))
    return file + list + end + bytes(UInt32(file.count)) + bytes(UInt16(0))
  }

  private static func open(_ bytes: [UInt8], _ limits: ZipLimits = ZipLimits()) throws -> ZipFile {
    try ZipFile(length: Int64(bytes.count), limits: limits) { offset, count in
      Array(bytes[Int(offset)..<Int(offset) + count])
    }
  }

  private static func code(_ body: () throws -> Void) -> MediaError.Code? {
    do {
      try body()
      return nil
    } catch {
      return (error as? MediaError)?.code
    }
  }

  private static let plain = Array("a line that comes again and again\n".utf8)

  @Test(arguments: [0, 8] as [UInt16]) func whatOthersPackComesBack(_ method: UInt16) throws {
    let long = (0..<900_000).map { UInt8(truncatingIfNeeded: $0 / 300 &* 31) }
    let zip = try Self.open(
      Self.file([
        Entry(name: "DICOM/", method: 0), Entry(name: "DICOM\\IM1", content: long, method: method),
        Entry(name: "README.TXT", content: Self.plain, method: method), Entry(name: "EMPTY", method: method),
      ]))
    #expect(zip.members.map(\.name) == ["DICOM/", "DICOM/IM1", "README.TXT", "EMPTY"])
    #expect(zip.members.map(\.isFolder) == [true, false, false, false])
    #expect(try zip.bytes(of: zip.members[1], upTo: long.count) == long)
    #expect(try zip.bytes(of: zip.members[2], upTo: 1000) == Self.plain)
    #expect(try zip.bytes(of: zip.members[3], upTo: 0) == [])
    #expect(Self.code { _ = try zip.bytes(of: zip.members[2], upTo: 10) } == .limitExceeded)
  }

  @Test func whatIsWrittenHereIsRead() throws {
    var writer = ZipWriter(timestamp: .init(year: 2026, month: 1, day: 31))
    let file =
      writer.member("A/B", Self.plain) + writer.begin("L", mayBeLarge: true) + writer.write(Self.plain)
      + writer.end() + writer.finish()
    let zip = try Self.open(file)
    for member in zip.members { #expect(try zip.bytes(of: member, upTo: 1000) == Self.plain) }
    var many = ZipWriter(timestamp: .init(year: 2026, month: 1, day: 31))
    var wide: [UInt8] = []
    for index in 0..<70_000 { wide += many.member("F\(index)", []) }
    #expect(try Self.open(wide + many.finish()).members.count == 70_000)
  }

  @Test func namesThatLeadElsewhereAreRefused() {
    for name in [
      "../x", "a/../../x", "/etc/x", "\\x", "..\\x", "C:\\x", "a//b", "a\u{0}b", "a\nb", "", "a/..",
    ] {
      #expect(Self.code { _ = try Self.open(Self.file([Entry(name: name)])) } == .refusedZip, "\(name)")
    }
    for name in ["a..b", "..a/b", "a/.b", "ä/b c"] {
      #expect(Self.code { _ = try Self.open(Self.file([Entry(name: name)])) } == nil, "\(name)")
    }
    #expect(
      Self.code { _ = try Self.open(Self.file([Entry(name: String(repeating: "a", count: 2000))])) } == .limitExceeded)
  }

  @Test func whatNobodyMakesIsRefused() {
    let link = Entry(name: "link", content: Self.plain, mode: 0xA1FF)
    let encrypted = Entry(name: "secret", content: Self.plain, flags: 1)
    let other = Entry(name: "other", content: Self.plain, method: 14)
    let twice = Entry(name: "twice", content: Self.plain)
    let over = Entry(name: "over", content: Self.plain, offset: 0)
    for entries in [[link], [encrypted], [other], [twice, twice], [twice, over]] {
      #expect(Self.code { _ = try Self.open(Self.file(entries)) } == .refusedZip)
    }
  }

  @Test func limitsAreKept() {
    let black = [UInt8](repeating: 0, count: 1 << 20)
    var limits = ZipLimits()
    limits.freeLength = 1000
    #expect(Self.code { _ = try Self.open(Self.file([Entry(name: "a", content: black)]), limits) } == .limitExceeded)
    #expect(Self.code { _ = try Self.open(Self.file([Entry(name: "a", content: black)])) } == nil)
    limits = ZipLimits()
    limits.members = 1
    let two = [Entry(name: "a"), Entry(name: "b")]
    #expect(Self.code { _ = try Self.open(Self.file(two), limits) } == .limitExceeded)
    limits = ZipLimits()
    limits.totalLength = 100
    #expect(Self.code { _ = try Self.open(Self.file([Entry(name: "a", content: black)]), limits) } == .limitExceeded)
    limits = ZipLimits()
    limits.directoryLength = 20
    #expect(Self.code { _ = try Self.open(Self.file(two), limits) } == .limitExceeded)
  }

  /// A bomb says that it is small.
  @Test func moreThanWasSaidIsNotUnpacked() throws {
    let black = [UInt8](repeating: 0, count: 10 << 20)
    let zip = try Self.open(Self.file([Entry(name: "a", content: black, length: 100)]))
    var count = 0
    #expect(Self.code { try zip.unpack(zip.members[0]) { count += $0.count } } == .damagedZip)
    #expect(count <= 100)
  }

  @Test func damageIsTold() throws {
    for entry in [
      Entry(name: "a", content: Self.plain, checksum: 7), Entry(name: "a", content: Self.plain, length: 1000),
      Entry(name: "a", content: Self.plain, packed: Array(Self.deflated(Self.plain).dropLast(3))),
      Entry(name: "a", content: Self.plain, packed: Self.deflated(Self.plain) + [1, 2, 3]),
      Entry(name: "a", content: Self.plain, packed: [0xFF, 0xFF, 0xFF]),
      Entry(name: "a", content: Self.plain, localName: "b"),
    ] {
      let zip = try Self.open(Self.file([entry]))
      #expect(Self.code { try zip.unpack(zip.members[0]) { _ in } } == .damagedZip, "\(entry)")
    }
    let whole = Self.file([Entry(name: "a", content: Self.plain)])
    #expect(Self.code { _ = try Self.open(Self.file([Entry(name: "a")], count: 2)) } == .damagedZip)
    #expect(Self.code { _ = try Self.open(Array(whole.dropFirst())) } == .damagedZip)
    #expect(Self.code { _ = try Self.open(Array(whole.dropLast())) } == .notAZip)
    #expect(Self.code { _ = try Self.open([]) } == .notAZip)
    #expect(Self.code { _ = try Self.open(Self.plain) } == .notAZip)
  }

  /// Each byte of the list and of the end changed: refused or read, never more.
  @Test func anyByteMayBeWrong() throws {
    let whole = Self.file([Entry(name: "a", content: Self.plain), Entry(name: "b/c", content: Self.plain, method: 0)])
    for index in whole.indices {
      for value in [0, 1, 0x7F, 0xFF] as [UInt8] {
        var bytes = whole
        bytes[index] = value
        let read = bytes
        _ = Self.code {
          let zip = try ZipFile(length: Int64(read.count)) { offset, count in
            guard offset >= 0, count >= 0, Int(offset) + count <= read.count else {
              throw MediaError(.damagedZip, "outside")
            }
            return Array(read[Int(offset)..<Int(offset) + count])
          }
          for member in zip.members { try zip.unpack(member) { _ in } }
        }
      }
    }
  }
}
