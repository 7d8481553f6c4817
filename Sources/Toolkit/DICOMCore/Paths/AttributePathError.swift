// SPDX-License-Identifier: Apache-2.0

/// Why a path cannot be read, or followed in a data set.
public struct AttributePathError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Kind of failure.
  public struct Code: RawRepresentable, Sendable, Hashable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The text is no path.
    public static let malformed = Code(rawValue: "malformed")
    /// A keyword that the dictionary does not know.
    public static let unknownKeyword = Code(rawValue: "unknownKeyword")
    /// More steps than `AttributePath.maximumDepth`.
    public static let tooDeep = Code(rawValue: "tooDeep")
    /// A step goes into something that is no sequence.
    public static let notASequence = Code(rawValue: "notASequence")
    /// There is no such attribute or item.
    public static let absent = Code(rawValue: "absent")
    /// The group has no block left for another private creator.
    public static let noPrivateBlock = Code(rawValue: "noPrivateBlock")
    /// The value is none of its VR.
    public static let invalidValue = Code(rawValue: "invalidValue")
  }

  public let code: Code
  /// What is wrong, for people.
  public let reason: String
  /// The path as far as the step that failed, or the text that is none.
  public let path: String
  /// Where in the text of `path` it goes wrong, in bytes of UTF-8 from 0; nil for paths that were read.
  public let position: Int?

  public init(_ code: Code, _ reason: String, path: String, position: Int? = nil) {
    self.code = code
    self.reason = reason
    self.path = path
    self.position = position
  }

  public var description: String {
    position.map { "\(reason) (\(path), character \($0 + 1))" } ?? "\(reason) (\(path))"
  }
}
