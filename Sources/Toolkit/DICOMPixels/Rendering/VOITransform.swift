// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Values of interest to brightness (PS3.3 §C.11.2).
public enum VOITransform: Sendable, Hashable {
  case window(Window)
  case table(LookupTable)

  /// The first window of a frame, else its first VOI LUT; nil where it has none that can be applied.
  public init?(_ dataSet: DataSet, frame: Int, signedInput: Bool) {
    let item = FunctionalGroups.item(dataSet, .frameVOILUTSequence, frame: frame) ?? dataSet
    if let center = item.double(.windowCenter), let width = item.double(.windowWidth) {
      let function = item.string(.voiLUTFunction).flatMap { Window.Function(rawValue: $0) } ?? .linear
      let window = Window(center: center, width: width, function: function)
      if window.isValid {
        self = .window(window)
        return
      }
    }
    guard let first = dataSet.items(.voiLUTSequence).first,
      let table = LookupTable(item: first, signedInput: signedInput)
    else { return nil }
    self = .table(table)
  }

  /// The brightness of a value, 0 to 1.
  public func callAsFunction(_ value: Double) -> Double {
    switch self {
    case .window(let window): return window(value)
    case .table(let table):
      let input = min(max(value.rounded(), -0x1_0000_0000), 0x1_0000_0000)
      return Double(table(Int(input))) / Double((1 << table.bits) - 1)
    }
  }
}
