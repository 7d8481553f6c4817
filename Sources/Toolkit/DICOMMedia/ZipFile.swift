// SPDX-License-Identifier: Apache-2.0

/// A ZIP file that is read (PS3.12 Annex V), from wherever its bytes are.
///
/// What the list of members says is checked as a whole before the first member is unpacked, and each member is held to
/// it: a file that asks for more than `ZipLimits`, whose members lie over one another, that is encrypted, or whose
/// names lead out of a folder is refused. Members are stored or deflated, with Zip64 where lengths ask for it.
public struct ZipFile: Sendable {
  /// A file or a folder.
  public struct Member: Sendable, Hashable {
    /// Path with slashes, without an empty, absolute or upward component.
    public let name: String
    /// Of the content, unpacked.
    public let length: Int64
    let packedLength: Int64
    /// Of the local header.
    let offset: Int64
    let checksum: UInt32
    let isDeflated: Bool
    let rawName: [UInt8]

    /// It holds nothing itself.
    public var isFolder: Bool { name.hasSuffix("/") }
  }

  /// Gives bytes from an offset on: so many, or it throws.
  public typealias Source = @Sendable (_ offset: Int64, _ count: Int) throws -> [UInt8]

  /// As the list at the end of the file has them.
  public let members: [Member]
  private let source: Source

  /// Reads the list of members.
  /// - Parameter length: bytes of the file.
  /// - Throws: `notAZip`, `damagedZip`, `refusedZip`, `limitExceeded`, and what `source` throws.
  public init(length: Int64, limits: ZipLimits = ZipLimits(), source: @escaping Source) throws {
    self.source = source
    members = try ZipDirectoryReader(length: length, limits: limits, source: source).members()
  }

  /// Unpacks a member, piece by piece, and compares it with its length and checksum.
  /// - Throws: `damagedZip`, and what the source and `body` throw; pieces may have been given out before.
  public func unpack(_ member: Member, to body: (UnsafeRawBufferPointer) throws -> Void) throws {
    let start = try contentOffset(member)
    let content = try ZipContent(member)
    var position: Int64 = 0
    while position < member.packedLength {
      let count = Int(min(Int64(ZipContent.pieceLength), member.packedLength - position))
      try source(start + position, count).withUnsafeBytes { try content.feed($0, body) }
      position += Int64(count)
    }
    try content.finish()
  }

  /// Unpacks a member that has up to so many bytes.
  /// - Throws: as `unpack(_:to:)`, and `limitExceeded`.
  public func bytes(of member: Member, upTo limit: Int) throws -> [UInt8] {
    guard member.length <= limit else {
      throw MediaError(.limitExceeded, "\(member.name) has more than \(limit) bytes.")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(member.length))
    try unpack(member) { bytes.append(contentsOf: $0) }
    return bytes
  }

  /// Where the content of a member begins: its own header must say of it what the list says.
  private func contentOffset(_ member: Member) throws -> Int64 {
    let header = LittleEndianView(try source(member.offset, ZipDirectoryReader.localHeaderLength))
    guard header.uint32(0) == ZipDirectoryReader.localSignature, header.uint16(26) == UInt16(member.rawName.count),
      header.uint16(8) == (member.isDeflated ? 8 : 0),
      try source(member.offset + Int64(ZipDirectoryReader.localHeaderLength), member.rawName.count) == member.rawName
    else { throw MediaError(.damagedZip, "\(member.name) is another member than the list says.") }
    let rest = member.rawName.count + Int(header.uint16(28))
    return member.offset + Int64(ZipDirectoryReader.localHeaderLength + rest)
  }
}

/// Numbers in bytes, the least significant byte first.
struct LittleEndianView {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func uint16(_ offset: Int) -> UInt16 { UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8 }
  func uint32(_ offset: Int) -> UInt32 { UInt32(uint16(offset)) | UInt32(uint16(offset + 2)) << 16 }
  func uint64(_ offset: Int) -> UInt64 { UInt64(uint32(offset)) | UInt64(uint32(offset + 4)) << 32 }
}
