// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import Foundation
import SQLInterface
import SQLStore
import SQLiteDriver
import SegmentStore
import Synchronization
import SystemTestKit
import Testing
import Trust

/// Studies whose files were changed with care: checksums, index and manifest may have been made to fit, but nobody has
/// the key.
@Suite struct SealTests {
  private final class Site {
    let folder: ScratchFolder
    let current: CurrentKey
    let index: SQLInstanceIndex
    let store: SegmentStore
    let archive: ImageArchive

    init() throws {
      folder = try ScratchFolder()
      let database = try SQLiteDatabase(path: folder.path + "/index.sqlite")
      try Schema.migrate(database)
      index = SQLInstanceIndex(database)
      var options = SegmentStoreOptions.testing()
      let current = try CurrentKey()
      options.sign = { try current.sign($0) }
      self.current = current
      store = try SegmentStore(root: folder.path, options: options)
      archive = ImageArchive(
        index: index, store: store, quarantine: try FolderQuarantine(root: folder.path),
        incidents: MemoryIncidentList(), options: ArchiveOptions(version: "1"))
      _ = try archive.start()
    }

    func settle(_ study: Int) throws {
      let sink = try archive.makeSink(source: InstanceSource(way: .dimse, sender: "CT1"))
      for number in 0..<4 { try TestInstance(study, 1, number, pixels: 9000 * number).send(to: sink) }
      let options = LifeCycleOptions(quietTime: -1_000_000, releaseDelay: -1_000_000)
      #expect(try LifeCycle(index: index, store: store, options: options).run().settled == 1)
    }

    /// Findings of a check by the public keys, for another process.
    func findings() throws -> [IntegrityFinding] {
      let ring = current.ring
      var findings: [IntegrityFinding] = []
      let fresh = try SegmentStore(root: folder.path, options: .testing())
      let check = IntegrityCheck(index: index, store: fresh) { ring.objection(to: $0.signature, of: $0.manifest) }
      let summary = try check.run { findings.append($0) }
      #expect(summary.signed + Set(findings.filter { $0.kind == .forged }.map(\.file)).count == studyFiles.count)
      return findings
    }

    var studyFiles: [String] { folder.segments.filter { $0.hasPrefix("studies/") } }

    func file(ofStudy study: Int) throws -> URL {
      URL(filePath: folder.path + "/" + (try #require(studyFiles.first { $0.hasSuffix("/1.2.\(study).tar") })))
    }
  }

  /// The key that signs, and all before it.
  private final class CurrentKey: Sendable {
    private let state: Mutex<(key: SigningKey, records: [KeyRecord])>

    init() throws {
      let key = SigningKey()
      state = Mutex((key, [try KeyRecord(key.verifyingKey, madeAt: 1, after: nil)]))
    }

    func sign(_ bytes: [UInt8]) throws -> [UInt8] {
      Array(try DetachedSignature(of: bytes, by: state.withLock { $0.key }).text.utf8)
    }

    func rotate() throws {
      try state.withLock { state in
        let next = SigningKey()
        let time = Int64(state.records.count + 1)
        state.records.append(try KeyRecord(next.verifyingKey, madeAt: time, after: state.key))
        state.key = next
      }
    }

    var ring: KeyRing { KeyRing(state.withLock { $0.records }) }
  }

  @Test func whatNobodyChangedIsGoodAcrossRotations() throws {
    let site = try Site()
    try site.settle(1)
    try site.current.rotate()
    try site.settle(2)
    try site.current.rotate()
    #expect(try site.findings() == [])
  }

  enum Change: String, CaseIterable, Sendable {
    case body, bodyAndChecksum, manifest, noSignature, strangeSignature
  }

  @Test(arguments: Change.allCases) func aSilentChangeNamesTheStudy(_ change: Change) throws {
    let site = try Site()
    try site.settle(1)
    try site.settle(2)
    try site.current.rotate()
    let url = try site.file(ofStudy: 2)
    var bytes = try Data(contentsOf: url)
    switch change {
    case .body, .bodyAndChecksum:
      let place = try #require(try site.index.versions(of: "1.2.2.1.3").first).location
      bytes[Int(place.offset) + 5000] ^= 1
      // The index is made to fit too: nothing but the digest tells.
      if change == .bodyAndChecksum {
        let body = bytes[Int(place.offset)..<Int(place.offset + place.length)]
        let checksum = Self.crc32c(Array(body))
        try Self.rewriteChecksum(&bytes, header: Int(place.offset) - 512, checksum)
        let database = try SQLiteDatabase(path: site.folder.path + "/index.sqlite")
        try database.write { connection in
          _ = try connection.execute(
            "UPDATE instance SET checksum = ? WHERE uid = '1.2.2.1.3'", [.integer(Int64(checksum))])
        }
        try database.close()
      }
    case .manifest:
      let range = try #require(bytes.range(of: Data("\"sha256\":\"".utf8)))
      let digit = range.upperBound
      bytes[digit] = bytes[digit] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
    case .noSignature:
      let range = try #require(bytes.range(of: Data("manifest.sig".utf8)))
      bytes.replaceSubrange(range, with: Data("manifest.old".utf8))
      try Self.rewriteSum(&bytes, header: range.lowerBound)
    case .strangeSignature:
      let range = try #require(bytes.range(of: Data("martlet-signature 1".utf8)))
      let end = try #require(bytes[range.lowerBound...].firstIndex(of: 0))
      let manifest = try #require(bytes.range(of: Data("{\"format\":1".utf8)))
      let manifestEnd = try #require(bytes[manifest.lowerBound...].firstIndex(of: 0))
      let forged = try DetachedSignature(of: Array(bytes[manifest.lowerBound..<manifestEnd]), by: SigningKey()).text
      #expect(forged.utf8.count == end - range.lowerBound)
      bytes.replaceSubrange(range.lowerBound..<end, with: Data(forged.utf8))
    }
    try bytes.write(to: url)
    let findings = try site.findings()
    let forged = try #require(findings.first { $0.kind == .forged })
    #expect(forged.object == "1.2.2" && findings.allSatisfy { $0.file == forged.file })
    if change == .bodyAndChecksum { #expect(findings.map(\.kind) == [.forged]) }
    if change == .body { #expect(findings.contains { $0.kind == .damaged && $0.object == "1.2.2.1.3" }) }
  }

  private static func crc32c(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = ~0
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
    }
    return ~crc
  }

  private static func rewriteChecksum(_ bytes: inout Data, header: Int, _ checksum: UInt32) throws {
    let text = String(checksum, radix: 16)
    let digits = String(repeating: "0", count: 8 - text.count) + text
    bytes.replaceSubrange(header + 297 + 7..<header + 297 + 15, with: Data(digits.utf8))
    try rewriteSum(&bytes, header: header)
  }

  /// The sum of a tar header (POSIX.1-1988), with spaces for its own field.
  private static func rewriteSum(_ bytes: inout Data, header: Int) throws {
    var sum = 8 * 0x20
    for position in header..<header + 512 where !(header + 148..<header + 156).contains(position) {
      sum += Int(bytes[position])
    }
    let octal = String(sum, radix: 8)
    let text = String(repeating: "0", count: 6 - octal.count) + octal
    bytes.replaceSubrange(header + 148..<header + 154, with: Data(text.utf8))
  }
}
