// SPDX-License-Identifier: Apache-2.0

/// Somebody who is told when transactions were committed; until `stop`, or until it goes away.
public protocol SQLListener: AnyObject, Sendable {
  func stop()
}
