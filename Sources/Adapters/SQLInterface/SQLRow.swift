// SPDX-License-Identifier: Apache-2.0

/// The row that a statement stands on; valid only inside the closure it is given to. Columns count from 0.
public protocol SQLRow: AnyObject {
  func isNull(_ column: Int) -> Bool
  /// 0 where NULL.
  func integer(_ column: Int) -> Int64
  /// 0 where NULL.
  func real(_ column: Int) -> Double
  /// Empty where NULL.
  func text(_ column: Int) -> String
  /// The bytes, without a copy; they live as long as the row does. Empty where NULL.
  func bytes(_ column: Int) -> UnsafeRawBufferPointer
}

extension SQLRow {
  /// A whole number that fits a machine word; 0 where NULL.
  public func int(_ column: Int) -> Int { Int(integer(column)) }
  /// Nil where NULL.
  public func integerIfAny(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }
  /// Nil where NULL.
  public func textIfAny(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
  /// A copy of the bytes.
  public func blob(_ column: Int) -> [UInt8] { Array(bytes(column)) }
}
