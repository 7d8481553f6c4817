// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile
import DICOMNIO
import DICOMServices
import FileCommands
import Foundation
import Synchronization

/// Writes received objects into a folder, as Part 10 files with the data set's bytes as they came.
final class FolderStore: CStoreProvider {
  /// A file that was written.
  struct Received: Encodable, Sendable {
    let file: String
    let sopClassUID: String
    let sopInstanceUID: String
    let transferSyntaxUID: String
    let bytes: Int
    let callingAETitle: String
  }

  private let folder: URL
  private let onReceived: @Sendable (Received) -> Void
  private let count = Atomic<Int>(0)

  init(_ path: String, onReceived: @escaping @Sendable (Received) -> Void = { _ in }) throws {
    folder = URL(fileURLWithPath: path, isDirectory: true)
    self.onReceived = onReceived
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// Files written so far.
  var written: Int { count.load(ordering: .relaxed) }

  func store(_ request: CStoreRequest, body: DataSetBody) async -> CStoreResponse {
    guard let sopClass = request.affectedSOPClassUID, let sopInstance = request.affectedSOPInstanceUID,
      Self.isFileName(sopInstance)
    else { return CStoreResponse(.cannotUnderstand, errorComment: "no usable Affected SOP Instance UID") }
    let meta = FileMetaInformation.encode(
      sopClass: sopClass, sopInstance: sopInstance, transferSyntax: request.transferSyntax.uid,
      origin: .init(sending: request.callingAETitle))
    let final = folder.appendingPathComponent(sopInstance.rawValue + ".dcm")
    let partial = folder.appendingPathComponent("." + sopInstance.rawValue + "." + UUID().uuidString)
    do {
      let size = try await write(meta, body, to: partial)
      guard rename(partial.path, final.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
      count.add(1, ordering: .relaxed)
      onReceived(
        Received(
          file: final.path, sopClassUID: sopClass.rawValue, sopInstanceUID: sopInstance.rawValue,
          transferSyntaxUID: request.transferSyntax.uid.rawValue, bytes: size, callingAETitle: request.callingAETitle))
      return CStoreResponse(.success)
    } catch {
      try? FileManager.default.removeItem(at: partial)
      complain("\(final.path): \(error)")
      return CStoreResponse(.outOfResources, errorComment: "cannot write the file")
    }
  }

  /// Digits and points; people's UIDs break other rules of PS3.5 §9.1.
  private static func isFileName(_ uid: UID) -> Bool {
    let bytes = uid.rawValue.utf8
    return (1...64).contains(bytes.count) && bytes.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
  }

  /// - Returns: length of the data set.
  private func write(_ meta: [UInt8], _ body: DataSetBody, to url: URL) async throws -> Int {
    guard FileManager.default.createFile(atPath: url.path, contents: Data(meta)) else {
      throw CocoaError(.fileWriteUnknown)
    }
    let file = try FileHandle(forWritingTo: url)
    defer { try? file.close() }
    try file.seekToEnd()
    var size = 0
    for try await piece in body {
      try file.write(contentsOf: piece.withUnsafeBytes { Data($0) })
      size += piece.count
    }
    return size
  }
}
