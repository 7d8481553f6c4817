// SPDX-License-Identifier: Apache-2.0

/// Ends a command with a message and exit code 1.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
