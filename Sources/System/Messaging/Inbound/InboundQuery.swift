// SPDX-License-Identifier: Apache-2.0

/// Which messages to show. Empty fields ask for nothing.
public struct InboundQuery: Sendable, Hashable {
  public var states: Set<InboundState> = []
  /// MSH-10, whole.
  public var controlID = ""
  /// Only those with smaller ids: the next page.
  public var before: Int64?
  public var limit = 100

  public init() {}
}
