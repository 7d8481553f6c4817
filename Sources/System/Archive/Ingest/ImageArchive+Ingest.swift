// SPDX-License-Identifier: Apache-2.0

import DICOMCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What is known of an instance once its last byte has come.
struct IngestedInstance {
  var identity: InstanceIdentity
  var transferSyntax: UID
  var attributes: DataSet
  /// Bytes of preamble and file meta information.
  var headLength: Int64
  /// Counted from the data set's first byte.
  var pixelDataOffset: Int64?
  var source: InstanceSource
  /// Microseconds since 1970-01-01 UTC at which its first byte came.
  var receivedAt: Int64
}

extension InstanceRecord {
  /// What was ingested, where it was stored.
  fileprivate init(_ instance: IngestedInstance, at extent: ObjectExtent, dataSetChecksum: UInt32) {
    self.init(
      identity: instance.identity, transferSyntax: instance.transferSyntax, attributes: instance.attributes,
      location: StoredLocation(
        file: extent.file, offset: extent.offset, length: extent.length, checksum: extent.checksum,
        dataSetOffset: instance.headLength, pixelDataOffset: instance.pixelDataOffset.map { $0 + instance.headLength }),
      dataSetChecksum: dataSetChecksum, source: instance.source, receivedAt: instance.receivedAt)
  }
}

extension ImageArchive {
  /// Stores the writer's pending object, unless the identical data set is there.
  func store(_ instance: IngestedInstance, _ writer: any ObjectWriter) throws -> IngestOutcome {
    let uid = instance.identity.instance
    let mayBeKnown = try backlog?.enter(uid, of: instance.identity.series) ?? true
    var isHandedOver = false
    defer { if !isHandedOver { backlog?.leave(uid) } }
    let known = mayBeKnown ? try indexed.versions(of: uid) : []
    let bodyLength = writer.count - instance.headLength
    let bodyChecksum = writer.bodyChecksum
    for version in known
    where version.dataSetChecksum == bodyChecksum && version.receivedTransferSyntax == instance.transferSyntax
      && version.location.dataSetLength == bodyLength
    {
      if try isIdentical(writer, instance.headLength, version.location) { return .duplicate(instance.identity) }
    }
    var name = ObjectName(study: instance.identity.study, series: instance.identity.series, instance: uid)
    name.version = (known.map(\.version).max() ?? 0) + 1
    let extent = try writer.commit(name)
    let record = InstanceRecord(instance, at: extent, dataSetChecksum: bodyChecksum)
    guard let backlog, known.isEmpty else { return try index(record, writer, name) }
    isHandedOver = true
    backlog.add(record)
    return .stored(instance.identity, version: 1)
  }

  /// Where the index surely took nothing, the bytes go again: the sender will send them once more. Where it fails in
  /// another way they stay: whether it committed is not known, and recovery indexes what it did not.
  private func index(
    _ record: InstanceRecord, _ writer: any ObjectWriter, _ name: ObjectName
  ) throws -> IngestOutcome {
    var outcome: AddOutcome
    do {
      // Objects of a segment are indexed in their order: recovery begins behind the last that is.
      if let backlog, !backlog.drain() { throw ArchiveError(.indexUnavailable, "records wait for the index") }
      outcome = try committer.commit(record)
    } catch let error as ArchiveError where error.code == .indexUnavailable || error.code == .storageFull {
      try? writer.revoke()
      throw error
    }
    // Only where two senders store the same instance at the same time.
    if case .looksIdentical(let other) = outcome {
      if try isIdentical(writer, record.location.dataSetOffset, other) {
        try writer.revoke()
        return .duplicate(record.identity)
      }
      outcome = try committer.commit(record, evenIfIdentical: true)
    }
    guard case .addedVersion(let version) = outcome else { return .stored(record.identity, version: 1) }
    if version != name.version {
      var name = name
      name.version = version
      try writer.rename(name)
    }
    noteConflict(record, version: version)
    return .stored(record.identity, version: version)
  }

  /// Lists a further version for a person.
  func noteConflict(_ record: InstanceRecord, version: Int) {
    try? incidents.add(
      Incident(
        kind: .conflict, at: record.receivedAt, sender: record.source.sender,
        reason: "another data set under a known SOP Instance UID; kept as version \(version)",
        instanceUID: record.identity.instance.rawValue, file: record.location.file, size: record.location.length))
  }

  /// Moves the writer's pending object to quarantine and lists it.
  func refuse(_ writer: any ObjectWriter, _ refusal: Refusal, instance: String, source: InstanceSource) throws {
    let size = writer.count
    let file = try quarantine.keep(size: size) { piece in
      try writer.readBack(from: 0, count: size, piece)
    }
    let reason = file == nil ? refusal.reason + " (too large to be kept)" : refusal.reason
    try incidents.add(
      Incident(
        kind: .quarantined, at: options.now(), sender: source.sender, reason: reason, instanceUID: instance,
        file: file ?? "", size: size))
  }

  /// Compares the data set of the writer's object with a stored one, byte by byte.
  private func isIdentical(_ writer: any ObjectWriter, _ headLength: Int64, _ other: StoredLocation) throws -> Bool {
    guard writer.count - headLength == other.dataSetLength else { return false }
    var position: Int64 = 0
    do {
      try readReceived(other) { stored in
        var compared = 0
        try writer.readBack(from: headLength + position, count: Int64(stored.count)) { own in
          guard let left = own.baseAddress, let right = stored.baseAddress else { return }
          guard memcmp(left, right + compared, own.count) == 0 else { throw Different() }
          compared += own.count
        }
        position += Int64(stored.count)
      }
    } catch is Different {
      return false
    }
    return position == other.dataSetLength
  }

  private struct Different: Error {}
}
