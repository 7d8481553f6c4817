// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO
import Crypto

extension SegmentStore {
  /// More than a manifest of a million objects has.
  private static let largestManifest: Int64 = 512 << 20

  public func seal(of path: String, readsBodies: Bool) throws -> StudySeal? {
    guard path.hasPrefix(StudyFileMaker.folder + "/") else { return nil }
    let file = try files.open(path)
    let reader = try UncachedReader()
    var seal = StudySeal(manifest: [])
    var members: [StudyManifest.Member] = []
    try files.eachMember(of: file) { header, extent in
      if header.name == StudyManifest.name || header.name == StudyManifest.signatureName {
        guard extent.length <= Self.largestManifest else { return }
        var bytes: [UInt8] = []
        try reader.read(extent, file) { bytes.append(contentsOf: $0) }
        if header.name == StudyManifest.name { seal.manifest = bytes } else { seal.signature = bytes }
      } else {
        var hash = SHA256()
        var original: String?
        var isFirst = true
        if readsBodies {
          try reader.read(extent, file) { piece in
            if isFirst { original = StudyManifest.original(piece) }
            isFirst = false
            hash.update(bufferPointer: piece)
          }
        }
        members.append(
          StudyManifest.Member(
            path: "\(header.prefix)/\(header.name)", offset: extent.offset, length: extent.length,
            checksum: extent.checksum, sha256: readsBodies ? hash.finalize().hexadecimal : "", original: original))
      }
    }
    seal.contradiction = Self.contradiction(of: seal.manifest, to: members, comparesBodies: readsBodies)
    return seal
  }

  /// Compares a manifest with what one of these members would look like, byte by byte: nothing has to be parsed but
  /// the two values that the file does not tell elsewhere.
  private static func contradiction(
    of manifest: [UInt8], to members: [StudyManifest.Member], comparesBodies: Bool
  ) -> String? {
    guard !manifest.isEmpty else { return "there is no manifest" }
    guard let head = StudyManifest.head(of: manifest) else { return "the manifest cannot be read" }
    guard comparesBodies else { return nil }
    var expected = StudyManifest(study: head.study, made: head.made)
    expected.members = members
    guard expected.json != manifest else { return nil }
    let lines = manifest.split(separator: UInt8(ascii: "\n")).dropFirst()
    for (line, member) in zip(lines, members) where !line.starts(with: StudyManifest.line(member)) {
      return "\(member.path) is not what the manifest says"
    }
    return "the manifest names other members than the file has"
  }
}
