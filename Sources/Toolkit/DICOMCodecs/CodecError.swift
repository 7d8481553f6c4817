// SPDX-License-Identifier: Apache-2.0

import DICOMPixels

/// Why a frame could not be decoded or encoded.
public struct CodecError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of fault it is.
  public enum Code: Sendable {
    /// No codec for this transfer syntax or this form of it.
    case unsupported
    /// The stream is not what the codec's standard allows.
    case corrupt
    /// The stream ends early.
    case truncated
    /// The stream contradicts the attributes of the image.
    case mismatch
    /// A size above a limit.
    case limit
    /// The attributes of the image do not describe pixel data.
    case description
    /// No such frame.
    case noSuchFrame
    /// What was written does not decode to what went in.
    case verification
    /// The task was cancelled.
    case cancelled
  }

  public let code: Code
  public let reason: String
  /// The frame concerned, counted from 0.
  public var frame: Int?

  public init(_ code: Code, _ reason: String, frame: Int? = nil) {
    self.code = code
    self.reason = reason
    self.frame = frame
  }

  public init(_ error: PixelError) {
    switch error.code {
    case .missing, .invalid: code = .description
    case .unsupported: code = .unsupported
    case .limit: code = .limit
    case .truncated: code = .truncated
    case .noSuchFrame: code = .noSuchFrame
    }
    reason = error.reason
    frame = error.frame
  }

  public var description: String { frame.map { "frame \($0 + 1): \(reason)" } ?? reason }
}
