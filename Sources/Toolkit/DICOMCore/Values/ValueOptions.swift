// SPDX-License-Identifier: Apache-2.0

/// How values are set.
public struct ValueOptions: Sendable, Hashable {
  /// What happens to text that Specific Character Set cannot express.
  public enum Unencodable: Sendable, Hashable {
    /// Setting fails.
    case fails
    /// The data set becomes UTF-8, ISO_IR 192: its other text is encoded again.
    case promotesToUTF8
    /// A question mark stands for each character.
    case isReplaced
  }

  public var unencodable: Unencodable
  /// Values must follow the rules of their VR (PS3.5 §6.2). Without, only what cannot be written at all is refused.
  public var checksRules: Bool

  public init(unencodable: Unencodable = .fails, checksRules: Bool = true) {
    self.unencodable = unencodable
    self.checksRules = checksRules
  }
}
