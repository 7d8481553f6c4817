// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The files that are named, and those of folders and of the folders in them, one at a time: of a folder no more than
/// its names are held. Links to folders are not followed, so that no walk is endless.
struct FileWalk: Sequence, IteratorProtocol {
  /// A folder that was met although folders are not read.
  struct FolderRefused: Error, CustomStringConvertible {
    let path: String
    var description: String { "\(path): is a folder; --recursive reads it" }
  }

  private enum Kind { case file, folder, other }

  private var open: [String]
  private let isRecursive: Bool
  private let isSorted: Bool
  private var named: Int

  /// - Parameter isSorted: in the order of the names; else as the file system gives them, which is faster.
  init(_ paths: [String], isRecursive: Bool, isSorted: Bool = true) {
    open = paths.reversed()
    named = paths.count
    self.isRecursive = isRecursive
    self.isSorted = isSorted
  }

  /// Throws where a folder is named and folders are not read.
  static func check(_ paths: [String], isRecursive: Bool) throws {
    guard !isRecursive else { return }
    for path in paths where kind(path, followsLinks: true) == .folder { throw FolderRefused(path: path) }
  }

  mutating func next() -> String? {
    while let path = open.popLast() {
      let isNamed = open.count < named
      if isNamed { named = open.count }
      // Entries of folders that are known to be files have no slash at their end; folders do.
      if path.hasSuffix("/") || (isNamed && isRecursive && Self.kind(path, followsLinks: true) == .folder) {
        readFolder(path)
      } else {
        return path
      }
    }
    return nil
  }

  private mutating func readFolder(_ path: String) {
    guard let folder = opendir(path) else { return }
    defer { closedir(folder) }
    let base = path.hasSuffix("/") ? path : path + "/"
    var below: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if name.hasPrefix(".") { continue }
      switch Int32(entry.pointee.d_type) {
      case Int32(DT_REG): below.append(base + name)
      case Int32(DT_DIR): below.append(base + name + "/")
      case Int32(DT_LNK): if Self.kind(base + name, followsLinks: true) == .file { below.append(base + name) }
      case Int32(DT_UNKNOWN):
        switch Self.kind(base + name, followsLinks: false) {
        case .file: below.append(base + name)
        case .folder: below.append(base + name + "/")
        case .other: break
        }
      default: break
      }
    }
    if isSorted { below.sort(by: >) }
    open += below
  }

  private static func kind(_ path: String, followsLinks: Bool) -> Kind {
    var status = stat()
    guard (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return .other }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    default: return .other
    }
  }
}
