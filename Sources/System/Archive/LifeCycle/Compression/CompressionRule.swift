// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// By which codec images of some modalities are compressed at rest, without loss.
public struct CompressionRule: Sendable, Hashable, CustomStringConvertible {
  /// Transfer syntaxes by the words for them.
  public enum Codec: String, Sendable, CaseIterable {
    case jpegLS = "jpegls"
    /// Process 14, selection value 1.
    case jpeg
    case jpeg2000
    case highThroughputJPEG2000 = "htj2k"
    case rle

    public var transferSyntax: TransferSyntax {
      switch self {
      case .jpegLS: TransferSyntax("1.2.840.10008.1.2.4.80")
      case .jpeg: TransferSyntax("1.2.840.10008.1.2.4.70")
      case .jpeg2000: TransferSyntax("1.2.840.10008.1.2.4.90")
      case .highThroughputJPEG2000: TransferSyntax("1.2.840.10008.1.2.4.201")
      case .rle: TransferSyntax("1.2.840.10008.1.2.5")
      }
    }
  }

  /// Those that have one of these; empty for all.
  public var modalities: [String]
  /// Nil leaves them as received.
  public var codec: Codec?

  public init(modalities: [String], codec: Codec?) {
    self.modalities = modalities
    self.codec = codec
  }

  /// Reads `CT/MR=jpegls`, `*=htj2k` or `US=none`.
  public init?(_ text: String) {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, parts[1] == "none" || Codec(rawValue: parts[1]) != nil else { return nil }
    codec = Codec(rawValue: parts[1])
    modalities = parts[0] == "*" ? [] : parts[0].split(separator: "/").map(String.init)
    let isFit = modalities.allSatisfy { $0.utf8.count <= 16 && $0.allSatisfy { $0.isUppercase || $0.isNumber } }
    guard parts[0] == "*" || !modalities.isEmpty, isFit else { return nil }
  }

  public var description: String {
    "\(modalities.isEmpty ? "*" : modalities.joined(separator: "/"))=\(codec?.rawValue ?? "none")"
  }
}
