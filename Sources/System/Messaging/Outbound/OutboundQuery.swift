// SPDX-License-Identifier: Apache-2.0

/// Which queued messages to show. Empty fields ask for nothing.
public struct OutboundQuery: Sendable, Hashable {
  public var states: Set<OutboundState> = []
  public var destination = ""
  /// Only those with smaller ids: the next page.
  public var before: Int64?
  public var limit = 100

  public init() {}
}
