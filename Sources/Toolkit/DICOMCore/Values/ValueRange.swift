// SPDX-License-Identifier: Apache-2.0

/// What can be a bound of a range in a query.
public protocol RangeBound: Hashable, Sendable, CustomStringConvertible {
  /// Reads one value; nil where the text is none.
  init?(_ text: Substring)
}

extension DICOMDate: RangeBound {}
extension DICOMTime: RangeBound {}
extension DICOMDateTime: RangeBound {}

/// A range of dates or times in a query: `20260101-20260131`, `-20260131`, `20260101-`, or one value
/// (PS3.4 §C.2.2.2.5).
public struct ValueRange<Bound: RangeBound>: Hashable, Sendable {
  /// The earliest; nil for no limit.
  public let lower: Bound?
  /// The latest, all that its precision leaves open included; nil for no limit.
  public let upper: Bound?
  /// The query names one value and no range.
  public let isSingle: Bool

  public init(from lower: Bound?, through upper: Bound?) {
    self.lower = lower
    self.upper = upper
    isSingle = false
  }

  public init(_ value: Bound) {
    lower = value
    upper = value
    isSingle = true
  }

  /// Reads a range or one value; nil where a side is none, or both sides are missing.
  ///
  /// A hyphen before four digits that can be an offset from UTC is taken as its sign (PS3.5 §6.2, DT).
  public init?(_ text: some StringProtocol) {
    let all = Substring(text)
    if let value = Bound(all) {
      self.init(value)
      return
    }
    for index in all.indices where all[index] == "-" {
      let left = all[..<index]
      let right = all[all.index(after: index)...]
      if left.isEmpty && right.isEmpty { return nil }
      let lower = Bound(left)
      let upper = Bound(right)
      if left.isEmpty == (lower == nil), right.isEmpty == (upper == nil) {
        self.init(from: lower, through: upper)
        return
      }
    }
    return nil
  }
}

extension ValueRange: CustomStringConvertible {
  public var description: String {
    isSingle ? (lower?.description ?? "") : "\(lower?.description ?? "")-\(upper?.description ?? "")"
  }
}
