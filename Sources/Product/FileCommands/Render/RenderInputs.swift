// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The files to render and the names that their pictures get.
struct RenderInputs {
  struct Entry: Sendable {
    let path: String
    /// Folder and file name for the pictures, without an extension, counted from the output folder.
    let name: String
    /// Found in a folder: files that are no images are passed over.
    let isFound: Bool
  }

  let entries: [Entry]

  init(_ paths: [String]) {
    entries = paths.flatMap { Self.isFolder($0) ? Self.below($0) : [Self.file($0)] }
  }

  static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  private static func file(_ path: String) -> Entry {
    Entry(path: path, name: path == "-" ? "image" : stem((path as NSString).lastPathComponent), isFound: false)
  }

  /// The files below a folder in the order of their names; what begins with a point is passed over.
  private static func below(_ folder: String) -> [Entry] {
    guard let names = FileManager.default.enumerator(atPath: folder) else { return [] }
    var found: [Entry] = []
    while let name = names.nextObject() as? String {
      let isHidden = (name as NSString).lastPathComponent.hasPrefix(".")
      let type = names.fileAttributes?[.type] as? FileAttributeType
      if isHidden {
        if type == .typeDirectory { names.skipDescendants() }
        continue
      }
      let path = folder + "/" + name
      guard type == .typeRegular || type == .typeSymbolicLink && !isFolder(path) else { continue }
      found.append(Entry(path: path, name: stem(name), isFound: true))
    }
    return found.sorted { $0.path < $1.path }
  }

  /// A name without the extension that DICOM files usually have; others may be part of a UID.
  private static func stem(_ name: String) -> String {
    for ending in [".dcm", ".DCM", ".dicom", ".ima", ".IMA"] where name.hasSuffix(ending) && name != ending {
      return String(name.dropLast(ending.count))
    }
    return name
  }
}
