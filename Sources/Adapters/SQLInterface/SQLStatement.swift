// SPDX-License-Identifier: Apache-2.0

/// A prepared statement of one connection. Parameters are written `?`, in order; a driver whose engine numbers them
/// rewrites them.
public protocol SQLStatement: AnyObject {
  /// Runs it once.
  /// - Parameter each: called for each row until it returns false.
  /// - Returns: how many rows were changed.
  @discardableResult
  func run(_ parameters: [SQLValue], each: (any SQLRow) throws -> Bool) throws -> Int

  /// Runs it once for each set of parameters, in order; drivers over a network send them together.
  func runAll(_ sets: [[SQLValue]]) throws

  /// The same for statements that give rows.
  /// - Parameter each: called with the number of a set and one of its rows.
  func runEach(_ sets: [[SQLValue]], _ each: (Int, any SQLRow) throws -> Void) throws
}

extension SQLStatement {
  @discardableResult
  public func run(_ parameters: [SQLValue] = []) throws -> Int { try run(parameters) { _ in false } }

  public func runAll(_ sets: [[SQLValue]]) throws {
    for parameters in sets { try run(parameters) }
  }

  public func runEach(_ sets: [[SQLValue]], _ each: (Int, any SQLRow) throws -> Void) throws {
    for (index, parameters) in sets.enumerated() {
      try run(parameters) { row in
        try each(index, row)
        return true
      }
    }
  }

  /// The first row, mapped; nil where there is none.
  public func first<Result>(_ parameters: [SQLValue], _ map: (any SQLRow) throws -> Result) throws -> Result? {
    var result: Result?
    try run(parameters) { row in
      result = try map(row)
      return false
    }
    return result
  }
}
