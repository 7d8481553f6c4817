// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Stored values to the modality's own unit (PS3.3 §C.11.1).
public enum ModalityTransform: Sendable, Hashable {
  case rescale(slope: Double, intercept: Double)
  case table(LookupTable)

  public static let identity = ModalityTransform.rescale(slope: 1, intercept: 0)

  /// Reads the transform of a frame, from the functional groups where there are any (PS3.3 §C.7.6.16.2.9).
  public init(_ dataSet: DataSet, frame: Int, isSigned: Bool) {
    let item = FunctionalGroups.item(dataSet, .pixelValueTransformationSequence, frame: frame) ?? dataSet
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

  /// The value in the modality's unit.
  public func callAsFunction(_ stored: Double) -> Double {
    switch self {
    case .rescale(let slope, let intercept): stored * slope + intercept
    case .table(let table): Double(table(Int(stored.rounded())))
    }
  }

  /// Values that come out can be below zero.
  func hasNegativeOutput(_ isSigned: Bool) -> Bool {
    switch self {
    case .rescale(let slope, let intercept): isSigned || intercept < 0 || slope < 0
    case .table: false
    }
  }
}
