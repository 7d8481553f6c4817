// SPDX-License-Identifier: Apache-2.0

extension ConformanceFailure {
  init(_ description: String) { self.init(description: description) }
}

/// Throws where `condition` is false.
func demand(_ condition: Bool, _ what: @autoclosure () -> String, line: UInt = #line) throws {
  if !condition { throw ConformanceFailure("\(what()) (line \(line))") }
}
