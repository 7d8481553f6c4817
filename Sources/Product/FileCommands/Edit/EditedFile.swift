// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile

/// A file that is being changed.
final class EditedFile {
  /// Characters of a value that a report shows.
  private static let shownLength = 64

  private let file: Part10File
  private var meta: DataSet
  private var dataSet: DataSet
  private var changes: [EditReport.Change] = []

  init(_ path: String) throws {
    file = try Part10File.read(try MappedFile.bytes(path), options: ReadOptions(interpretsUN: false))
    meta = file.fileMetaInformation
    dataSet = file.dataSet
  }

  /// Makes the changes; nothing is written yet.
  func apply(_ plan: EditPlan, _ uids: NewUIDs) throws -> [EditReport.Change] {
    for path in plan.erasures { try erase(path) }
    if plan.erasesPrivate { erasePrivate(&dataSet, "") }
    for insertion in plan.insertions {
      try dataSet.insert(insertion.item, at: insertion.path)
      changes.append(.init(action: .insert, path: insertion.path.keywords))
    }
    for setting in plan.settings { try set(setting, plan.options) }
    if !uids.isEmpty { replace(uids, &dataSet, "") }
    if !changes.isEmpty { settle() }
    return changes
  }

  /// The whole file.
  func encode() throws -> [UInt8] {
    let head: [UInt8]
    if file.preamble == nil, file.fileMetaInformation.isEmpty {
      head = FileMetaInformation.encode(
        sopClass: dataSet.uid(.sopClassUID) ?? "", sopInstance: dataSet.uid(.sopInstanceUID) ?? "",
        transferSyntax: file.transferSyntax.uid)
    } else {
      head = FileMetaInformation.encode(meta, preamble: file.preamble)
    }
    return head + (try DataSetWriter.write(dataSet, transferSyntax: file.transferSyntax))
  }

  // MARK: Changes

  private func isMeta(_ path: AttributePath) -> Bool {
    if case .tag(let tag) = path.steps[0].attribute { tag.group == 0x0002 } else { false }
  }

  private func erase(_ path: AttributePath) throws {
    if isMeta(path) { throw CommandFailure("\(path.keywords): File Meta Information follows from the data set") }
    let old = path.last.item == nil ? try dataSet.element(at: path) : nil
    let text = try old.flatMap { element in
      try dataSet.holders(of: path).first.map { Self.shown(element, in: $0) }
    }
    guard try dataSet.erase(path) > 0 else { return }
    changes.append(.init(action: .erase, path: path.keywords, vr: old?.vr.name, old: text))
  }

  private func erasePrivate(_ dataSet: inout DataSet, _ path: String) {
    for element in dataSet.elements {
      if element.tag.isPrivate {
        let text = Self.shown(element, in: dataSet)
        dataSet.remove(element.tag)
        changes.append(.init(action: .erase, path: path + "\(element.tag)", vr: element.vr.name, old: text))
      } else if let items = element.items {
        let count = changes.count
        let name = path + AttributePath(element.tag).keywords
        let cleared = items.enumerated().map { index, item in
          var copy = item
          erasePrivate(&copy, "\(name)[\(index)].")
          return copy
        }
        guard changes.count > count else { continue }
        dataSet.set(DataElement(tag: element.tag, vr: element.vr, value: .items(cleared), length: element.length))
      }
    }
  }

  private func set(_ setting: EditPlan.Setting, _ options: ValueOptions) throws {
    if isMeta(setting.path) {
      throw CommandFailure("\(setting.path.keywords): File Meta Information follows from the data set")
    }
    // A text that needs UTF-8 changes the character set of the root, which items share.
    if options.unencodable == .promotesToUTF8, case .texts(let texts) = setting.values,
      texts.contains(where: { $0.utf8.contains { $0 >= 0x80 } }), !isExpressible(texts, setting)
    {
      try dataSet.convertText(to: .utf8)
    }
    var failure: (any Error)?
    var made: [EditReport.Change] = []
    let name = setting.path.keywords
    try dataSet.modify(at: setting.path, creating: true) { (holder, tag) throws(AttributePathError) in
      let old = holder[tag]
      guard let vr = setting.vr ?? Self.vr(tag, old, setting.path) else {
        failure = failure ?? CommandFailure("\(name): the dictionary does not know its VR; write \(name):VR=value")
        return
      }
      let text = old.map { Self.shown($0, in: holder) }
      do throws(ValueError) {
        try holder.set(tag, vr, to: setting.values, options: options)
      } catch {
        failure = failure ?? error
        return
      }
      guard let new = holder[tag], new != old else { return }
      made.append(.init(action: .set, path: name, vr: vr.name, old: text, new: Self.shown(new, in: holder)))
    }
    if let failure { throw failure }
    changes += made
  }

  /// The dictionary's VR, the file's where that is one of those that the dictionary allows, or where it knows none.
  private static func vr(_ tag: Tag, _ old: DataElement?, _ path: AttributePath) -> VR? {
    guard let known = EditPlan.dictionaryVR(path) else { return old?.vr }
    guard let old, let entry = DataDictionary.entry(for: tag), entry.vrs.contains(old.vr) else { return known }
    return old.vr
  }

  private func isExpressible(_ texts: [String], _ setting: EditPlan.Setting) -> Bool {
    var probe = DataSet(inheritedCharacterSet: dataSet.characterSet)
    let vr = setting.vr ?? EditPlan.dictionaryVR(setting.path) ?? .LO
    return (try? probe.set(.patientComments, vr, to: .texts(texts), options: ValueOptions(checksRules: false))) != nil
  }

  private func replace(_ uids: NewUIDs, _ dataSet: inout DataSet, _ path: String) {
    for element in dataSet.elements {
      if let items = element.items {
        let count = changes.count
        let name = path + AttributePath(element.tag).keywords
        let replaced = items.enumerated().map { index, item in
          var copy = item
          replace(uids, &copy, "\(name)[\(index)].")
          return copy
        }
        guard changes.count > count else { continue }
        dataSet.set(DataElement(tag: element.tag, vr: element.vr, value: .items(replaced), length: element.length))
      } else if element.vr == .UI, let old = dataSet.strings(element.tag) {
        let new = old.map { uids.replacement($0) ?? $0 }
        guard new != old else { continue }
        dataSet.set(element.tag, .UI, new)
        changes.append(
          .init(
            action: .set, path: path + AttributePath(element.tag).keywords, vr: "UI", old: old.joined(separator: "\\"),
            new: new.joined(separator: "\\")))
      }
    }
  }

  /// File Meta Information agrees with the data set again, and group lengths that are no longer true are left out
  /// (PS3.5 §7.2, PS3.10 §7.1).
  private func settle() {
    dataSet.keep { !$0.tag.isGroupLength }
    if !meta.isEmpty {
      if let instance = dataSet.uid(.sopInstanceUID) { meta.set(.mediaStorageSOPInstanceUID, instance) }
      if let sopClass = dataSet.uid(.sopClassUID) { meta.set(.mediaStorageSOPClassUID, sopClass) }
    }
  }

  // MARK: Text

  private static func shown(_ element: DataElement, in dataSet: DataSet) -> String {
    let text = ValueText.of(element, in: dataSet)
    return text.count > shownLength ? text.prefix(shownLength) + "…" : text
  }
}
