// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore

/// What stands in a study file: its last member but for the signature over it.
struct StudyManifest {
  struct Member {
    /// Path inside of the tar file.
    var path: String
    /// Position of the Part 10 file's first byte in the tar file.
    var offset: Int64
    var length: Int64
    /// CRC-32C of the Part 10 file.
    var checksum: UInt32
    /// In hexadecimal.
    var sha256: String
    /// What it was before it was compressed at rest.
    var original: String?
  }

  /// What a member was before it was compressed.
  /// - Parameter beginning: of its body, with the file meta information.
  static func original(_ beginning: UnsafeRawBufferPointer) -> String? {
    OriginalForm.note(
      inFile: ByteSlice(copying: UnsafeRawBufferPointer(rebasing: beginning.prefix(largestMetaInformation))))
  }

  /// Far more than what is written in front of data sets.
  private static let largestMetaInformation = 4096

  static let name = "manifest.json"
  static let signatureName = "manifest.sig"

  /// Whether a member is no object but tells of the others.
  static func isPart(_ header: TarHeader) -> Bool {
    header.name == Self.name || header.name == signatureName || header.prefix == RecordFiles.folder
      || header.prefix == StudyHeads.folder
  }

  var study: String
  /// Seconds since 1970-01-01 UTC.
  var made: Int64
  var members: [Member] = []

  /// The bytes that are written and signed.
  var json: [UInt8] {
    var text = "{\"format\":1,\"study\":\(Self.quoted(study)),\"made\":\(made),\"members\":["
    for (number, member) in members.enumerated() {
      text += number == 0 ? "\n" : ",\n"
      text += Self.text(member)
    }
    return Array((text + "\n]}\n").utf8)
  }

  private static func text(_ member: Member) -> String {
    "{\"path\":\(quoted(member.path)),\"offset\":\(member.offset),\"length\":\(member.length),"
      + "\"crc32c\":\"\(TarHeader.digits(member.checksum))\",\"sha256\":\"\(member.sha256)\""
      + (member.original.map { ",\"original\":\(quoted($0))" } ?? "") + "}"
  }

  /// The line of a member as it stands in the manifest.
  static func line(_ member: Member) -> [UInt8] { Array(text(member).utf8) }

  /// Study and time as a manifest tells them; nil for what is none.
  static func head(of manifest: [UInt8]) -> (study: String, made: Int64)? {
    let line = String(decoding: manifest.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    let prefix = "{\"format\":1,\"study\":\""
    guard line.hasPrefix(prefix), line.hasSuffix(",\"members\":[") else { return nil }
    let rest = String(line.dropFirst(prefix.count))
    guard let mark = rest.firstRange(of: "\",\"made\":") else { return nil }
    guard let made = Int64(rest[mark.upperBound...].prefix { $0 != "," }) else { return nil }
    var study = ""
    var isQuoted = false
    for character in rest[..<mark.lowerBound] {
      isQuoted = character == "\\" && !isQuoted
      if !isQuoted { study.append(character) }
    }
    return (study, made)
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
