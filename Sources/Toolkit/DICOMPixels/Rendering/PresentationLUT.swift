// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Brightness after the VOI transform to P-values (PS3.3 §C.11.4, §C.11.6).
public enum PresentationLUT: Sendable, Hashable {
  case identity
  case inverse
  case table(LookupTable)

  /// Reads Presentation LUT Sequence or Presentation LUT Shape; nil where there is neither.
  public init?(_ dataSet: DataSet) {
    if let item = dataSet.items(.presentationLUTSequence).first,
      let table = LookupTable(item: item, signedInput: false)
    {
      self = .table(table)
      return
    }
    switch dataSet.string(.presentationLUTShape) {
    case "IDENTITY": self = .identity
    case "INVERSE": self = .inverse
    default: return nil
    }
  }

  /// The P-value, 0 to 1, of a brightness, 0 to 1. The brightness runs over the whole table.
  public func callAsFunction(_ brightness: Double) -> Double {
    switch self {
    case .identity: return brightness
    case .inverse: return 1 - brightness
    case .table(let table):
      let last = table.entries.count - 1
      let index = min(max(Int((brightness * Double(last)).rounded()), 0), last)
      return Double(table.entries[index]) / Double(table.greatest)
    }
  }
}
