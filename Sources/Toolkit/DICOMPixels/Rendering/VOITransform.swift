// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Values of interest to brightness (PS3.3 §C.11.2).
public enum VOITransform: Sendable, Hashable {
  case window(Window)
  case table(LookupTable)

  /// One of several views that an image offers.
  public struct Choice: Sendable, Hashable {
    public let transform: VOITransform
    /// Window Center & Width Explanation or LUT Explanation.
    public let explanation: String?
  }

  /// The first window of a frame, else its first VOI LUT; nil where it has none that can be applied.
  public init?(_ dataSet: DataSet, frame: Int, signedInput: Bool) {
    guard let first = Self.choices(dataSet, frame: frame, signedInput: signedInput).first else { return nil }
    self = first.transform
  }

  /// What a frame offers and can be applied: its windows, then its VOI LUTs. A frame's own functional group comes
  /// before the shared one and the attributes of the image (PS3.3 §C.7.6.16.2.10).
  /// - Parameter signedInput: values before the transform can be negative, which decides how a LUT's first value reads.
  public static func choices(_ dataSet: DataSet, frame: Int, signedInput: Bool) -> [Choice] {
    let item = FunctionalGroups.item(dataSet, .frameVOILUTSequence, frame: frame) ?? dataSet
    let windows = windows(item)
    let tables = tables(item, signedInput)
    let own = windows + tables
    return own.isEmpty && item != dataSet ? self.windows(dataSet) + self.tables(dataSet, signedInput) : own
  }

  /// The choices of one item that has the VOI LUT macro.
  static func choices(item: DataSet, signedInput: Bool) -> [Choice] { windows(item) + tables(item, signedInput) }

  private static func windows(_ item: DataSet) -> [Choice] {
    let centers = item.doubles(.windowCenter) ?? []
    let widths = item.doubles(.windowWidth) ?? []
    let explanations = item.strings(.windowCenterWidthExplanation) ?? []
    let function = item.string(.voiLUTFunction).flatMap { Window.Function(rawValue: $0) } ?? .linear
    return zip(centers, widths).enumerated().compactMap { index, values in
      let window = Window(center: values.0, width: values.1, function: function)
      guard window.isValid else { return nil }
      let explanation = index < explanations.count && !explanations[index].isEmpty ? explanations[index] : nil
      return Choice(transform: .window(window), explanation: explanation)
    }
  }

  private static func tables(_ item: DataSet, _ signedInput: Bool) -> [Choice] {
    item.items(.voiLUTSequence).compactMap { item in
      LookupTable(item: item, signedInput: signedInput).map {
        Choice(transform: .table($0), explanation: item.string(.lutExplanation))
      }
    }
  }

  /// The brightness of a value, 0 to 1.
  public func callAsFunction(_ value: Double) -> Double {
    switch self {
    case .window(let window): return window(value)
    case .table(let table):
      let input = min(max(value.rounded(), -0x1_0000_0000), 0x1_0000_0000)
      return Double(table(Int(input))) / Double(table.greatest)
    }
  }
}
