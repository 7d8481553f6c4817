// SPDX-License-Identifier: Apache-2.0

import CZlib

/// Writes a ZIP file as a stream (PS3.12 Annex V): bytes of members go in, bytes of the file come out, and nothing but
/// the list of members is kept.
///
/// Members are deflate streams of stored blocks (RFC 1951 §3.2.4): images hardly get smaller, the end of a member shows
/// in the stream itself, and so programs that unpack while they receive can read it too. Lengths beyond 4 GiB and more
/// than 65,534 members are written in the Zip64 form.
public struct ZipWriter: Sendable {
  /// Date and time of a member, to two seconds, in local or universal time as the writer likes.
  public struct Timestamp: Sendable, Hashable {
    let date: UInt16
    let time: UInt16

    /// - Parameters:
    ///   - year: 1980 to 2107; others are clamped.
    ///   - month: 1 to 12.
    public init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
      let years = min(max(year - 1980, 0), 127)
      date = UInt16(years << 9 | (month & 15) << 5 | (day & 31))
      time = UInt16((hour & 31) << 11 | (minute & 63) << 5 | (second / 2 & 31))
    }
  }

  private struct Member: Sendable {
    let name: [UInt8]
    let offset: UInt64
    let isLarge: Bool
    var checksum: UInt32 = 0
    var length: UInt64 = 0
    var packedLength: UInt64 = 0
  }

  /// Bytes of a stored block at the most (RFC 1951 §3.2.4).
  private static let longestBlock = 0xFFFF
  private static let needsZip64 = UInt64(UInt32.max)
  /// Deflate; 4.5 brings Zip64.
  private static let method: UInt16 = 8
  private static let plainVersion: UInt16 = 20
  private static let zip64Version: UInt16 = 45
  /// Bit 3: lengths follow the member. Bit 11: names are UTF-8.
  private static let flags: UInt16 = 1 << 3 | 1 << 11

  private let timestamp: Timestamp
  private var members: [Member] = []
  /// Bytes that were given out.
  private var position: UInt64 = 0
  private var isOpen = false

  public init(timestamp: Timestamp) { self.timestamp = timestamp }

  /// Begins a member.
  /// - Parameters:
  ///   - name: path with slashes.
  ///   - mayBeLarge: it may have 4 GiB or more.
  public mutating func begin(_ name: String, mayBeLarge: Bool = false) -> [UInt8] {
    precondition(!isOpen, "a member is open")
    isOpen = true
    let member = Member(name: Array(name.utf8), offset: position, isLarge: mayBeLarge)
    var out = LittleEndianBytes()
    out.append(UInt32(0x0403_4B50))
    out.append(mayBeLarge ? Self.zip64Version : Self.plainVersion)
    appendAttributes(&out)
    out.append(UInt32(0))
    // Unknown yet; the Zip64 field says that the lengths behind the member have 64 bits.
    out.append(mayBeLarge ? UInt32.max : 0)
    out.append(mayBeLarge ? UInt32.max : 0)
    out.append(UInt16(clamping: member.name.count))
    out.append(UInt16(mayBeLarge ? 20 : 0))
    out.bytes += member.name
    if mayBeLarge {
      out.append(UInt16(1))
      out.append(UInt16(16))
      out.append(UInt64(0))
      out.append(UInt64(0))
    }
    members.append(member)
    return given(out.bytes)
  }

  /// Continues the member that is open.
  public mutating func write(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    precondition(isOpen, "no member is open")
    guard !bytes.isEmpty else { return [] }
    let last = members.count - 1
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + (bytes.count / Self.longestBlock + 1) * 5)
    var start = 0
    while start < bytes.count {
      let part = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + Self.longestBlock, bytes.count)])
      members[last].checksum = UInt32(
        truncatingIfNeeded: crc32(
          UInt(members[last].checksum), part.bindMemory(to: UInt8.self).baseAddress, UInt32(part.count)))
      Self.appendBlock(part, isLast: false, to: &out)
      start += part.count
    }
    members[last].length += UInt64(bytes.count)
    members[last].packedLength += UInt64(out.count)
    return given(out)
  }

  /// Continues the member that is open.
  public mutating func write(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { write($0) } }

  /// Ends the member that is open.
  public mutating func end() -> [UInt8] {
    precondition(isOpen, "no member is open")
    isOpen = false
    let last = members.count - 1
    var out = LittleEndianBytes()
    Self.appendBlock(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true, to: &out.bytes)
    members[last].packedLength += UInt64(out.bytes.count)
    let member = members[last]
    out.append(UInt32(0x0807_4B50))
    out.append(member.checksum)
    if member.isLarge {
      out.append(member.packedLength)
      out.append(member.length)
    } else {
      out.append(UInt32(truncatingIfNeeded: member.packedLength))
      out.append(UInt32(truncatingIfNeeded: member.length))
    }
    return given(out.bytes)
  }

  /// A whole member.
  public mutating func member(_ name: String, _ bytes: [UInt8]) -> [UInt8] {
    begin(name, mayBeLarge: UInt64(bytes.count) >= Self.needsZip64 / 2) + write(bytes) + end()
  }

  /// Ends the file: its central directory.
  public mutating func finish() -> [UInt8] {
    precondition(!isOpen, "a member is open")
    let start = position
    var out = LittleEndianBytes()
    for member in members { appendEntry(member, to: &out) }
    let length = UInt64(out.bytes.count)
    let count = UInt64(members.count)
    if count >= 0xFFFF || start >= Self.needsZip64 || length >= Self.needsZip64 {
      let end = start + length
      out.append(UInt32(0x0606_4B50))
      out.append(UInt64(44))
      out.append(Self.zip64Version)
      out.append(Self.zip64Version)
      out.append(UInt32(0))
      out.append(UInt32(0))
      for number in [count, count, length, start] { out.append(number) }
      out.append(UInt32(0x0706_4B50))
      out.append(UInt32(0))
      out.append(end)
      out.append(UInt32(1))
    }
    out.append(UInt32(0x0605_4B50))
    out.append(UInt16(0))
    out.append(UInt16(0))
    out.append(UInt16(clamping: count))
    out.append(UInt16(clamping: count))
    out.append(UInt32(clamping: length))
    out.append(UInt32(clamping: start))
    out.append(UInt16(0))
    return given(out.bytes)
  }

  private func appendEntry(_ member: Member, to out: inout LittleEndianBytes) {
    let isLarge = [member.length, member.packedLength, member.offset].contains { $0 >= Self.needsZip64 }
    out.append(UInt32(0x0201_4B50))
    let version = isLarge || member.isLarge ? Self.zip64Version : Self.plainVersion
    out.append(version)
    out.append(version)
    appendAttributes(&out)
    out.append(member.checksum)
    out.append(isLarge ? UInt32.max : UInt32(truncatingIfNeeded: member.packedLength))
    out.append(isLarge ? UInt32.max : UInt32(truncatingIfNeeded: member.length))
    out.append(UInt16(clamping: member.name.count))
    out.append(UInt16(isLarge ? 28 : 0))
    for _ in 0..<3 { out.append(UInt16(0)) }
    out.append(UInt32(0))
    out.append(isLarge ? UInt32.max : UInt32(truncatingIfNeeded: member.offset))
    out.bytes += member.name
    guard isLarge else { return }
    out.append(UInt16(1))
    out.append(UInt16(24))
    for number in [member.length, member.packedLength, member.offset] { out.append(number) }
  }

  private func appendAttributes(_ out: inout LittleEndianBytes) {
    out.append(Self.flags)
    out.append(Self.method)
    out.append(timestamp.time)
    out.append(timestamp.date)
  }

  private static func appendBlock(_ bytes: UnsafeRawBufferPointer, isLast: Bool, to out: inout [UInt8]) {
    let length = UInt16(bytes.count)
    out.append(isLast ? 1 : 0)
    for number in [length, ~length] {
      out.append(UInt8(number & 0xFF))
      out.append(UInt8(number >> 8))
    }
    out.append(contentsOf: bytes)
  }

  private mutating func given(_ bytes: [UInt8]) -> [UInt8] {
    position += UInt64(bytes.count)
    return bytes
  }
}

/// Bytes to which numbers are appended with the least significant byte first.
private struct LittleEndianBytes {
  var bytes: [UInt8] = []

  mutating func append(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
