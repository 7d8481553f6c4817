// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile

extension ImageArchive {
  private static let largePiece: Int64 = 256 * 1024
  /// Enough for what stands before the pixel data in nearly every object.
  private static let scanPiece: Int64 = 64 * 1024
  /// Enough for preamble and file meta information.
  private static let headPiece: Int64 = 16 * 1024

  /// Indexes what stands in the store behind the indexed ends.
  func recover() throws -> RecoverySummary {
    var summary = RecoverySummary()
    summary.store = try store.recover(indexedEnds: indexed.indexedEnds()) { object in
      switch try recovered(object) {
      case .success(let record):
        switch try reindex(record) {
        case true: summary.indexed += 1
        case false: summary.duplicates += 1
        }
      case .failure(let failed):
        summary.unusable.append("\(object.extent.file) at \(object.extent.offset): \(failed.refusal.reason)")
      }
    }
    return summary
  }

  /// - Returns: whether the record was new.
  private func reindex(_ record: InstanceRecord) throws -> Bool {
    let outcome = try committer.commit(record)
    guard case .looksIdentical(let other) = outcome else { return true }
    if try isIdentical(record.location, other) { return false }
    _ = try committer.commit(record, evenIfIdentical: true)
    return true
  }

  /// Compares the data sets of two stored instances byte by byte.
  func isIdentical(_ one: StoredLocation, _ other: StoredLocation) throws -> Bool {
    if one.original != nil || other.original != nil { return try isRestoredIdentical(one, other) }
    let length = one.length - one.dataSetOffset
    guard other.length - other.dataSetOffset == length else { return false }
    var position: Int64 = 0
    while position < length {
      let count = min(length - position, Self.largePiece)
      let left = try readAll(one, from: one.dataSetOffset + position, count: count)
      let right = try readAll(other, from: other.dataSetOffset + position, count: count)
      guard left == right else { return false }
      position += count
    }
    return true
  }

  func recovered(_ object: RecoveredObject) throws -> Result<InstanceRecord, IdentityCheck.Failed> {
    let extent = object.extent
    var beginning = try readBeginning(extent, Self.headPiece)
    if (try? Part10Header.parse(beginning)) == nil { beginning = try readBeginning(extent, Self.largePiece) }
    let header: Part10Header
    do {
      header = try Part10Header.parse(beginning)
    } catch {
      return .failure(.init(refusal: .unusable("\(error)")))
    }
    let headLength = Int64(header.dataSetOffset)
    let scan = AttributeScan(transferSyntax: header.transferSyntax)
    var position = headLength
    while position < extent.length, !scan.isDone {
      let count = min(extent.length - position, Self.scanPiece)
      try store.read(extent.file, offset: extent.offset + position, count: count) { scan.feed($0) }
      position += count
    }
    scan.finish()
    let identity: InstanceIdentity
    switch IdentityCheck(affectedSOPClass: nil, affectedSOPInstance: nil).run(scan) {
    case .success(let found): identity = found
    case .failure(let failed): return .failure(failed)
    }
    let sender = header.meta.string(.sourceApplicationEntityTitle) ?? ""
    let arrival =
      Arrival(header.meta)
      ?? Arrival(source: InstanceSource(way: .recovered, sender: sender), receivedAt: object.storedAt)
    return .success(
      InstanceRecord(
        identity: identity, transferSyntax: header.transferSyntax.uid, attributes: scan.raw.normalised(),
        location: StoredLocation(
          file: extent.file, offset: extent.offset, length: extent.length, checksum: extent.checksum,
          dataSetOffset: headLength, pixelDataOffset: scan.pixelDataOffset.map { $0 + headLength },
          original: arrival.original?.form),
        dataSetChecksum: try arrival.original?.dataSetChecksum ?? store.checksum(extent, behind: headLength),
        source: arrival.source,
        receivedAt: arrival.receivedAt))
  }

  private func readBeginning(_ extent: ObjectExtent, _ count: Int64) throws -> ByteSlice {
    var bytes: [UInt8] = []
    try store.read(extent.file, offset: extent.offset, count: min(extent.length, count)) {
      bytes.append(contentsOf: $0)
    }
    return ByteSlice(bytes)
  }
}
