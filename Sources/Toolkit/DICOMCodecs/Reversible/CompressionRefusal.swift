// SPDX-License-Identifier: Apache-2.0

/// Why `ReversibleCompression` leaves a data set as it is.
public struct CompressionRefusal: Error, Hashable, CustomStringConvertible, Sendable {
  /// What kind of reason it is, in words for people.
  public enum Reason: String, Sendable, CaseIterable {
    /// Neither explicit nor implicit VR little endian with native pixel data.
    case notNative = "not native"
    /// The data set cannot be read, or has elements that tell of the encoding.
    case header = "header"
    /// Samples do not stand plainly: planes, subsampled colour, used spare bits, single bits.
    case samples = "samples"
    /// The codec does not take such images, or would change what they are.
    case codec = "codec"
    /// What comes back is not what went in.
    case different = "different"
    /// The compressed form is no smaller.
    case notSmaller = "not smaller"
    /// Larger than what is worked on in memory.
    case tooLarge = "too large"
  }

  public let reason: Reason
  public let detail: String

  public init(_ reason: Reason, _ detail: String) {
    self.reason = reason
    self.detail = detail
  }

  public var description: String { "\(reason.rawValue): \(detail)" }
}
