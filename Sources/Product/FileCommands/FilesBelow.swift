// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A file itself, or the files of a folder and of all folders in it, in the order of their names.
struct FilesBelow: Sequence {
  let path: String

  init(_ path: String) { self.path = path }

  func makeIterator() -> AnyIterator<String> {
    var isFolder: ObjCBool = false
    guard path != "-", FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      return AnyIterator([path].makeIterator())
    }
    var folders = [path]
    var files: [String] = []
    return AnyIterator {
      while files.isEmpty {
        guard let folder = folders.popLast() else { return nil }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var below: [String] = []
        for name in names.sorted(by: >) where !name.hasPrefix(".") {
          let full = folder.hasSuffix("/") ? folder + name : folder + "/" + name
          var isFolder: ObjCBool = false
          guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder) else { continue }
          if isFolder.boolValue { below.append(full) } else { files.append(full) }
        }
        folders += below
      }
      return files.removeLast()
    }
  }
}
