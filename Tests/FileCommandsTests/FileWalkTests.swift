// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import FileCommands

struct FileWalkTests {
  @Test func foldersInOrder() throws {
    let folder = NSTemporaryDirectory() + "walk-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for name in ["b", "a/c"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
    }
    for name in ["z", "b/2", "b/1", "a/c/x", ".hidden"] {
      #expect(FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data()))
    }
    // A link back up would make an endless walk.
    try FileManager.default.createSymbolicLink(atPath: "\(folder)/b/up", withDestinationPath: folder)
    try FileManager.default.createSymbolicLink(atPath: "\(folder)/y", withDestinationPath: "\(folder)/b/1")
    let found = Array(FileWalk([folder, "\(folder)/z"], isRecursive: true)).map { $0.dropFirst(folder.count + 1) }
    #expect(found == ["a/c/x", "b/1", "b/2", "y", "z", "z"])
    #expect(Array(FileWalk(["x", "y"], isRecursive: false)) == ["x", "y"])
    #expect(throws: FileWalk.FolderRefused.self) { try FileWalk.check([folder], isRecursive: false) }
    #expect(Set(FileWalk([folder], isRecursive: true, isSorted: false)).count == 5)
  }

  @Test func parallelKeepsTheOrder() {
    let items = Array(0..<10_001)
    #expect(Parallel.map(items) { $0 * 2 } == items.map { $0 * 2 })
    #expect(Parallel.map([Int]()) { $0 }.isEmpty)
    #expect(Parallel.map([1]) { $0 + 1 } == [2])
  }
}
