// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The value of a NUM content item (PS3.3 §C.18.1): a number with its unit, or a qualifier that says why there is
/// none; documents that were read may have neither.
public struct NumericValue: Sendable, Hashable {
  /// The number; nil where Measured Value Sequence is empty.
  public var value: Double?
  /// Measurement units; nil only where there is no number.
  public var unit: CodedConcept?
  /// Numeric Value Qualifier, such as overflow or not a number.
  public var qualifier: CodedConcept?
  /// Numeric Value as it stood in the data set: decimals say how precise it is.
  public private(set) var text: String?

  public init(_ value: Double, _ unit: CodedConcept, qualifier: CodedConcept? = nil) {
    self.value = value
    self.unit = unit
    self.qualifier = qualifier
  }

  /// No number, for a reason.
  public init(absentBecause qualifier: CodedConcept) {
    value = nil
    unit = nil
    self.qualifier = qualifier
  }

  init(_ item: DataSet) {
    if let measured = item.items(.measuredValueSequence).first {
      text = measured.string(.numericValue)
      value = measured.double(.floatingPointValue) ?? measured.double(.numericValue)
      unit = CodedConcept(measured, .measurementUnitsCodeSequence)
    }
    qualifier = CodedConcept(item, .numericValueQualifierCodeSequence)
  }

  func write(_ item: inout AttributeWriter) throws(ObjectError) {
    try item.set(.measuredValueSequence, value.map { [$0] } ?? [], .type2) {
      (value, path) throws(ObjectError) in
      var measured = AttributeWriter(path: path)
      if let text, Double(text) == value {
        try measured.set(.numericValue, text, .type1)
      } else {
        try measured.set(.numericValue, value, .type1)
        if DecimalString.text(value).flatMap(Double.init) != value {
          try measured.set(.floatingPointValue, value, .type3)
        }
      }
      try measured.set(.measurementUnitsCodeSequence, code: unit, .type1)
      return measured.dataSet
    }
    try item.set(.numericValueQualifierCodeSequence, code: qualifier, .type3)
  }

  /// The number as the data set had it, or the shortest text that gives it back.
  public var numberText: String? { text ?? value.flatMap(DecimalString.text) }

  /// Equal where numbers, units and qualifiers are, whatever the text.
  public static func == (left: NumericValue, right: NumericValue) -> Bool {
    left.value == right.value && left.unit == right.unit && left.qualifier == right.qualifier
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(value)
    hasher.combine(unit)
    hasher.combine(qualifier)
  }
}
