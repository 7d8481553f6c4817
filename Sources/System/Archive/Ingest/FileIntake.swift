// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile

/// Takes anybody's files into the archive through one sink, file after file and piece by piece. What is no DICOM
/// object, or a DICOMDIR, is passed over.
public final class FileIntake {
  /// One file's end.
  public enum Result: Sendable {
    case outcome(IngestOutcome)
    case ignored(String)
    case failed(String)

    /// Why the file is not in the archive, where it ought to be.
    public var trouble: String? {
      switch self {
      case .outcome(.refused(let refusal)): "refused: \(refusal.reason)"
      case .failed(let reason): "failed: \(reason)"
      default: nil
      }
    }
  }

  /// What became of the files.
  public struct Summary: Codable, Sendable, Equatable {
    public var stored = 0
    public var duplicates = 0
    /// Stored as a further version of a known SOP Instance UID.
    public var conflicts = 0
    /// DICOM, but without usable UIDs: in quarantine.
    public var refused = 0
    /// No DICOM objects: passed over.
    public var ignored = 0
    /// Could not be read, or not be stored.
    public var failed = 0
    public var bytes: Int64 = 0

    public init() {}

    public var files: Int { stored + duplicates + conflicts + refused + ignored + failed }

    /// Adds what became of other files.
    public mutating func add(_ other: Summary) {
      stored += other.stored
      duplicates += other.duplicates
      conflicts += other.conflicts
      refused += other.refused
      ignored += other.ignored
      failed += other.failed
      bytes += other.bytes
    }

    public mutating func count(_ result: Result, bytes: Int64) {
      self.bytes += bytes
      switch result {
      case .outcome(.stored(_, version: 1)): stored += 1
      case .outcome(.stored): conflicts += 1
      case .outcome(.duplicate): duplicates += 1
      case .outcome(.refused): refused += 1
      case .ignored: ignored += 1
      case .failed: failed += 1
      }
    }
  }

  /// Where in a file the intake is.
  private enum State {
    case head([UInt8])
    case dataSet
    case ignored(String)
  }

  /// Bytes in which the data set begins.
  private static let headSize = 256 * 1024

  private let sink: IngestSink
  private var state = State.head([])
  /// Bytes of the data set of this file.
  private var bytes: Int64 = 0

  public init(archive: ImageArchive, source: InstanceSource) throws {
    sink = try archive.makeSink(source: source)
  }

  /// Continues the file.
  /// - Throws: where the archive failed; `abandon` then forgets the file.
  public func take(_ piece: UnsafeRawBufferPointer) throws {
    switch state {
    case .ignored: return
    case .dataSet: try append(piece)
    case .head(var head):
      state = .ignored("")
      head.append(contentsOf: piece)
      let isEnough = head.count >= Self.headSize
      state = .head(head)
      if isEnough { try begin(head) }
    }
  }

  /// Ends the file; the next one may follow.
  public func finish() throws -> (result: Result, bytes: Int64) {
    defer { abandon() }
    if case .head(let head) = state { try begin(head) }
    if case .ignored(let reason) = state { return (.ignored(reason), 0) }
    return (.outcome(try sink.finish()), bytes)
  }

  /// Forgets the file.
  public func abandon() {
    sink.abandon()
    state = .head([])
    bytes = 0
  }

  private func begin(_ head: [UInt8]) throws {
    let slice = ByteSlice(head)
    let header: Part10Header
    do throws(ReadError) {
      header = try Part10Header.parse(slice)
    } catch {
      state = .ignored("\(error)")
      return
    }
    // A DICOMDIR is no instance (PS3.3 Annex F).
    if header.meta.uid(.mediaStorageSOPClassUID) == .mediaStorageDirectoryStorage {
      state = .ignored("a DICOMDIR")
      return
    }
    try sink.begin(affectedSOPClass: nil, affectedSOPInstance: nil, transferSyntax: header.transferSyntax.uid)
    state = .dataSet
    try slice[min(header.dataSetOffset, slice.count)..<slice.count].withUnsafeBytes { try append($0) }
  }

  private func append(_ piece: UnsafeRawBufferPointer) throws {
    try sink.append(piece)
    bytes += Int64(piece.count)
  }
}
