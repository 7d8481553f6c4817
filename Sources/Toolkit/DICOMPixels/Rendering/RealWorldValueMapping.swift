// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// What stored values mean in a real world unit (PS3.3 §C.7.6.16.2.11).
public struct RealWorldValueMapping: Sendable, Hashable {
  public let label: String?
  public let explanation: String?
  /// Code Value and Code Meaning of Measurement Units Code Sequence, UCUM as a rule.
  public let unit: String?
  public let unitMeaning: String?
  /// Stored values that are mapped; nil where the item does not say.
  public let mapped: ClosedRange<Double>?
  public let transform: ModalityTransform

  /// The mappings of a frame, counted from 0: its own, else the shared ones, else those of the image.
  public static func all(_ dataSet: DataSet, frame: Int) -> [RealWorldValueMapping] {
    let groups = FunctionalGroups.items(dataSet, .realWorldValueMappingSequence, frame: frame)
    let items = groups.isEmpty ? dataSet.items(.realWorldValueMappingSequence) : groups
    return items.compactMap { RealWorldValueMapping(item: $0) }
  }

  /// Nil where the item has neither a slope nor a table.
  init?(item: DataSet) {
    label = item.string(.lutLabel)
    explanation = item.string(.lutExplanation)
    let units = item.items(.measurementUnitsCodeSequence).first
    unit = units?.string(.codeValue)
    unitMeaning = units?.string(.codeMeaning)
    let first = item.double(.realWorldValueFirstValueMapped) ?? item.double(.doubleFloatRealWorldValueFirstValueMapped)
    let last = item.double(.realWorldValueLastValueMapped) ?? item.double(.doubleFloatRealWorldValueLastValueMapped)
    mapped = first.flatMap { first in last.flatMap { first <= $0 ? first...$0 : nil } }
    if let values = item.doubles(.realWorldValueLUTData), !values.isEmpty, let first, first.isFinite {
      transform = .realWorldTable(first: first, values: values)
    } else if let slope = item.double(.realWorldValueSlope), slope.isFinite, slope != 0 {
      let intercept = item.double(.realWorldValueIntercept) ?? 0
      transform = .rescale(slope: slope, intercept: intercept.isFinite ? intercept : 0)
    } else {
      return nil
    }
  }
}
