// SPDX-License-Identifier: Apache-2.0

import Archive
import Foundation
import Synchronization

/// Takes files into an archive, by the same sink as everything else. Files are read in pieces, whatever their size.
public final class Importer: Sendable {
  /// Files that are taken in at the same time.
  static let workers = 4
  private static let pieceSize = 1 << 20

  private let archive: ImageArchive

  public init(archive: ImageArchive) { self.archive = archive }

  /// Takes in all files, several at a time; `report` is called after each, from one thread at a time. Blocks.
  public func run(
    _ files: [String], report: @escaping @Sendable (String, FileIntake.Result, FileIntake.Summary) -> Void
  ) -> FileIntake.Summary {
    let summary = Mutex(FileIntake.Summary())
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(Self.workers, files.count)) { _ in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < files.count else { return }
        let path = files[index]
        let (result, bytes) = take(path)
        summary.withLock {
          $0.count(result, bytes: bytes)
          report(path, result, $0)
        }
      }
    }
    return summary.withLock { $0 }
  }

  private func take(_ path: String) -> (FileIntake.Result, Int64) {
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      let intake = try FileIntake(archive: archive, source: InstanceSource(way: .imported, sender: path))
      while let piece = try file.read(upToCount: Self.pieceSize), !piece.isEmpty {
        try piece.withUnsafeBytes { try intake.take($0) }
      }
      return try intake.finish()
    } catch {
      return (.failed("\(error)"), 0)
    }
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
