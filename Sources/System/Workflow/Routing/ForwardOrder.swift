// SPDX-License-Identifier: Apache-2.0

import Archive

/// What a job of kind `forward` has to know: its items are SOP Instance UIDs, its queue is the destination.
public struct ForwardOrder: Sendable, Hashable, Codable {
  public static let kind = "forward"

  /// AE title of the destination.
  public var destination: String
  public var changes: [AttributeChange]
  /// UID; empty: as it is stored.
  public var transferSyntax: String

  public init(destination: String, changes: [AttributeChange] = [], transferSyntax: String = "") {
    self.destination = destination
    self.changes = changes
    self.transferSyntax = transferSyntax
  }
}

/// What a job of kind `notify` has to know: its queue is the host that is told.
public struct NoticeOrder: Sendable, Hashable, Codable {
  public static let kind = "notify"

  public var address: String
  public var route: String
  public var study: String

  public init(address: String, route: String, study: String) {
    self.address = address
    self.route = route
    self.study = study
  }
}
