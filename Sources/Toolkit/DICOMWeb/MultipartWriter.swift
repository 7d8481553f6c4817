// SPDX-License-Identifier: Apache-2.0

/// Writes the lines between the bodies of a `multipart/related` message (RFC 2046 §5.1.1, PS3.18 §8.6.1).
public struct MultipartWriter: Sendable {
  public let boundary: String
  private var hasParts = false

  /// - Parameter boundary: 1 to 70 characters that occur in no body; nil makes a random one.
  public init(boundary: String? = nil) {
    var generator = SystemRandomNumberGenerator()
    self.boundary =
      boundary ?? "martlet-" + String(generator.next() as UInt64, radix: 36)
      + String(generator.next() as UInt64, radix: 36)
  }

  /// What stands before the body of a part.
  /// - Parameter length: the length of the body, where it is known.
  public mutating func beginPart(
    _ media: MediaType, length: Int? = nil, location: String? = nil
  ) -> [UInt8] {
    var text = hasParts ? "\r\n" : ""
    hasParts = true
    text += "--\(boundary)\r\nContent-Type: \(media)\r\n"
    if let length { text += "Content-Length: \(length)\r\n" }
    if let location { text += "Content-Location: \(location)\r\n" }
    return Array((text + "\r\n").utf8)
  }

  /// What stands behind the last body.
  public func end() -> [UInt8] {
    Array(((hasParts ? "\r\n" : "") + "--\(boundary)--\r\n").utf8)
  }
}
