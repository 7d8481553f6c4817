// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNIO
import DICOMNetwork

/// A file that can be sent: what C-STORE needs to know of it.
struct SendFile: Sendable {
  /// Why a file is not sent.
  enum Problem: Error {
    /// Not a DICOM object: passed over.
    case ignored(String)
    case unreadable(String)
  }

  let path: String
  let operation: CStoreOperation
  let dataSetOffset: Int

  /// Enough for preamble and meta information of nearly every file.
  private static let headLength = 65_536
  /// SOP Class and Instance UID stand near the beginning; a data set without them by here has none.
  private static let searchLength: Int64 = 16_777_216

  /// Reads the beginning of a file.
  static func inspect(_ path: String) async throws -> SendFile {
    let source: FileDataSetSource
    do {
      source = try FileDataSetSource(path: path, offset: 0)
    } catch {
      throw Problem.unreadable(error.description)
    }
    let head = try await source.read(0..<min(source.byteCount, Int64(headLength)))
    let header: Part10Header
    do {
      header = try Part10Header.parse(head)
    } catch {
      throw Problem.ignored(error.reason)
    }
    var identity = try await scan(source, from: header)
    if identity.sopClass == nil { identity.sopClass = header.meta.uid(.mediaStorageSOPClassUID) }
    if identity.sopInstance == nil { identity.sopInstance = header.meta.uid(.mediaStorageSOPInstanceUID) }
    guard let sopClass = identity.sopClass, let sopInstance = identity.sopInstance else {
      throw Problem.ignored("no SOP class or SOP instance UID")
    }
    guard sopClass != .mediaStorageDirectoryStorage else { throw Problem.ignored("a DICOMDIR") }
    return SendFile(
      path: path,
      operation: CStoreOperation(
        sopClass: sopClass, sopInstance: sopInstance, transferSyntax: header.transferSyntax),
      dataSetOffset: header.dataSetOffset)
  }

  private static func scan(
    _ source: FileDataSetSource, from header: Part10Header
  ) async throws -> (sopClass: UID?, sopInstance: UID?) {
    var scanner = IndexScanner(
      transferSyntax: header.transferSyntax, wanted: [.sopClassUID, .sopInstanceUID])
    var position = Int64(header.dataSetOffset)
    let end = min(source.byteCount, position + searchLength)
    while !scanner.isDone, position < end {
      let next = min(position + Int64(headLength), end)
      let bytes = try await source.read(position..<next)
      position = next
      do {
        try bytes.withUnsafeBytes { piece throws(ReadError) in try scanner.scan(piece) }
      } catch {
        throw Problem.ignored(error.reason)
      }
      if scanner.dataSet[.sopInstanceUID] != nil { break }
    }
    return (scanner.dataSet.uid(.sopClassUID), scanner.dataSet.uid(.sopInstanceUID))
  }
}
