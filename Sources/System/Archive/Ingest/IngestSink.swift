// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The way in for instances, one after another: `begin`, the data set's bytes by `withSpace` or `append`, `finish`.
///
/// Bytes are written where they will be written to the disk from; as they pass, they are scanned up to the pixel data
/// for what the index keeps. A writer of the store is held from the first byte to the outcome only, so idle sinks
/// cost nothing.
public final class IngestSink: @unchecked Sendable {  // Used by one thread at a time; only the thread may change.
  /// The most that `withSpace` may ask for.
  public static let maximumSpace = ObjectWriterLimits.space

  /// An instance on its way in.
  private struct Pending {
    let affectedSOPClass: UID?
    let affectedSOPInstance: UID?
    let transferSyntax: UID
    /// Microseconds since 1970-01-01 UTC.
    let receivedAt: Int64
    let scan: AttributeScan
    /// Taken once the head of the file is known.
    var writer: (any ObjectWriter)?
    var headLength = 0
    /// Bytes that came before the head was known.
    var early: [UInt8] = []
  }

  /// Without a command set the UIDs for the file meta information are awaited in so many bytes of the data set.
  private static let earlyLimit = 64 * 1024

  let archive: ImageArchive
  let source: InstanceSource
  private var pending: Pending?
  /// That of the last instance, until the sender has its answer.
  private var held: (any ObjectWriter)?

  init(archive: ImageArchive, source: InstanceSource) {
    self.archive = archive
    self.source = source
  }

  deinit { abandon() }

  /// Begins an instance.
  /// - Parameters:
  ///   - affectedSOPClass: as the command set or the request names it; the data set must agree. Nil where nothing
  ///     names it.
  ///   - affectedSOPInstance: likewise.
  public func begin(affectedSOPClass: UID?, affectedSOPInstance: UID?, transferSyntax: UID) throws {
    guard pending == nil else { throw ArchiveError(.misuse, "an instance is being received") }
    release()
    pending = Pending(
      affectedSOPClass: affectedSOPClass, affectedSOPInstance: affectedSOPInstance, transferSyntax: transferSyntax,
      receivedAt: archive.options.now(),
      scan: AttributeScan(transferSyntax: TransferSyntax(transferSyntax)))
    if let affectedSOPClass, let affectedSOPInstance {
      try open(sopClass: affectedSOPClass, sopInstance: affectedSOPInstance)
    }
  }

  /// Lets `fill` write the next bytes of the data set; it returns how many it wrote into the space of at least
  /// `minimum` bytes.
  public func withSpace(_ minimum: Int, _ fill: (UnsafeMutableRawBufferPointer) throws -> Int) throws {
    guard let pending else { throw ArchiveError(.misuse, "no instance was begun") }
    guard let writer = pending.writer else { return try collect(minimum, fill) }
    let scan = pending.scan
    try archive.watching {
      try writer.withSpace(minimum) { space in
        let count = try fill(space)
        if !scan.isDone { scan.feed(UnsafeRawBufferPointer(rebasing: space[..<count])) }
        return count
      }
    }
  }

  /// Copies the next bytes of the data set.
  public func append(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      try withSpace(1) { space in
        let count = min(space.count, rest.count)
        space.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        return count
      }
    }
  }

  /// Ends the data set. Returns when the instance is durable and will be found by every query through the archive's
  /// index, or was refused and is in quarantine. Throws where the archive failed; the instance is then not stored, and
  /// the sink is ready for the next.
  public func finish() throws -> IngestOutcome {
    defer { release() }
    return try finishHolding()
  }

  /// The same for who calls `release` as soon as the sender has its answer: what the writer does for later readers is
  /// nothing that the sender waits for.
  public func finishHolding() throws -> IngestOutcome {
    do {
      let outcome = try finishPending()
      if case .stored = outcome { archive.storedAgain() }
      return outcome
    } catch {
      archive.note(error)
      throw error
    }
  }

  /// Gives the writer of the last instance back.
  public func release() {
    held?.giveBack()
    held = nil
  }

  private func finishPending() throws -> IngestOutcome {
    guard pending != nil else { throw ArchiveError(.misuse, "no instance was begun") }
    defer {
      held = pending?.writer
      pending = nil
    }
    pending?.scan.finish()
    if pending?.writer == nil { try openEarly() }
    guard let pending, let writer = pending.writer else { throw ArchiveError(.misuse, "no writer") }
    let check = IdentityCheck(
      affectedSOPClass: pending.affectedSOPClass, affectedSOPInstance: pending.affectedSOPInstance)
    switch check.run(pending.scan) {
    case .failure(let failed):
      try archive.refuse(
        writer, failed.refusal, instance: pending.affectedSOPInstance?.rawValue ?? "", source: source)
      return .refused(failed.refusal)
    case .success(let identity):
      let outcome = try archive.store(
        IngestedInstance(
          identity: identity, transferSyntax: pending.transferSyntax, attributes: pending.scan.raw.normalised(),
          headLength: Int64(pending.headLength), pixelDataOffset: pending.scan.pixelDataOffset, source: source,
          receivedAt: pending.receivedAt),
        writer)
      if identity.sopClass == RejectionNote.sopClass {
        abandon()
        try archive.obey(identity, from: source)
      }
      return outcome
    }
  }

  /// Forgets the instance that is being received.
  public func abandon() {
    release()
    pending?.writer?.giveBack()
    pending = nil
  }

  /// Ends the sink.
  public func close() { abandon() }

  // MARK: - The head of the file

  private func open(sopClass: UID, sopInstance: UID) throws {
    guard let transferSyntax = pending?.transferSyntax, let receivedAt = pending?.receivedAt else { return }
    let head = FileHead.encode(
      sopClass: sopClass, sopInstance: sopInstance, transferSyntax: transferSyntax,
      arrival: Arrival(source: source, receivedAt: receivedAt), options: archive.options)
    do {
      try archive.watching {
        let writer = try archive.store.takeWriter()
        pending?.writer = writer
        pending?.headLength = head.count
        try head.withUnsafeBytes { try writer.begin(head: $0) }
      }
    } catch {
      abandon()
      throw error
    }
  }

  private func collect(_ minimum: Int, _ fill: (UnsafeMutableRawBufferPointer) throws -> Int) throws {
    let space = max(minimum, 4096)
    let bytes = try [UInt8](unsafeUninitializedCapacity: space) { buffer, count in
      count = try fill(UnsafeMutableRawBufferPointer(buffer))
    }
    bytes.withUnsafeBytes { pending?.scan.feed($0) }
    pending?.early += bytes
    guard let pending else { return }
    if pending.scan.isDone || pending.scan.knowsSOPInstance || pending.early.count >= Self.earlyLimit {
      try openEarly()
    }
  }

  /// Opens with what the data set said of itself.
  private func openEarly() throws {
    guard let scan = pending?.scan, let early = pending?.early else { return }
    try open(
      sopClass: pending?.affectedSOPClass ?? scan.raw.uid(.sopClassUID) ?? "",
      sopInstance: pending?.affectedSOPInstance ?? scan.raw.uid(.sopInstanceUID) ?? "")
    try early.withUnsafeBytes { try pending?.writer?.append($0) }
    pending?.early = []
  }
}
