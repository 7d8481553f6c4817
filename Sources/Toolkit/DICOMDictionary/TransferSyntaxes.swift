// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// The transfer syntaxes of PS3.6 Annex A.
public enum TransferSyntaxes {
  /// What the standard says about one transfer syntax.
  public struct Facts: Sendable, Hashable {
    public let transferSyntax: TransferSyntax
    public let isExplicitVR: Bool
    public let isBigEndian: Bool
    public let isEncapsulated: Bool
    public let isDeflated: Bool
    /// The pixel data may have lost information against the original.
    public let canBeLossy: Bool
  }

  /// All of them, retired ones too.
  public static let all: [TransferSyntax] = facts.map(\.transferSyntax)

  /// The properties of every transfer syntax.
  public static let facts: [Facts] = TextTable(text: TransferSyntaxTable.lines).lines.map { fields in
    Facts(
      transferSyntax: TransferSyntax(UID(fields[0])), isExplicitVR: fields[1] == "1", isBigEndian: fields[2] == "1",
      isEncapsulated: fields[3] == "1", isDeflated: fields[4] == "1", canBeLossy: fields[5] == "lossy-capable")
  }

  /// The name as printed in the standard; nil for private transfer syntaxes.
  public static func name(_ transferSyntax: TransferSyntax) -> String? {
    UIDDictionary.entry(for: transferSyntax.uid)?.name
  }
}
