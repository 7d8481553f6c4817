// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Puts the items of a Directory Record Sequence together as their offsets say, or in their order.
struct RecordTree {
  private(set) var findings: [DirectoryFinding] = []
  private let items: [DataSet]
  private let offsets: [Int]
  private let limits: DirectoryLimits
  private let indexByOffset: [Int: Int]
  private var isReached: [Bool]
  /// The offsets cannot be trusted.
  private var isBroken = false

  init(items: [DataSet], offsets: [Int], limits: DirectoryLimits) {
    self.items = items
    self.offsets = offsets.count == items.count ? offsets : []
    self.limits = limits
    isReached = [Bool](repeating: false, count: items.count)
    indexByOffset = Dictionary(
      zip(self.offsets, self.offsets.indices).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
  }

  mutating func note(_ kind: DirectoryFinding.Kind, _ offset: Int, _ text: String) {
    guard findings.count < limits.findings else { return }
    findings.append(DirectoryFinding(kind: kind, offset: offset, text: text))
  }

  /// - Parameter first: offset of the first record of the root directory entity.
  mutating func records(first: Int) -> [DirectoryRecord] {
    if offsets.isEmpty {
      isBroken = !items.isEmpty
    } else {
      let found = entity(first, parent: nil, from: 0, level: 1)
      if !isBroken { noteUnreached(expectsAll: first == 0) }
      if !isBroken { return found }
    }
    if isBroken { note(.wrongOffset, 0, "Offsets are wrong; the records are taken in their order.") }
    return recordsInOrder()
  }

  /// Records that no offset leads to. One that is not in use may be left so; a file named by several is no part of the
  /// tree.
  private mutating func noteUnreached(expectsAll: Bool) {
    for index in items.indices where !isReached[index] && isInUse(index) && type(index) != .multiReferenced {
      note(.unreachedRecord, offset(index), "No offset leads to a record of type \(type(index)).")
      if expectsAll { isBroken = true }
    }
  }

  /// Follows the records of one directory entity.
  private mutating func entity(_ start: Int, parent: RecordType?, from: Int, level: Int) -> [DirectoryRecord] {
    guard level <= FileSetDirectory.deepest else {
      note(.tooDeep, from, "Records stand below one another more than \(FileSetDirectory.deepest) deep.")
      return []
    }
    var records: [DirectoryRecord] = []
    var next = start
    var source = from
    while next != 0 {
      guard let index = indexByOffset[next] else {
        note(.wrongOffset, source, "The offset \(next) is not that of a record.")
        isBroken = true
        break
      }
      guard !isReached[index] else {
        note(.cycle, source, "The offset \(next) leads to a record that was met before.")
        isBroken = true
        break
      }
      isReached[index] = true
      var record = self.record(index)
      if record.type != .multiReferenced {
        notePlace(of: record, index, below: parent)
        let lower = items[index].integer(.offsetOfReferencedLowerLevelDirectoryEntity) ?? 0
        record.children = entity(lower, parent: record.type, from: next, level: level + 1)
        records.append(record)
      }
      source = next
      next = items[index].integer(.offsetOfTheNextDirectoryRecord) ?? 0
    }
    return records
  }

  /// The records as they follow one another: each stands below the last one under which it may stand.
  private mutating func recordsInOrder() -> [DirectoryRecord] {
    var open: [DirectoryRecord] = []
    var roots: [DirectoryRecord] = []
    func close(_ count: Int, _ open: inout [DirectoryRecord], _ roots: inout [DirectoryRecord]) {
      while open.count > count, let last = open.popLast() {
        if open.isEmpty { roots.append(last) } else { open[open.count - 1].children.append(last) }
      }
    }
    for index in items.indices {
      let record = self.record(index)
      guard record.type != .multiReferenced else { continue }
      // Of a private record nobody can tell where it belongs: it is taken to stand beside what precedes it.
      var depth = record.type == .privateRecord ? max(open.count - 1, 0) : open.count
      while depth > 0, open[depth - 1].type == .privateRecord || !record.type.isAllowed(below: open[depth - 1].type) {
        depth -= 1
      }
      if depth == 0, !record.type.isAllowed(below: nil), findings.count < limits.findings {
        note(.wrongPlace, offset(index), "A record of type \(record.type) belongs to none before it.")
      }
      close(depth, &open, &roots)
      open.append(record)
    }
    close(0, &open, &roots)
    return roots
  }

  private mutating func notePlace(of record: DirectoryRecord, _ index: Int, below parent: RecordType?) {
    if record.type.rawValue.isEmpty {
      note(.missingType, offset(index), "A record has no type.")
    } else if !record.type.isAllowed(below: parent) {
      let place = parent.map { "one of type \($0)" } ?? "the root"
      note(.wrongPlace, offset(index), "A record of type \(record.type) stands below \(place).")
    }
  }

  private func offset(_ index: Int) -> Int { offsets.isEmpty ? 0 : offsets[index] }
  private func type(_ index: Int) -> RecordType {
    RecordType(rawValue: items[index].string(.directoryRecordType) ?? "")
  }
  private func isInUse(_ index: Int) -> Bool { items[index].integer(.recordInUseFlag) != 0 }

  private mutating func record(_ index: Int) -> DirectoryRecord {
    let item = items[index]
    var keys = item
    keys.keep { $0.tag.group != 0x0004 }
    return DirectoryRecord(
      type: type(index), keys: keys, reference: reference(index), privateRecordUID: item.uid(.privateRecordUID),
      isInUse: isInUse(index))
  }

  private mutating func reference(_ index: Int) -> DirectoryRecord.Reference? {
    var item = items[index]
    if item[.referencedFileID] == nil, let target = item.integer(.mrdrDirectoryRecordOffset), target != 0,
      let shared = indexByOffset[target], type(shared) == .multiReferenced
    {
      note(.multiReferencedFile, offset(index), "The file is named by a record of its own, which is retired.")
      item = items[shared]
    }
    guard let components = item.strings(.referencedFileID), !components.isEmpty else { return nil }
    return DirectoryRecord.Reference(
      fileID: FileID(unchecked: components), sopClass: item.uid(.referencedSOPClassUIDInFile),
      sopInstance: item.uid(.referencedSOPInstanceUIDInFile),
      transferSyntax: item.uid(.referencedTransferSyntaxUIDInFile),
      relatedGeneralSOPClasses: item.uids(.referencedRelatedGeneralSOPClassUIDInFile) ?? [])
  }
}
