// SPDX-License-Identifier: Apache-2.0

/// Ends a command with a message and exit code 1.
package struct CommandFailure: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
