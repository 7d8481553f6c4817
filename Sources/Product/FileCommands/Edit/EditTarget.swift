// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where the new forms of files go.
struct EditTarget {
  private enum Place { case inPlace, file(String), folder(String) }

  private let place: Place
  /// Folders that were named; what is below them keeps its place in the output.
  private let roots: [String]

  init(_ output: String?, files: [String], isRecursive: Bool) throws {
    roots = isRecursive ? files.map { $0.hasSuffix("/") ? $0 : $0 + "/" } : []
    guard let output else {
      place = .inPlace
      return
    }
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: output, isDirectory: &isFolder)
    if (exists && isFolder.boolValue) || output.hasSuffix("/") || files.count > 1 || isRecursive {
      if exists, !isFolder.boolValue { throw CommandFailure("\(output) is no folder") }
      place = .folder(output.hasSuffix("/") ? output : output + "/")
    } else {
      place = .file(output)
    }
  }

  /// The file to write for `path`; folders on the way are made.
  func place(_ path: String) throws -> String {
    switch place {
    case .inPlace: return path
    case .file(let file): return file
    case .folder(let folder):
      let root = roots.filter { path.hasPrefix($0) }.max { $0.utf8.count < $1.utf8.count }
      let below =
        root.map { String(path.dropFirst($0.count)) } ?? path.split(separator: "/").last.map(String.init) ?? path
      let target = folder + below
      let parent = target[..<(target.lastIndex(of: "/") ?? target.startIndex)]
      if !parent.isEmpty {
        try FileManager.default.createDirectory(atPath: String(parent), withIntermediateDirectories: true)
      }
      return target
    }
  }
}
