// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Short names of transfer syntaxes on the command line.
enum TransferSyntaxName {
  private static let root = "1.2.840.10008.1.2"

  /// In the order in which they are listed: name, and what follows the root.
  static let all: [(name: String, transferSyntax: TransferSyntax)] = [
    ("implicit", ""), ("explicit", ".1"), ("big-endian", ".2"), ("deflated", ".1.99"), ("encapsulated", ".1.98"),
    ("deflated-frames", ".8.1"), ("rle", ".5"), ("jpeg", ".4.50"), ("jpeg-extended", ".4.51"),
    ("jpeg-lossless", ".4.70"), ("jpeg-lossless-any", ".4.57"), ("jpeg-ls", ".4.80"), ("jpeg-ls-near", ".4.81"),
    ("jpeg2000", ".4.90"), ("jpeg2000-lossy", ".4.91"), ("htj2k", ".4.201"), ("htj2k-rpcl", ".4.202"),
    ("htj2k-lossy", ".4.203"), ("jpegxl", ".4.110"), ("jpegxl-jpeg", ".4.111"), ("jpegxl-lossy", ".4.112"),
  ].map { ($0.0, TransferSyntax(UID(root + $0.1))) }

  /// The transfer syntax of a short name or a UID; nil for anything else.
  static func transferSyntax(_ text: String) -> TransferSyntax? {
    if let known = all.first(where: { $0.name == text.lowercased() }) { return known.transferSyntax }
    let uid = UID(text)
    return uid.isValid && text.contains(".") ? TransferSyntax(uid) : nil
  }

  /// Lines of name, UID and the standard's name.
  static var list: String {
    all.map { entry in
      let name = TransferSyntaxes.name(entry.transferSyntax) ?? ""
      let columns = [(entry.name, 18), (entry.transferSyntax.uid.rawValue, 26)]
      return columns.map { $0 + String(repeating: " ", count: max($1 - $0.count, 1)) }.joined() + name
    }.joined(separator: "\n")
  }
}
