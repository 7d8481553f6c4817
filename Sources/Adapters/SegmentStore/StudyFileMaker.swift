// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO
import Crypto
import DICOMCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Makes study files, `studies/<xx>/<StudyUID>.tar`, where `xx` are the first digits of the UID's SHA-256. Later
/// generations are called `<StudyUID>~2.tar` and so on. A file gets its name once it is whole, verified and durable.
struct StudyFileMaker {
  /// Below the storage folder.
  static let folder = "studies"
  /// What a file is called while it is made.
  private static let unfinished = ".part"

  private let files: SegmentFiles
  private let reader: UncachedReader
  private let recoding: MemberRecoding?

  init(_ files: SegmentFiles, _ recoding: MemberRecoding? = nil) throws {
    self.files = files
    self.recoding = recoding
    reader = try UncachedReader()
  }

  func make(
    _ study: UID, generation: Int, members: [StudyMember], records: [ArchiveRecord]
  ) throws -> StudyFile {
    let digest = SHA256.hash(data: Array(study.rawValue.utf8)).hexadecimal
    let folder = "\(Self.folder)/\(digest.prefix(2))"
    let stem = MemberName.isFit(study) ? study.rawValue : "odd-\(digest)"
    let path = "\(folder)/\(stem)\(generation > 1 ? "~\(generation)" : "").tar"
    try StorageFolder.make(files.root, folder)
    let partial = path + Self.unfinished
    unlink("\(files.root)/\(partial)")
    do {
      let (manifest, objects) = try write(partial, study, members, records)
      try verify(partial, manifest)
      // One of an attempt that was cut off may be as long: where a side keeps it, nobody would see that it is another.
      if files.sides.hasCopy { files.remove(path) }
      guard rename("\(files.root)/\(partial)", "\(files.root)/\(path)") == 0 else {
        throw StorageFile.error(Int64(-errno), "cannot rename", partial)
      }
      try StorageFolder.sync(files.root, folder)
      files.cache.cut(path, from: 0)
      files.setFinal(path)
      files.made(path)
      return StudyFile(
        file: path,
        extents: objects.map {
          ObjectExtent(file: path, offset: $0.offset, length: $0.length, checksum: $0.checksum)
        })
    } catch {
      unlink("\(files.root)/\(partial)")
      throw (error as? DirectRefused)?.error ?? error
    }
  }

  private func write(
    _ path: String, _ study: UID, _ members: [StudyMember], _ records: [ArchiveRecord]
  ) throws -> (manifest: StudyManifest, objects: [StudyManifest.Member]) {
    let file = try files.open(path, flags: CDIO_WRITE | CDIO_CREATE)
    let space = members.reduce(Int64(0)) { $0 + $1.extent.length + 2 * Int64(SegmentLayout.block) }
    try file.preallocate(from: 0, count: SegmentLayout.roundUp(space))
    let modified = files.options.now() / 1_000_000
    var appender = try TarAppender(file)
    var manifest = StudyManifest(study: study.rawValue, made: modified)
    var source: StorageFile?
    var objects: [StudyManifest.Member] = []
    var heads = StudyHeads()
    for (number, member) in members.enumerated() {
      if source?.path != member.extent.file { source = try files.open(member.extent.file) }
      guard let source else { continue }
      if let (name, bytes) = heads.end(before: member.name.series) {
        manifest.members.append(try append(name, bytes, StudyHeads.folder, modified, &appender))
      }
      objects.append(try append(member, number, from: source, modified, &appender, &heads))
      manifest.members.append(objects[objects.count - 1])
    }
    if let (name, bytes) = heads.end(before: nil) {
      manifest.members.append(try append(name, bytes, StudyHeads.folder, modified, &appender))
    }
    for record in records { manifest.members.append(try append(record, modified, &appender)) }
    let folder = MemberName.isFit(study) ? study.rawValue : "odd"
    _ = try append(StudyManifest.name, manifest.json, folder, modified, &appender)
    if let signature = try files.options.sign?(manifest.json) {
      _ = try append(StudyManifest.signatureName, signature, folder, modified, &appender)
    }
    try appender.end(folder: folder, modified: modified)
    return (manifest, objects)
  }

  /// A member as it stands, or another body for it.
  private func append(
    _ member: StudyMember, _ number: Int, from source: StorageFile, _ modified: Int64, _ appender: inout TarAppender,
    _ heads: inout StudyHeads
  ) throws -> StudyManifest.Member {
    let name = MemberName(member.name)
    let path = "\(name.prefix)/\(name.name)"
    if let recoding, recoding.wants(number), let body = try recoding.body(number, try body(member.extent, source)) {
      var made = try append(name.name, body, name.prefix, modified, &appender)
      var head = recoding.place(number).map { HeadCollector($0, length: made.length) }
      body.withUnsafeBytes { bytes in
        made.original = StudyManifest.original(bytes)
        head?.feed(bytes)
      }
      heads.add(made.offset, made.length, head)
      return made
    }
    try appender.append(
      TarHeader(
        prefix: name.prefix, name: name.name, kind: .file, size: member.extent.length, modified: modified,
        group: TarHeader.groupName(bodyChecksum: member.extent.checksum)))
    let offset = appender.position
    var head = member.place.map { HeadCollector($0, length: member.extent.length) }
    let (digest, original) = try copy(member.extent, from: source, to: &appender, &head)
    try appender.endMember()
    heads.add(offset, member.extent.length, head)
    return StudyManifest.Member(
      path: path, offset: offset, length: member.extent.length, checksum: member.extent.checksum, sha256: digest,
      original: original)
  }

  /// The whole body, whose checksum is compared.
  private func body(_ extent: ObjectExtent, _ source: StorageFile) throws -> ByteSlice {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(extent.length))
    try reader.read(extent, source) { bytes.append(contentsOf: $0) }
    guard bytes.withUnsafeBytes({ cdio_crc32c(0, $0.baseAddress, $0.count) }) == extent.checksum else {
      throw ArchiveError(.damaged, "the checksum differs", file: extent.file, offset: extent.offset)
    }
    return ByteSlice(bytes)
  }

  private func append(
    _ name: String, _ bytes: [UInt8], _ folder: String, _ modified: Int64, _ appender: inout TarAppender
  ) throws -> StudyManifest.Member {
    let offset = appender.position + Int64(SegmentLayout.record)
    let checksum = bytes.withUnsafeBytes { cdio_crc32c(0, $0.baseAddress, $0.count) }
    try appender.append(
      TarHeader(
        prefix: folder, name: name, kind: .file, size: Int64(bytes.count), modified: modified,
        group: TarHeader.groupName(bodyChecksum: checksum)))
    try bytes.withUnsafeBytes { try appender.append($0) }
    try appender.endMember()
    return StudyManifest.Member(
      path: "\(folder)/\(name)", offset: offset, length: Int64(bytes.count), checksum: checksum,
      sha256: SHA256.hash(data: bytes).hexadecimal)
  }

  private func append(
    _ record: ArchiveRecord, _ modified: Int64, _ appender: inout TarAppender
  ) throws -> StudyManifest.Member {
    try append("\(record.name).json", record.content, RecordFiles.folder, modified, &appender)
  }

  /// Copies a body and compares its checksum.
  /// - Returns: its SHA-256 in hexadecimal, and what it was before it was compressed.
  private func copy(
    _ extent: ObjectExtent, from source: StorageFile, to appender: inout TarAppender, _ head: inout HeadCollector?
  ) throws -> (digest: String, original: String?) {
    var hash = SHA256()
    var checksum: UInt32 = 0
    var original: String?
    var isFirst = true
    try reader.read(extent, source) { piece in
      if isFirst { original = StudyManifest.original(piece) }
      isFirst = false
      checksum = cdio_crc32c(checksum, piece.baseAddress, piece.count)
      hash.update(bufferPointer: piece)
      head?.feed(piece)
      try appender.append(piece)
    }
    guard checksum == extent.checksum else {
      throw ArchiveError(.damaged, "the checksum differs", file: extent.file, offset: extent.offset)
    }
    return (hash.finalize().hexadecimal, original)
  }

  /// Reads what was written, from the disk.
  private func verify(_ path: String, _ manifest: StudyManifest) throws {
    let file = try files.open(path)
    for member in manifest.members {
      let extent = ObjectExtent(file: path, offset: member.offset, length: member.length, checksum: member.checksum)
      guard try reader.isWhole(extent, file) else {
        throw ArchiveError(
          .storageFailed, "what was written is read back differently", file: path, offset: member.offset)
      }
    }
  }
}

extension Digest {
  /// Lower-case hexadecimal digits.
  var hexadecimal: String {
    map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}
