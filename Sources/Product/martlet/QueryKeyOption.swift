// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMDictionary

/// A matching or return key as given on the command line: `PatientName=DOE*`, `0010,0020=…`, `StudyDate`, or inside a
/// sequence `RequestAttributesSequence.ScheduledProcedureStepID=…`.
struct QueryKeyOption: ExpressibleByArgument {
  /// The tag, after those of the sequences around it.
  let path: [Tag]
  let value: String

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    var path: [Tag] = []
    for name in parts[0].split(separator: ".", omittingEmptySubsequences: false) {
      guard let tag = Self.tag(String(name)) else { return nil }
      path.append(tag)
    }
    self.path = path
    value = parts.count > 1 ? String(parts[1]) : ""
  }

  private static func tag(_ name: String) -> Tag? {
    if let tag = DataDictionary.tag(keyword: name) { return tag }
    let digits = name.filter { $0 != "," && $0 != "(" && $0 != ")" }
    guard digits.count == 8 else { return nil }
    return Tag(hexadecimal: digits)
  }

  /// What the column of the key is called.
  var label: String {
    path.map { DataDictionary.entry(for: $0)?.keyword ?? $0.hexadecimal }.joined(separator: ".")
  }

  /// Puts the key into an identifier.
  func apply(to identifier: inout DataSet) { Self.set(path[...], value, in: &identifier) }

  private static func set(_ path: ArraySlice<Tag>, _ value: String, in dataSet: inout DataSet) {
    guard let tag = path.first else { return }
    let vr = DataDictionary.vr(for: tag) ?? .LO
    if path.count > 1 || vr == .SQ {
      var item = dataSet.items(tag).first ?? DataSet(inheritedCharacterSet: dataSet.characterSet)
      set(path.dropFirst(), value, in: &item)
      dataSet.set(tag, items: [item])
    } else if value.isEmpty {
      dataSet.set(DataElement(tag: tag, vr: vr, value: .bytes(.empty)))
    } else {
      setValue(tag, vr, value, in: &dataSet)
    }
  }

  private static func setValue(_ tag: Tag, _ vr: VR, _ value: String, in dataSet: inout DataSet) {
    let values = value.split(separator: "\\", omittingEmptySubsequences: false).map(String.init)
    switch vr {
    case .US, .SS, .UL, .SL, .UV, .SV: dataSet.set(tag, vr, integers: values.compactMap { Int($0) })
    case .AT:
      dataSet.set(tag, vr, integers: values.compactMap { Tag(hexadecimal: $0).map { Int($0.rawValue) } })
    default: dataSet.set(tag, vr.isText ? vr : .LO, values)
    }
  }

  /// The values of the key in a match, as text.
  func text(in match: DataSet) -> String {
    var items = [match]
    for tag in path.dropLast() { items = items.flatMap { $0.items(tag) } }
    guard let tag = path.last else { return "" }
    return items.flatMap { $0.strings(tag) ?? [] }.joined(separator: "\\")
  }
}
