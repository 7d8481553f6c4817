// SPDX-License-Identifier: Apache-2.0

/// The frame numbers of a frames resource, in the order in which they are wanted (PS3.18 §10.4.1.6).
public struct FrameList: Hashable, Sendable {
  /// Frames in one request.
  public static let maximumCount = 100_000

  /// Counted from 1.
  public var numbers: [Int]

  public init(_ numbers: [Int]) { self.numbers = numbers }

  /// Parses `1,5,7`.
  public init(parsing text: some StringProtocol) throws(WebError) {
    numbers = []
    // A comma may be written as an escape.
    let plain = String(text).split(separator: "%2C", omittingEmptySubsequences: false).joined(separator: ",")
    for part in plain.split(separator: ",", omittingEmptySubsequences: false) {
      guard let number = Int(part), number > 0, numbers.count < Self.maximumCount else {
        throw WebError(.malformed, "Frames are numbers from 1, separated by commas.", at: "path")
      }
      numbers.append(number)
    }
  }
}
