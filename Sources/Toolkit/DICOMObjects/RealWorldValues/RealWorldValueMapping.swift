// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// What stored pixel values mean in the real world (Real World Value Mapping macro, PS3.3 §C.7.6.16.2.11).
public struct RealWorldValueMapping: Sendable, Hashable {
  /// How stored values become real ones.
  public enum Transformation: Sendable, Hashable {
    case linear(slope: Double, intercept: Double)
    /// A real value for each stored value of the range.
    case table([Double])
  }

  /// First and last stored value that is mapped.
  public var range: ClosedRange<Double>
  public var transformation: Transformation
  public var unit: CodedConcept
  /// LUT Label: short and unique in the image.
  public var label: String
  /// LUT Explanation.
  public var explanation: String
  /// What is measured (Quantity Definition Sequence): concept and value.
  public var quantity: [(concept: CodedConcept, value: CodedConcept)]

  public init(
    _ range: ClosedRange<Double>, _ transformation: Transformation, unit: CodedConcept, label: String,
    explanation: String = "", quantity: CodedConcept? = nil
  ) {
    self.range = range
    self.transformation = transformation
    self.unit = unit
    self.label = label
    self.explanation = explanation.isEmpty ? label : explanation
    self.quantity = quantity.map { [(CodedConcept("246205007", "SCT", "Quantity"), $0)] } ?? []
  }

  /// Reads an item; nil where it maps nothing.
  public init?(_ item: DataSet) {
    let first =
      item.double(.doubleFloatRealWorldValueFirstValueMapped) ?? item.double(.realWorldValueFirstValueMapped)
    let last = item.double(.doubleFloatRealWorldValueLastValueMapped) ?? item.double(.realWorldValueLastValueMapped)
    guard let first, let last, first <= last, let unit = CodedConcept(item, .measurementUnitsCodeSequence) else {
      return nil
    }
    range = first...last
    self.unit = unit
    label = item.string(.lutLabel) ?? ""
    explanation = item.string(.lutExplanation) ?? ""
    if let slope = item.double(.realWorldValueSlope) {
      transformation = .linear(slope: slope, intercept: item.double(.realWorldValueIntercept) ?? 0)
    } else {
      guard let table = item.doubles(.realWorldValueLUTData), !table.isEmpty else { return nil }
      transformation = .table(table)
    }
    quantity = item.items(.quantityDefinitionSequence).compactMap { definition in
      guard let concept = CodedConcept(definition, .conceptNameCodeSequence),
        let value = CodedConcept(definition, .conceptCodeSequence)
      else { return nil }
      return (concept, value)
    }
  }

  /// The real value of a stored one; nil where it is not mapped.
  public func value(_ stored: Double) -> Double? {
    guard range.contains(stored) else { return nil }
    switch transformation {
    case .linear(let slope, let intercept): return slope * stored + intercept
    case .table(let table):
      let index = Int(stored - range.lowerBound)
      return table.indices.contains(index) ? table[index] : nil
    }
  }

  /// - Parameter isFloat: the pixels are floating point numbers, so the range is one too.
  func dataSet(path: String = "", isFloat: Bool = false) throws(ObjectError) -> DataSet {
    var item = AttributeWriter(path: path)
    try item.set(.lutExplanation, explanation, .type1)
    try item.set(.lutLabel, label, .type1)
    try item.set(.measurementUnitsCodeSequence, code: unit, .type1)
    if isFloat {
      try item.set(.doubleFloatRealWorldValueFirstValueMapped, range.lowerBound, .type1)
      try item.set(.doubleFloatRealWorldValueLastValueMapped, range.upperBound, .type1)
    } else {
      guard let first = Int(exactly: range.lowerBound), let last = Int(exactly: range.upperBound) else {
        throw ObjectError(.invalid, .realWorldValueFirstValueMapped, in: path, "stored values are integers")
      }
      let vr: VR = first < 0 ? .SS : .US
      try item.set(.realWorldValueFirstValueMapped, first, .type1, vr: vr)
      try item.set(.realWorldValueLastValueMapped, last, .type1, vr: vr)
    }
    switch transformation {
    case .linear(let slope, let intercept):
      try item.set(.realWorldValueIntercept, intercept, .type1)
      try item.set(.realWorldValueSlope, slope, .type1)
    case .table(let table):
      guard !isFloat, Double(table.count) == range.upperBound - range.lowerBound + 1 else {
        throw ObjectError(.invalid, .realWorldValueLUTData, in: path, "a value for each stored value of the range")
      }
      try item.set(.realWorldValueLUTData, table, .type1)
    }
    try item.set(.quantityDefinitionSequence, quantity, .type3) { (definition, path) throws(ObjectError) in
      try ContentItem(nil, definition.concept, .code(definition.value)).quantityItem(path: path)
    }
    return item.dataSet
  }

  public static func == (left: RealWorldValueMapping, right: RealWorldValueMapping) -> Bool {
    left.range == right.range && left.transformation == right.transformation && left.unit == right.unit
      && left.label == right.label && left.explanation == right.explanation
      && left.quantity.map(\.concept) == right.quantity.map(\.concept)
      && left.quantity.map(\.value) == right.quantity.map(\.value)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(range)
    hasher.combine(label)
  }
}

extension ContentItem {
  /// This item as content item outside of a tree (PS3.3 §10.2).
  fileprivate func quantityItem(path: String) throws(ObjectError) -> DataSet {
    var item = AttributeWriter(path: path)
    try item.set(.valueType, value.valueType, .type1)
    try item.set(.conceptNameCodeSequence, code: concept, .type1)
    try item.set(.conceptCodeSequence, code: code, .type1)
    return item.dataSet
  }
}

extension FunctionalGroups {
  /// Real World Value Mapping macro.
  public var realWorldValueMappings: [RealWorldValueMapping] {
    self[.realWorldValueMappingSequence].compactMap { RealWorldValueMapping($0) }
  }

  /// - Parameter isFloat: the pixels are floating point numbers.
  public mutating func set(realWorldValueMappings: [RealWorldValueMapping], isFloat: Bool = false) throws(ObjectError) {
    var items: [DataSet] = []
    for mapping in realWorldValueMappings { items.append(try mapping.dataSet(isFloat: isFloat)) }
    self[.realWorldValueMappingSequence] = items
  }
}
