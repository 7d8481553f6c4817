// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMFile
import Foundation
import Synchronization

/// Takes files into an archive, by the same sink as everything else. Files are read in pieces, whatever their size.
public final class Importer: Sendable {
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
  }

  /// One file's end.
  public enum Result: Sendable {
    case outcome(IngestOutcome)
    case ignored(String)
    case failed(String)
  }

  /// Files that are taken in at the same time.
  static let workers = 4
  private static let pieceSize = 1 << 20
  /// What is read to find where the data set begins.
  private static let headSize = 256 * 1024
  /// Media Storage Directory Storage: a DICOMDIR is no instance (PS3.3 Annex F).
  private static let mediaStorageDirectory: UID = "1.2.840.10008.1.3.10"

  private let archive: ImageArchive

  public init(archive: ImageArchive) { self.archive = archive }

  /// Takes in all files, several at a time; `report` is called after each, from one thread at a time. Blocks.
  public func run(_ files: [String], report: @escaping @Sendable (String, Result, Summary) -> Void) -> Summary {
    let summary = Mutex(Summary())
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(Self.workers, files.count)) { _ in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < files.count else { return }
        let path = files[index]
        let (result, bytes) = take(path)
        summary.withLock {
          $0.count(result, bytes)
          report(path, result, $0)
        }
      }
    }
    return summary.withLock { $0 }
  }

  private func take(_ path: String) -> (Result, Int64) {
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      return try take(file, path)
    } catch {
      return (.failed("\(error)"), 0)
    }
  }

  private func take(_ file: FileHandle, _ path: String) throws -> (Result, Int64) {
    let head = ByteSlice(Array(try file.read(upToCount: Self.headSize) ?? Data()))
    let header: Part10Header
    do throws(ReadError) {
      header = try Part10Header.parse(head)
    } catch {
      return (.ignored("\(error)"), 0)
    }
    if header.meta.uid(Tag(0x0002, 0x0002)) == Self.mediaStorageDirectory { return (.ignored("a DICOMDIR"), 0) }
    let sink = try archive.makeSink(source: InstanceSource(way: .imported, sender: path))
    defer { sink.close() }
    try sink.begin(affectedSOPClass: nil, affectedSOPInstance: nil, transferSyntax: header.transferSyntax.uid)
    var bytes = Int64(head.count - header.dataSetOffset)
    try head[header.dataSetOffset..<head.count].withUnsafeBytes { try sink.append($0) }
    while let piece = try file.read(upToCount: Self.pieceSize), !piece.isEmpty {
      try piece.withUnsafeBytes { try sink.append($0) }
      bytes += Int64(piece.count)
    }
    return (.outcome(try sink.finish()), bytes)
  }

  /// The regular files at and below paths, in order of their names. Hidden files are passed over.
  public static func files(below paths: [String]) throws -> [String] {
    var files: [String] = []
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw SettingsError(key: "path", reason: "there is no file or folder \(path)")
      }
      guard isFolder.boolValue else {
        files.append(path)
        continue
      }
      let entries = FileManager.default.enumerator(
        at: URL(fileURLWithPath: path), includingPropertiesForKeys: [.isRegularFileKey], options: [.skipsHiddenFiles])
      var found: [String] = []
      while let url = entries?.nextObject() as? URL {
        if (try? url.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true { found.append(url.path) }
      }
      files += found.sorted()
    }
    return files
  }
}

extension Importer.Summary {
  mutating func count(_ result: Importer.Result, _ bytes: Int64) {
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
