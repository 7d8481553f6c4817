// SPDX-License-Identifier: Apache-2.0

/// The media ranges that a client accepts, from the Accept header field or the `accept` query parameter
/// (RFC 9110 §12.5.1, PS3.18 §8.3.3.1, §8.7.5).
public struct Accept: Hashable, Sendable {
  /// One media range and how much it is liked.
  public struct Range: Hashable, Sendable {
    /// The media range, `q` removed; for multipart the `type` parameter says what is inside.
    public var media: MediaType
    /// 0 through 1; 0 is not acceptable.
    public var quality: Double

    public init(_ media: MediaType, quality: Double = 1) {
      self.media = media
      self.quality = quality
    }
  }

  public var ranges: [Range]

  public init(ranges: [Range]) { self.ranges = ranges }

  /// Everything, in the form that is the default of the resource.
  public static let anything = Accept(ranges: [Range(MediaType("*", "*"))])

  /// Parses a list of media ranges; an empty one accepts everything.
  public init(parsing text: some StringProtocol) throws(WebError) {
    var scanner = FieldScanner(text)
    ranges = []
    while !scanner.isAtEnd {
      if scanner.take(",") { continue }
      guard ranges.count < FieldScanner.maximumCount else {
        throw scanner.malformed("There are too many media ranges.")
      }
      var media = try scanner.mediaType()
      var quality = 1.0
      if let text = media["q"] {
        guard let value = Double(text), value.isFinite else { throw scanner.malformed("\(text) is no quality value.") }
        quality = value
      }
      media.parameters.removeAll { $0.name == "q" }
      ranges.append(Range(media, quality: min(max(quality, 0), 1)))
      guard scanner.isAtEnd || scanner.take(",") else {
        throw scanner.malformed("Media ranges are separated by commas.")
      }
    }
    if ranges.isEmpty { self = .anything }
  }

  /// What a request accepts: the query parameter before the header field (PS3.18 §8.7.5).
  public static func of(header: String?, parameter: String?) throws(WebError) -> Accept {
    if let parameter, !parameter.isEmpty { return try Accept(parsing: parameter) }
    return try header.map { text throws(WebError) in try Accept(parsing: text) } ?? .anything
  }
}
