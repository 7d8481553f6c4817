// SPDX-License-Identifier: Apache-2.0

/// Why pixel data cannot be described, located or transformed.
public struct PixelError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of fault it is.
  public enum Code: Sendable {
    /// A required attribute of the Image Pixel module is absent.
    case missing
    /// An attribute has a value that cannot be.
    case invalid
    /// A legal form that is not implemented.
    case unsupported
    /// A size above the configured limit.
    case limit
    /// Fewer bytes, fragments or frames than the attributes claim.
    case truncated
    /// No such frame.
    case noSuchFrame
  }

  public let code: Code
  public let reason: String
  /// The frame concerned, counted from 0.
  public let frame: Int?

  public init(_ code: Code, _ reason: String, frame: Int? = nil) {
    self.code = code
    self.reason = reason
    self.frame = frame
  }

  public var description: String { frame.map { "frame \($0 + 1): \(reason)" } ?? reason }
}
