// SPDX-License-Identifier: Apache-2.0

public import DICOMCore

/// Archives that are asked together with this one.
public protocol OtherArchives: Sendable {
  /// Their AE titles.
  var titles: [String] { get }

  /// Asks all of them; blocks until they have answered or their time is over.
  /// - Parameter identifiers: questions that are asked one after another; each has matching keys, and attributes that
  ///   are wanted without a value. What answers several comes several times.
  func find(_ level: QueryLevel, _ identifiers: [DataSet]) -> OtherAnswers

  /// Brings what is selected and not here; blocks. What cannot be brought is not, and the log says why.
  func fetch(_ selection: InstanceSelection, _ level: QueryLevel) throws
}

/// What other archives answered.
public struct OtherAnswers: Sendable {
  /// An answer, and the AE title of who gave it.
  public struct Answer: Sendable {
    public var node: String
    public var dataSet: DataSet

    public init(node: String, dataSet: DataSet) {
      self.node = node
      self.dataSet = dataSet
    }
  }

  public var answers: [Answer]
  /// Why some gave none, or not all, by AE title.
  public var failures: [String: String]

  /// AE titles of those that gave none, or not all.
  public var absent: [String] { failures.keys.sorted() }

  public init(answers: [Answer] = [], failures: [String: String] = [:]) {
    self.answers = answers
    self.failures = failures
  }
}
