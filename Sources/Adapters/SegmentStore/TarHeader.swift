// SPDX-License-Identifier: Apache-2.0

/// A header of the ustar format (POSIX.1-1988), 512 bytes.
struct TarHeader: Equatable {
  enum Kind: UInt8 {
    case file = 0x30
    case folder = 0x35
    case extended = 0x78
  }

  /// In front of the slash, at most 155 bytes.
  var prefix: String
  /// At most 100 bytes.
  var name: String
  var kind: Kind
  /// Bytes of the body.
  var size: Int64
  /// Seconds since 1970-01-01 UTC.
  var modified: Int64
  /// At most 31 bytes. Bodies carry their checksum here.
  var group: String

  /// Larger sizes are written in base 256, as GNU tar began to (first bit set).
  private static let octalLimit: Int64 = 0o77777777777

  private enum Field {
    static let name = 0..<100
    static let mode = 100..<108
    static let userID = 108..<116
    static let groupID = 116..<124
    static let size = 124..<136
    static let modified = 136..<148
    static let checksum = 148..<156
    static let kind = 156
    static let magic = 257..<265
    static let user = 265..<297
    static let group = 297..<329
    static let deviceMajor = 329..<337
    static let deviceMinor = 337..<345
    static let prefix = 345..<500
  }

  /// Writes 512 bytes.
  func write(to target: UnsafeMutableRawBufferPointer) {
    target[..<SegmentLayout.record].initializeMemory(0)
    put(name, target, Field.name)
    put(kind == .folder ? "0000755" : "0000644", target, Field.mode)
    for field in [Field.userID, Field.groupID, Field.deviceMajor, Field.deviceMinor] { put("0000000", target, field) }
    number(size, target, Field.size)
    number(max(modified, 0), target, Field.modified)
    target[Field.kind] = kind.rawValue
    put("ustar\u{0}00", target, Field.magic)
    put("martlet", target, Field.user)
    put(group, target, Field.group)
    put(prefix, target, Field.prefix)
    octal(Self.sum(UnsafeRawBufferPointer(target)), target, Field.checksum.lowerBound..<Field.checksum.upperBound - 2)
    target[Field.checksum.upperBound - 1] = 0x20
  }

  /// Reads 512 bytes; nil where they are no header that this type writes.
  init?(_ source: UnsafeRawBufferPointer) {
    guard source.count >= SegmentLayout.record, Self.text(source, Field.magic) == "ustar",
      let sum = Self.number(source, Field.checksum), sum == Self.sum(source),
      let kind = Kind(rawValue: source[Field.kind]),
      let size = Self.number(source, Field.size), size >= 0,
      let modified = Self.number(source, Field.modified)
    else { return nil }
    self.kind = kind
    self.size = size
    self.modified = modified
    prefix = Self.text(source, Field.prefix)
    name = Self.text(source, Field.name)
    group = Self.text(source, Field.group)
  }

  init(prefix: String, name: String, kind: Kind, size: Int64, modified: Int64, group: String) {
    self.prefix = prefix
    self.name = name
    self.kind = kind
    self.size = size
    self.modified = modified
    self.group = group
  }

  private func put(_ text: String, _ target: UnsafeMutableRawBufferPointer, _ field: Range<Int>) {
    var position = field.lowerBound
    for byte in text.utf8.prefix(field.count) {
      target[position] = byte
      position += 1
    }
  }

  private func number(_ value: Int64, _ target: UnsafeMutableRawBufferPointer, _ field: Range<Int>) {
    guard value > Self.octalLimit else {
      return octal(value, target, field.lowerBound..<field.upperBound - 1)
    }
    for position in field {
      let shift = 8 * (field.upperBound - 1 - position)
      target[position] = shift < 64 ? UInt8(truncatingIfNeeded: value >> Int64(shift)) : 0
    }
    target[field.lowerBound] |= 0x80
  }

  private func octal(_ value: Int64, _ target: UnsafeMutableRawBufferPointer, _ field: Range<Int>) {
    var rest = value
    for position in field.reversed() {
      target[position] = 0x30 + UInt8(rest & 7)
      rest >>= 3
    }
  }

  /// The sum of all bytes, with spaces for the field of the sum.
  private static func sum(_ header: UnsafeRawBufferPointer) -> Int64 {
    var sum = Int64(Field.checksum.count) * 0x20
    for position in 0..<Field.checksum.lowerBound { sum += Int64(header[position]) }
    for position in Field.checksum.upperBound..<SegmentLayout.record { sum += Int64(header[position]) }
    return sum
  }

  private static func text(_ source: UnsafeRawBufferPointer, _ field: Range<Int>) -> String {
    String(decoding: source[field].prefix { $0 != 0 }, as: UTF8.self)
  }

  private static func number(_ source: UnsafeRawBufferPointer, _ field: Range<Int>) -> Int64? {
    if source[field.lowerBound] & 0x80 != 0 {
      guard source[field.lowerBound..<field.upperBound - 8].dropFirst().allSatisfy({ $0 == 0 }),
        source[field.lowerBound] == 0x80, source[field.upperBound - 8] < 0x80
      else { return nil }
      return source[field.upperBound - 8..<field.upperBound].reduce(0) { $0 << 8 | Int64($1) }
    }
    var value: Int64 = 0
    for byte in source[field] {
      if byte == 0 || byte == 0x20 { break }
      guard (0x30...0x37).contains(byte) else { return nil }
      value = value << 3 | Int64(byte - 0x30)
    }
    return value
  }
}

extension TarHeader {
  private static let checksumMark = "crc32c="

  /// The checksum of the body, where the group name holds one.
  var bodyChecksum: UInt32? {
    guard group.hasPrefix(Self.checksumMark) else { return nil }
    let digits = group.dropFirst(Self.checksumMark.count)
    return digits.utf8.count == 8 ? UInt32(digits, radix: 16) : nil
  }

  /// The group name of a member whose body was given back.
  static let deletedGroup = "deleted"

  static func groupName(bodyChecksum: UInt32) -> String { checksumMark + digits(bodyChecksum) }

  /// Eight hexadecimal digits.
  static func digits(_ checksum: UInt32) -> String {
    let digits = String(checksum, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
