// SPDX-License-Identifier: Apache-2.0

/// What a job of kind `fetch` has to know: a study is brought here from other archives. Its key is the study.
public struct FetchOrder: Sendable, Hashable, Codable {
  public static let kind = "fetch"
  private static let prefix = "from "

  /// Study Instance UID.
  public var study: String
  /// AE titles of archives that have it, asked one after another.
  public var archives: [String]

  public init(study: String, archives: [String]) {
    self.study = study
    self.archives = archives
  }

  /// A queue of its own: who waits for images does not wait for what goes out to the same node.
  public static func queue(from node: String) -> String { prefix + node }

  /// The node that a queue fetches from; nil for other queues.
  public static func node(ofQueue queue: String) -> String? {
    queue.hasPrefix(prefix) ? String(queue.dropFirst(prefix.count)) : nil
  }
}
