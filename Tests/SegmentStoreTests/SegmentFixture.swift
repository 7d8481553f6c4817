// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import SegmentStore
import SystemTestKit

/// A store with some objects in it.
struct SegmentFixture {
  let folder: ScratchFolder
  let store: SegmentStore
  var objects: [(name: ObjectName, bytes: [UInt8], extent: ObjectExtent)] = []

  init(_ options: SegmentStoreOptions = .testing()) throws {
    folder = try ScratchFolder()
    store = try SegmentStore(root: folder.path, options: options)
    _ = try store.recover(indexedEnds: [:]) { _ in }
  }

  /// Stores an object of each size, one after another, by one writer.
  init(sizes: [Int], _ options: SegmentStoreOptions = .testing()) throws {
    try self.init(options)
    let writer = try store.takeWriter()
    defer { writer.giveBack() }
    for size in sizes { try add(size: size, by: writer) }
  }

  mutating func add(size: Int, by writer: any ObjectWriter) throws {
    let number = objects.count
    let name = ObjectName(
      study: UID("1.2.840.\(number % 2)"), series: UID("1.2.840.\(number % 2).\(number % 3)"),
      instance: UID("1.2.840.99.\(number)"))
    let bytes = testBytes(size, seed: UInt64(number))
    objects.append((name, bytes, try writer.put(bytes, name)))
  }

  /// The path that `tar` shows for an object.
  static func path(_ name: ObjectName) -> String {
    "\(name.study)/\(name.series)/\(name.instance)\(name.version > 1 ? "~\(name.version)" : "").dcm"
  }
}

extension ObjectWriter {
  func pend(_ bytes: [UInt8]) throws {
    let head = min(bytes.count, 400)
    try bytes.withUnsafeBytes { all in
      try begin(head: UnsafeRawBufferPointer(rebasing: all[..<head]))
      try append(UnsafeRawBufferPointer(rebasing: all[head...]))
    }
  }

  func put(_ bytes: [UInt8], _ name: ObjectName) throws -> ObjectExtent {
    try pend(bytes)
    return try commit(name)
  }
}

extension ObjectStore {
  func bytes(_ extent: ObjectExtent) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try read(extent.file, offset: extent.offset, count: extent.length) { bytes.append(contentsOf: $0) }
    return bytes
  }
}
