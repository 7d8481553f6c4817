// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMMedia
import Foundation

/// A file-set in a folder, found by its directory; names are compared without regard to case, since some systems show
/// those of discs in lower case.
package struct MediaFolder {
  /// Bytes of a DICOMDIR at the most.
  private static let largestDirectory = 1 << 30
  static let directoryName = "DICOMDIR"

  let root: String
  let directoryPath: String
  private let entries = NameCache()

  /// The names of the folders that were looked into.
  private final class NameCache {
    var names: [String: [String: String]] = [:]
  }

  /// - Parameter path: the folder, or the DICOMDIR in it.
  package init(_ path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CommandFailure("\(path): is not there")
    }
    if isFolder.boolValue {
      root = path
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      guard let name = names.first(where: { Self.plain($0) == Self.directoryName }) else {
        throw CommandFailure("\(path): holds no DICOMDIR")
      }
      directoryPath = path + "/" + name
    } else {
      let folder = (path as NSString).deletingLastPathComponent
      root = folder.isEmpty ? "." : folder
      directoryPath = path
    }
  }

  package func directory() throws -> DirectoryReader.Result {
    let bytes = try MappedFile.bytes(directoryPath)
    guard bytes.count <= Self.largestDirectory else { throw CommandFailure("\(directoryPath): is too large") }
    do {
      return try DirectoryReader.read(bytes)
    } catch {
      throw CommandFailure("\(directoryPath): \(error)")
    }
  }

  /// Where the file of a File ID is; nil where it is not there, or would be outside of the file-set.
  package func path(of file: FileID) -> String? {
    guard file.path != nil else { return nil }
    var path = root
    for component in file.components {
      guard let name = names(path)[Self.plain(component)] else { return nil }
      path += "/" + name
    }
    return path
  }

  /// The names of a folder by what they are compared by.
  private func names(_ folder: String) -> [String: String] {
    if let known = entries.names[folder] { return known }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let table = Dictionary(names.map { (Self.plain($0), $0) }, uniquingKeysWith: { first, _ in first })
    entries.names[folder] = table
    return table
  }

  /// Upper case, without the version that ISO 9660 puts behind names.
  private static func plain(_ name: String) -> String {
    var text = name.uppercased()
    if text.hasSuffix(";1") { text.removeLast(2) }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}
