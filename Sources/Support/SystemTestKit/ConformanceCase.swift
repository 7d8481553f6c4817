// SPDX-License-Identifier: Apache-2.0

/// One requirement of a port, checked on any implementation of it: `@Test(arguments: Suite.cases) func conforms(_
/// case: …)`.
public struct ConformanceCase<Subject>: Sendable, CustomStringConvertible {
  public let name: String
  public var description: String { name }
  private let body: @Sendable (Subject) throws -> Void

  init(_ name: String, _ body: @escaping @Sendable (Subject) throws -> Void) {
    self.name = name
    self.body = body
  }

  /// Throws `ConformanceFailure` where the subject, fresh and empty, does not do what it must.
  public func run(_ subject: Subject) throws { try body(subject) }
}

/// A requirement that does not hold.
public struct ConformanceFailure: Error, CustomStringConvertible {
  public let description: String
}

/// Throws unless both are equal.
func expect<Value: Equatable>(
  _ actual: Value, _ expected: Value, _ what: String = "", file: StaticString = #fileID, line: UInt = #line
) throws {
  guard actual == expected else {
    throw ConformanceFailure(description: "\(file):\(line): \(what) is \(actual), not \(expected)")
  }
}
