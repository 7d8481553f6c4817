// SPDX-License-Identifier: Apache-2.0

/// The Range header field for bytes (RFC 9110 §14.2).
public enum ByteRange {
  /// What of a representation is to be given.
  public enum Choice: Hashable, Sendable {
    /// All of it: there is no range, or one that may be passed over.
    case whole
    /// One part, never empty.
    case part(Range<Int64>)
    /// Nothing of what is asked for exists: 416.
    case unsatisfiable
  }

  /// - Parameters:
  ///   - header: value of the field; nil where there is none. Several ranges at once, and units other than bytes, are
  ///     passed over as RFC 9110 §14.2 allows.
  ///   - length: bytes of the representation.
  public static func choose(_ header: String?, length: Int64) -> Choice {
    guard let header, header.lowercased().hasPrefix("bytes=") else { return .whole }
    let text = header.dropFirst("bytes=".count).filter { $0 != " " && $0 != "\t" }
    guard !text.contains(","), let hyphen = text.firstIndex(of: "-") else { return .whole }
    let (first, last) = (text[..<hyphen], text[text.index(after: hyphen)...])
    guard isNumber(first) || first.isEmpty, isNumber(last) || last.isEmpty else { return .whole }
    if first.isEmpty {
      guard !last.isEmpty else { return .whole }
      let count = min(Int64(last) ?? .max, length)
      return count > 0 ? .part(length - count..<length) : .unsatisfiable
    }
    guard let start = Int64(first) else { return .unsatisfiable }
    let end = last.isEmpty ? .max : Int64(last) ?? .max
    guard end >= start else { return .whole }
    guard start < length else { return .unsatisfiable }
    return .part(start..<min(end, length - 1) + 1)
  }

  private static func isNumber(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
