// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Stored values to the modality's own unit (PS3.3 §C.11.1).
public enum ModalityTransform: Sendable, Hashable {
  case rescale(slope: Double, intercept: Double)
  case table(LookupTable)
  /// Real World Value LUT Data for the stored values from `first` on.
  case realWorldTable(first: Double, values: [Double])

  public static let identity = ModalityTransform.rescale(slope: 1, intercept: 0)

  /// Reads the transform of a frame, from the functional groups where there are any (PS3.3 §C.7.6.16.2.9).
  public init(_ dataSet: DataSet, frame: Int, isSigned: Bool) {
    let item = FunctionalGroups.item(dataSet, .pixelValueTransformationSequence, frame: frame) ?? dataSet
    self.init(item: item, tableIn: dataSet, isSigned: isSigned)
  }

  /// Reads the Modality LUT module, as it stands in an image or a presentation state; identity where it is absent.
  init(item: DataSet, tableIn dataSet: DataSet, isSigned: Bool) {
    if let first = dataSet.items(.modalityLUTSequence).first,
      let table = LookupTable(item: first, signedInput: isSigned)
    {
      self = .table(table)
      return
    }
    let slope = item.double(.rescaleSlope) ?? 1
    let intercept = item.double(.rescaleIntercept) ?? 0
    let usable = slope.isFinite && intercept.isFinite && slope != 0
    self = usable ? .rescale(slope: slope, intercept: intercept) : .identity
  }

  /// Beyond this no table has entries, and numbers still fit into an integer.
  private static let tableBound = 4_294_967_296.0

  /// The value in the modality's unit; NaN for NaN.
  public func callAsFunction(_ stored: Double) -> Double {
    switch self {
    case .rescale(let slope, let intercept): return stored * slope + intercept
    case .table(let table):
      guard !stored.isNaN else { return stored }
      return Double(table(Int(min(max(stored.rounded(), -Self.tableBound), Self.tableBound))))
    case .realWorldTable(let first, let values):
      guard !stored.isNaN, let last = values.indices.last else { return .nan }
      return values[Int(min(max((stored - first).rounded(), 0), Double(last)))]
    }
  }

  /// Values that come out can be below zero.
  func hasNegativeOutput(_ isSigned: Bool) -> Bool {
    switch self {
    case .rescale(let slope, let intercept): isSigned || intercept < 0 || slope < 0
    case .table: false
    case .realWorldTable(_, let values): values.contains { $0 < 0 }
    }
  }
}
