// SPDX-License-Identifier: Apache-2.0

/// Why a film was not made.
public struct FilmError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Code: String, Sendable {
    /// The pixels of an image contradict its attributes.
    case badImage
    /// The page could not be drawn.
    case drawing
    /// The file could not be written, or was not taken by the printer.
    case output
  }

  public let code: Code
  public let reason: String

  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  public var description: String { reason }
}
