// SPDX-License-Identifier: Apache-2.0

/// Reads the list of members at the end of a ZIP file and checks it as a whole.
struct ZipDirectoryReader {
  static let localSignature: UInt32 = 0x0403_4B50
  static let localHeaderLength = 30
  private static let entrySignature: UInt32 = 0x0201_4B50
  private static let entryLength = 46
  private static let endSignature: UInt32 = 0x0605_4B50
  private static let endLength = 22
  private static let zip64EndSignature: UInt32 = 0x0606_4B50
  private static let zip64EndLength = 56
  private static let locatorSignature: UInt32 = 0x0706_4B50
  private static let locatorLength = 20
  private static let longestComment = 0xFFFF
  /// Bits 0, 6 and 13: the member, or the list, is encrypted.
  private static let encryptedFlags: UInt16 = 1 << 0 | 1 << 6 | 1 << 13

  let length: Int64
  let limits: ZipLimits
  let source: ZipFile.Source

  /// Where the list is.
  private struct Place {
    var count: UInt64
    var length: UInt64
    var offset: UInt64
    /// The list ends here.
    var end: Int64
  }

  func members() throws -> [ZipFile.Member] {
    let place = try place()
    guard place.count <= UInt64(limits.members) else {
      throw MediaError(.limitExceeded, "The ZIP file has \(place.count) members; \(limits.members) are taken.")
    }
    guard place.length <= UInt64(limits.directoryLength) else {
      throw MediaError(.limitExceeded, "The list of members has more than \(limits.directoryLength) bytes.")
    }
    let (end, overflows) = place.offset.addingReportingOverflow(place.length)
    guard !overflows, end == UInt64(place.end) else {
      throw Self.damaged("its list of members is not where it should be")
    }
    let list = LittleEndianView(try source(Int64(place.offset), Int(place.length)))
    var members: [ZipFile.Member] = []
    members.reserveCapacity(Int(place.count))
    var position = 0
    while position < list.bytes.count { members.append(try entry(list, &position)) }
    guard members.count == Int(place.count) else { throw Self.damaged("its list has another number of members") }
    try check(members, listAt: Int64(place.offset))
    return members
  }

  static func damaged(_ what: String) -> MediaError { MediaError(.damagedZip, "The ZIP file is damaged: \(what).") }

  // MARK: The end of the file

  private func place() throws -> Place {
    guard length >= Int64(Self.endLength) else { throw Self.noZip }
    let count = Int(min(length, Int64(Self.endLength + Self.longestComment)))
    let tail = LittleEndianView(try source(length - Int64(count), count))
    var found: Int?
    for position in stride(from: count - Self.endLength, through: 0, by: -1)
    where tail.uint32(position) == Self.endSignature
      && position + Self.endLength + Int(tail.uint16(position + 20)) == count
    {
      found = position
      break
    }
    guard let position = found else { throw Self.noZip }
    let end = length - Int64(count - position)
    let disks = [tail.uint16(position + 4), tail.uint16(position + 6)]
    let total = tail.uint16(position + 10)
    let place = Place(
      count: UInt64(total), length: UInt64(tail.uint32(position + 12)), offset: UInt64(tail.uint32(position + 16)),
      end: end)
    if total == .max || place.length == UInt64(UInt32.max) || place.offset == UInt64(UInt32.max),
      let large = try largePlace(before: end)
    {
      return large
    }
    guard disks == [0, 0], tail.uint16(position + 8) == total else { throw Self.severalDisks }
    return place
  }

  /// That of the Zip64 form; nil where the numbers only look like it.
  private func largePlace(before end: Int64) throws -> Place? {
    guard end >= Int64(Self.locatorLength + Self.zip64EndLength) else { return nil }
    let locator = LittleEndianView(try source(end - Int64(Self.locatorLength), Self.locatorLength))
    guard locator.uint32(0) == Self.locatorSignature else { return nil }
    let offset = locator.uint64(8)
    guard offset == UInt64(end) - UInt64(Self.locatorLength + Self.zip64EndLength) else {
      throw Self.damaged("its Zip64 end is not where it should be")
    }
    let record = LittleEndianView(try source(Int64(offset), Self.zip64EndLength))
    guard record.uint32(0) == Self.zip64EndSignature else { throw Self.damaged("it has no Zip64 end") }
    guard record.uint32(16) == 0, record.uint32(20) == 0, record.uint64(24) == record.uint64(32) else {
      throw Self.severalDisks
    }
    return Place(
      count: record.uint64(32), length: record.uint64(40), offset: record.uint64(48), end: Int64(offset))
  }

  private static let noZip = MediaError(.notAZip, "This is no ZIP file, or its end is missing.")
  private static let severalDisks = MediaError(.refusedZip, "The ZIP file is split over several files.")

  // MARK: Members

  private func entry(_ list: LittleEndianView, _ position: inout Int) throws(MediaError) -> ZipFile.Member {
    let start = position
    guard start + Self.entryLength <= list.bytes.count, list.uint32(start) == Self.entrySignature else {
      throw Self.damaged("its list of members breaks off")
    }
    let nameLength = Int(list.uint16(start + 28))
    let extraLength = Int(list.uint16(start + 30))
    let nameStart = start + Self.entryLength
    position = nameStart + nameLength + extraLength + Int(list.uint16(start + 32))
    guard position <= list.bytes.count else { throw Self.damaged("its list of members breaks off") }
    guard nameLength <= limits.nameLength else {
      throw MediaError(.limitExceeded, "A name in the ZIP file has more than \(limits.nameLength) bytes.")
    }
    let rawName = Array(list.bytes[nameStart..<nameStart + nameLength])
    let name = try Self.name(rawName)
    guard list.uint16(start + 8) & Self.encryptedFlags == 0 else {
      throw MediaError(.refusedZip, "\(name) is encrypted.")
    }
    let method = list.uint16(start + 10)
    guard method == 0 || method == 8 else {
      throw MediaError(.refusedZip, "\(name) is compressed by method \(method); stored and deflate are taken.")
    }
    try Self.checkKind(list, start, name)
    var numbers = [
      UInt64(list.uint32(start + 24)), UInt64(list.uint32(start + 20)), UInt64(list.uint32(start + 42)),
    ]
    let extra = nameStart + nameLength
    Self.takeLargeNumbers(list, extra..<extra + extraLength, &numbers)
    guard numbers.allSatisfy({ $0 <= UInt64(Int64.max) / 2 }) else { throw Self.damaged("\(name) is too long") }
    return ZipFile.Member(
      name: name, length: Int64(numbers[0]), packedLength: Int64(numbers[1]), offset: Int64(numbers[2]),
      checksum: list.uint32(start + 16), isDeflated: method == 8, rawName: rawName)
  }

  /// The path of a member. No file is ever made of it here, but names that mean to lead out of a folder come from
  /// nobody who means well.
  private static func name(_ raw: [UInt8]) throws(MediaError) -> String {
    let text = String(decoding: raw, as: UTF8.self)
    let shown = String(text.unicodeScalars.prefix(80).map { $0.value < 0x20 ? "?" : Character($0) })
    guard !text.isEmpty, !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
      throw MediaError(.refusedZip, "\"\(shown)\" is no name of a file.")
    }
    let path = String(text.map { $0 == "\\" ? "/" : $0 })
    let components = path.split(separator: "/", omittingEmptySubsequences: false)
    let hasDrive = components.first?.dropFirst().first == ":"
    guard !path.hasPrefix("/"), !hasDrive, !components.contains(".."), !components.dropLast().contains("") else {
      throw MediaError(.refusedZip, "The name \"\(shown)\" leads out of the folder.")
    }
    return path
  }

  /// Links and devices, as Unix programs write them (the upper half of the external attributes).
  private static func checkKind(_ list: LittleEndianView, _ start: Int, _ name: String) throws(MediaError) {
    let unix: UInt16 = 3
    guard list.uint16(start + 4) >> 8 == unix else { return }
    let kind = list.uint16(start + 40) & 0xF000
    guard kind == 0 || kind == 0x8000 || kind == 0x4000 else {
      throw MediaError(.refusedZip, "\(name) is neither file nor folder.")
    }
  }

  /// Length, packed length and offset in 64 bits stand in an extra field, those alone that do not fit.
  private static func takeLargeNumbers(_ list: LittleEndianView, _ extra: Range<Int>, _ numbers: inout [UInt64]) {
    var position = extra.lowerBound
    while position + 4 <= extra.upperBound {
      let end = position + 4 + Int(list.uint16(position + 2))
      guard end <= extra.upperBound else { return }
      if list.uint16(position) == 1 {
        var field = position + 4
        for index in numbers.indices where numbers[index] == UInt64(UInt32.max) && field + 8 <= end {
          numbers[index] = list.uint64(field)
          field += 8
        }
        return
      }
      position = end
    }
  }

  // MARK: All together

  private func check(_ members: [ZipFile.Member], listAt list: Int64) throws(MediaError) {
    var names: Set<String> = []
    var total: Int64 = 0
    for member in members {
      guard names.insert(member.name).inserted else {
        throw MediaError(.refusedZip, "\(member.name) is in the ZIP file twice.")
      }
      guard member.isDeflated || member.length == member.packedLength, !member.isFolder || member.length == 0 else {
        throw Self.damaged("the lengths of \(member.name) do not agree")
      }
      total += member.length
      guard total <= limits.totalLength else {
        throw MediaError(.limitExceeded, "The ZIP file unpacks to more than \(limits.totalLength) bytes.")
      }
    }
    guard total - limits.freeLength <= length * limits.ratio else {
      throw MediaError(
        .limitExceeded, "The ZIP file unpacks to more than \(limits.ratio) times its own length.")
    }
    var end: Int64 = 0
    for member in members.sorted(by: { $0.offset < $1.offset }) {
      guard member.offset >= end else { throw MediaError(.refusedZip, "\(member.name) lies over another member.") }
      end = member.offset + Int64(Self.localHeaderLength + member.rawName.count) + member.packedLength
    }
    guard end <= list else { throw Self.damaged("members reach into its list") }
  }
}
