// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The files that a run is to convert, found as it goes, and where each is written.
struct TranscodeInputs {
  /// One file and its place in the output.
  struct Entry: Sendable {
    let input: String
    let output: String
  }

  private let inputs: [String]
  private let isRecursive: Bool
  private let output: String
  private let isFolder: Bool
  private var next = 0
  private var enumerator: FileManager.DirectoryEnumerator?
  private var root = ""

  /// - Throws: where several inputs would share one output file.
  init(_ inputs: [String], output: String, isRecursive: Bool) throws {
    self.inputs = inputs
    self.isRecursive = isRecursive
    self.output = output.count > 1 && output.hasSuffix("/") ? String(output.dropLast()) : output
    isFolder =
      Self.isFolder(output) || output.hasSuffix("/") || inputs.count > 1 || inputs.contains(where: Self.isFolder)
    if isFolder, FileManager.default.fileExists(atPath: output), !Self.isFolder(output) {
      throw CommandFailure("\(output) is a file; several files need a folder")
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// How many files there are; walks the folders once.
  func count() -> Int {
    var copy = self
    copy.next = 0
    copy.enumerator = nil
    var count = 0
    while copy.entry() != nil { count += 1 }
    return count
  }

  /// The next file; nil at the end. Names below a folder are kept; what begins with a point is passed over.
  mutating func entry() -> Entry? {
    while true {
      if let enumerator {
        if let name = enumerator.nextObject() as? String {
          let part = (name as NSString).lastPathComponent
          let type = enumerator.fileAttributes?[.type] as? FileAttributeType
          if type == .typeDirectory {
            if !isRecursive || part.hasPrefix(".") { enumerator.skipDescendants() }
            continue
          }
          if part.hasPrefix(".") || type != .typeRegular { continue }
          return Entry(input: root + "/" + name, output: output + "/" + name)
        }
        self.enumerator = nil
      }
      guard next < inputs.count else { return nil }
      let path = inputs[next]
      next += 1
      if Self.isFolder(path) {
        root = path
        enumerator = FileManager.default.enumerator(atPath: path)
        continue
      }
      let name = (path as NSString).lastPathComponent
      return Entry(input: path, output: isFolder ? output + "/" + name : output)
    }
  }
}
