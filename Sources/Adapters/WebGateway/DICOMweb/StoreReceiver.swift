// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMWeb

/// Takes the bytes of a store transaction and gives each part to the archive as it comes. Nothing of a part is kept
/// but its head. Functions block; used by one thread at a time.
final class StoreReceiver: @unchecked Sendable {  // Used by one thread at a time; only the thread may change.
  /// Preamble and file meta information must fit.
  static let longestHead = 64 * 1024

  /// Where in a part the receiver is.
  private enum State {
    case outside
    case head([UInt8])
    case dataSet(IndexScanner)
    /// The rest of a part that has failed already.
    case failed
  }

  private static let wanted: Set<Tag> = [.sopClassUID, .sopInstanceUID, .studyInstanceUID, .seriesInstanceUID]

  private let sink: IngestSink
  /// The study that the target names.
  private let study: UID?
  private var state = State.outside
  private(set) var response = StoreResponse()

  init(sink: IngestSink, study: UID?) {
    self.sink = sink
    self.study = study
  }

  func begin(_ media: MediaType?) {
    guard media.map({ $0.essence == MediaType.dicom.essence || $0.essence == MediaType.octetStream.essence }) ?? true
    else {
      return fail(.cannotUnderstand, "A part is no application/dicom.")
    }
    state = .head([])
  }

  func take(_ bytes: ByteSlice) {
    do {
      switch state {
      case .outside, .failed: return
      case .head(var head):
        state = .outside
        bytes.withUnsafeBytes { head.append(contentsOf: $0) }
        state = .head(head)
        if Self.isComplete(head) { try beginDataSet(head) }
      case .dataSet: try append(bytes)
      }
    } catch {
      fail(error)
    }
  }

  func end() {
    do {
      if case .head(let head) = state { try beginDataSet(head) }
      guard case .dataSet(var scanner) = state else {
        state = .outside
        return
      }
      try? scanner.finish()
      state = .dataSet(scanner)
      try finish(scanner.dataSet)
    } catch {
      fail(error)
    }
    state = .outside
  }

  /// Forgets the part that is being received.
  func close() { sink.close() }

  // MARK: - Head

  /// Whether the head ends within these bytes, as far as its group length tells (PS3.10 §7.1).
  private static func isComplete(_ head: [UInt8]) -> Bool {
    if head.count >= longestHead { return true }
    guard head.count >= 144 else { return false }
    let prefix = Array("DICM".utf8) + [2, 0, 0, 0, 0x55, 0x4C, 4, 0]
    guard Array(head[128..<140]) == prefix else { return false }
    let length = (0..<4).reduce(0) { $0 | Int(head[140 + $1]) << (8 * $1) }
    // A little of the data set shows how it is encoded.
    return head.count >= 144 + length + 16
  }

  private func beginDataSet(_ head: [UInt8]) throws {
    let bytes = ByteSlice(head)
    let header = try Part10Header.parse(bytes)
    try sink.begin(affectedSOPClass: nil, affectedSOPInstance: nil, transferSyntax: header.transferSyntax.uid)
    state = .dataSet(IndexScanner(transferSyntax: header.transferSyntax, wanted: Self.wanted))
    try append(bytes[min(header.dataSetOffset, bytes.count)..<bytes.count])
  }

  // MARK: - Data set

  private func append(_ bytes: ByteSlice) throws {
    guard case .dataSet(var scanner) = state, !bytes.isEmpty else { return }
    if !scanner.isDone {
      state = .outside
      // What cannot be scanned is judged by the archive at the end.
      bytes.withUnsafeBytes { try? scanner.scan($0) }
      state = .dataSet(scanner)
      if scanner.isDone { try checkStudy(scanner.dataSet) }
    }
    try bytes.withUnsafeBytes { try sink.append($0) }
  }

  private func checkStudy(_ identity: DataSet) throws {
    guard let study, let own = identity.uid(.studyInstanceUID), own != study else { return }
    throw StoreFault(reason: .wrongStudy, comment: "The instance is of another study than the target.")
  }

  private func finish(_ identity: DataSet) throws {
    try checkStudy(identity)
    switch try sink.finish() {
    case .stored(let stored, _), .duplicate(let stored):
      let path = ResourcePath(study: stored.study, series: stored.series, instance: stored.instance)
      response.add(.init(path: path, sopClass: stored.sopClass))
    case .refused(.mismatch(let reason)): fail(.doesNotMatch, reason, identity)
    case .refused(.unusable(let reason)): fail(.cannotUnderstand, reason, identity)
    }
  }

  // MARK: - Instances that were put together of parts

  /// Stores an instance of metadata and bulk data (PS3.18 §10.5.1).
  func store(_ instance: ModelInstance) {
    let dataSet = instance.dataSet
    guard let syntax = instance.transferSyntax else {
      return fail(.cannotUnderstand, instance.fault ?? "The parts do not make an instance.", dataSet)
    }
    do {
      try checkStudy(dataSet)
      let encoded = try DataSetWriter.gather(dataSet, transferSyntax: syntax)
      try sink.begin(affectedSOPClass: nil, affectedSOPInstance: nil, transferSyntax: syntax.uid)
      for piece in encoded.pieces { try piece.withUnsafeBytes { try sink.append($0) } }
      try finish(dataSet)
    } catch let error as WriteError {
      fail(.cannotUnderstand, error.reason, dataSet)
    } catch {
      fail(error, dataSet)
    }
    state = .outside
  }

  // MARK: - Failures

  private func fail(_ error: any Error, _ identity: DataSet? = nil) {
    switch error {
    case let fault as StoreFault: fail(fault.reason, fault.comment, identity)
    case let error as ReadError: fail(.cannotUnderstand, error.reason, identity)
    case let error as ArchiveError:
      fail(error.isOfResources ? .outOfResources : .processingFailure, error.reason, identity)
    default: fail(.processingFailure, "The instance could not be stored.", identity)
    }
  }

  private func fail(_ reason: StoreResponse.FailureReason, _ comment: String, _ identity: DataSet? = nil) {
    var known = identity ?? DataSet()
    if identity == nil, case .dataSet(let scanner) = state { known = scanner.dataSet }
    sink.abandon()
    state = .failed
    response.add(
      .init(sopClass: known.uid(.sopClassUID), instance: known.uid(.sopInstanceUID), reason: reason, comment: comment))
  }

  /// The message ended in the middle of a part.
  func interrupted(_ comment: String) {
    if case .outside = state {
      return response.add(.init(sopClass: nil, instance: nil, reason: .processingFailure, comment: comment))
    }
    if case .failed = state { return }
    fail(.cannotUnderstand, comment)
  }
}

/// Why a part is not stored, where the archive was not even asked.
private struct StoreFault: Error {
  var reason: StoreResponse.FailureReason
  var comment: String
}
