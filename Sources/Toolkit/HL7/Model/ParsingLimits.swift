// SPDX-License-Identifier: Apache-2.0

/// What a message may take.
public struct ParsingLimits: Sendable, Hashable {
  public var bytes: Int
  public var segments: Int
  /// Of one segment.
  public var fields: Int

  public init(bytes: Int = 64 << 20, segments: Int = 100_000, fields: Int = 2_000) {
    self.bytes = bytes
    self.segments = segments
    self.fields = fields
  }

  public static let standard = ParsingLimits()
}
