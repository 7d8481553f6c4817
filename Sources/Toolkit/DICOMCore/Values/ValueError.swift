// SPDX-License-Identifier: Apache-2.0

/// Why a value cannot be set.
public struct ValueError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Kind of failure.
  public struct Code: RawRepresentable, Sendable, Hashable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Values of a kind that the VR cannot hold, such as numbers in UI.
    public static let wrongKind = Code(rawValue: "wrongKind")
    /// Text that is not written as the VR demands.
    public static let malformed = Code(rawValue: "malformed")
    /// More characters or bytes than the VR allows.
    public static let tooLong = Code(rawValue: "tooLong")
    /// A character that the VR does not allow.
    public static let invalidCharacter = Code(rawValue: "invalidCharacter")
    /// A number that does not fit.
    public static let outOfRange = Code(rawValue: "outOfRange")
    /// A character that Specific Character Set does not have.
    public static let notInCharacterSet = Code(rawValue: "notInCharacterSet")
    /// Several values where the VR holds one.
    public static let tooManyValues = Code(rawValue: "tooManyValues")
    /// The attribute's VR is neither given nor known.
    public static let unknownVR = Code(rawValue: "unknownVR")
  }

  public let code: Code
  /// What is wrong, for people.
  public let reason: String
  public let vr: VR
  /// The attribute; nil where a value is checked by itself.
  public let tag: Tag?
  /// Number of the value that is wrong, from 0; nil where all of them are.
  public let index: Int?

  public init(_ code: Code, _ reason: String, vr: VR, tag: Tag? = nil, index: Int? = nil) {
    self.code = code
    self.reason = reason
    self.vr = vr
    self.tag = tag
    self.index = index
  }

  public var description: String {
    let place = [tag.map { "\($0)" }, index.map { "value \($0 + 1)" }].compactMap { $0 }.joined(separator: ", ")
    return place.isEmpty ? reason : "\(place): \(reason)"
  }

  func at(_ tag: Tag) -> ValueError { ValueError(code, reason, vr: vr, tag: tag, index: index) }
}
