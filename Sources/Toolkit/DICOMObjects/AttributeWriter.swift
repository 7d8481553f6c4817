// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Fills a data set by the types of attributes (PS3.5 §7.4): each method checks the values by their VR, which comes
/// from the dictionary, and errors name the attribute.
struct AttributeWriter {
  /// An attribute's obligation.
  enum Requirement {
    /// Has a value.
    case type1
    /// Is present, maybe without a value.
    case type2
    /// Is present only where it has a value.
    case type3
  }

  private(set) var dataSet = DataSet(inheritedCharacterSet: .utf8)
  let path: String

  /// - Parameter path: of the sequence item that is filled; empty at the root.
  init(path: String = "") { self.path = path }

  /// A path for the items of a sequence in this data set.
  func path(_ tag: Tag, _ index: Int) -> String { "\(AttributePath.joined(path, tag))[\(index)]" }

  /// Sets texts.
  mutating func set(_ tag: Tag, _ values: [String], _ requirement: Requirement) throws(ObjectError) {
    let vr = DataDictionary.vr(for: tag) ?? .LO
    if values.allSatisfy(\.isEmpty) { return try setEmpty(tag, vr, requirement) }
    for value in values where !value.isEmpty {
      if let objection = ValueRules.objection(to: value, vr: vr) {
        throw ObjectError(.invalid, tag, in: path, objection)
      }
    }
    dataSet.set(tag, vr, values)
  }

  mutating func set(_ tag: Tag, _ value: String?, _ requirement: Requirement) throws(ObjectError) {
    try set(tag, value.map { [$0] } ?? [], requirement)
  }

  mutating func set(_ tag: Tag, _ value: UID?, _ requirement: Requirement) throws(ObjectError) {
    try set(tag, value.map { [$0.rawValue] } ?? [], requirement)
  }

  /// Sets integers, in IS or a binary VR.
  /// - Parameter vr: where the dictionary allows several.
  mutating func set(
    _ tag: Tag, _ values: [Int], _ requirement: Requirement, vr given: VR? = nil
  ) throws(ObjectError) {
    let vr = given ?? DataDictionary.vr(for: tag) ?? .US
    if values.isEmpty { return try setEmpty(tag, vr, requirement) }
    if vr.isText { return try set(tag, values.map { String($0) }, requirement) }
    let range = try allowed(tag, vr)
    for value in values where !range.contains(value) {
      throw ObjectError(.invalid, tag, in: path, "\(value) does not fit into \(vr.name)")
    }
    dataSet.set(tag, vr, integers: values)
  }

  mutating func set(_ tag: Tag, _ value: Int?, _ requirement: Requirement, vr: VR? = nil) throws(ObjectError) {
    try set(tag, value.map { [$0] } ?? [], requirement, vr: vr)
  }

  /// Sets numbers, in DS or a floating point VR.
  mutating func set(_ tag: Tag, _ values: [Double], _ requirement: Requirement) throws(ObjectError) {
    let vr = DataDictionary.vr(for: tag) ?? .FD
    if values.isEmpty { return try setEmpty(tag, vr, requirement) }
    guard vr.isText else {
      dataSet.set(tag, vr, doubles: values)
      return
    }
    var texts: [String] = []
    for value in values {
      guard let text = DecimalString.text(value) else {
        throw ObjectError(.invalid, tag, in: path, "\(value) is no decimal number")
      }
      texts.append(text)
    }
    try set(tag, texts, requirement)
  }

  mutating func set(_ tag: Tag, _ value: Double?, _ requirement: Requirement) throws(ObjectError) {
    try set(tag, value.map { [$0] } ?? [], requirement)
  }

  /// Sets bytes.
  mutating func set(_ tag: Tag, vr: VR, _ bytes: [UInt8], _ requirement: Requirement) throws(ObjectError) {
    if bytes.isEmpty { return try setEmpty(tag, vr, requirement) }
    dataSet.set(DataElement(tag: tag, vr: vr, value: .bytes(ByteSlice(bytes.count % 2 == 0 ? bytes : bytes + [0]))))
  }

  /// Sets the items of a sequence.
  mutating func set(_ tag: Tag, items: [DataSet], _ requirement: Requirement) throws(ObjectError) {
    if items.isEmpty { return try setEmpty(tag, .SQ, requirement) }
    dataSet.set(tag, items: items)
  }

  /// Sets items that are made one by one, with their path.
  mutating func set<Value>(
    _ tag: Tag, _ values: [Value], _ requirement: Requirement,
    _ make: (Value, String) throws(ObjectError) -> DataSet
  ) throws(ObjectError) {
    var items: [DataSet] = []
    for (index, value) in values.enumerated() { items.append(try make(value, path(tag, index))) }
    try set(tag, items: items, requirement)
  }

  /// Sets a coded concept as the only item of a sequence.
  mutating func set(_ tag: Tag, code: CodedConcept?, _ requirement: Requirement) throws(ObjectError) {
    try set(tag, codes: code.map { [$0] } ?? [], requirement)
  }

  mutating func set(_ tag: Tag, codes: [CodedConcept], _ requirement: Requirement) throws(ObjectError) {
    try set(tag, codes, requirement) { (code, path) throws(ObjectError) in try code.dataSet(path: path) }
  }

  /// Takes elements as they are, in place of those that are there.
  mutating func merge(_ other: DataSet) {
    for element in other.elements { dataSet.set(element) }
  }

  /// Takes an element as it is.
  mutating func set(_ element: DataElement) { dataSet.set(element) }

  private mutating func setEmpty(_ tag: Tag, _ vr: VR, _ requirement: Requirement) throws(ObjectError) {
    switch requirement {
    case .type1: throw ObjectError(.missing, tag, in: path, "has to have a value (type 1)")
    case .type2: dataSet.set(DataElement(tag: tag, vr: vr, value: vr == .SQ ? .items([]) : .bytes(.empty)))
    case .type3: break
    }
  }

  private func allowed(_ tag: Tag, _ vr: VR) throws(ObjectError) -> ClosedRange<Int> {
    switch vr {
    case .US, .OW: 0...0xFFFF
    case .SS: -0x8000...0x7FFF
    case .UL, .OL: 0...0xFFFF_FFFF
    case .SL: -0x8000_0000...0x7FFF_FFFF
    case .UV, .OV: 0...Int.max
    case .SV: Int.min...Int.max
    case .AT: 0...0xFFFF_FFFF
    default: throw ObjectError(.invalid, tag, in: path, "\(vr.name) holds no integers")
    }
  }
}
