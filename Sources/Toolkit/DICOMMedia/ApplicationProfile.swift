// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A media storage application profile (PS3.11): on what medium, and which transfer syntaxes objects may have there.
public struct ApplicationProfile: Sendable, Hashable {
  /// The name that PS3.11 and conformance statements give it.
  public let name: String
  /// The clause of PS3.11 that defines it.
  public let clause: String
  /// What it is, in a line.
  public let summary: String
  /// Those that objects may have. The directory is always in explicit VR little endian.
  public let transferSyntaxes: [TransferSyntax]

  private init(_ name: String, _ clause: String, _ summary: String, _ compressed: [TransferSyntax] = []) {
    self.name = name
    self.clause = clause
    self.summary = summary
    transferSyntaxes = [.explicitVRLittleEndian] + compressed
  }

  private static let jpeg: [TransferSyntax] = [.jpegLosslessSV1, .jpegBaseline8Bit, .jpegExtended12Bit]
  private static let jpeg2000: [TransferSyntax] = [.jpeg2000Lossless, .jpeg2000]

  /// General purpose CD-R interchange: uncompressed.
  public static let generalCD = ApplicationProfile(
    "STD-GEN-CD", "PS3.11 Annex D", "CD-R with uncompressed objects")
  /// All that are known.
  public static let all: [ApplicationProfile] = [
    generalCD,
    ApplicationProfile("STD-GEN-DVD-JPEG", "PS3.11 Annex H", "DVD with objects as they are or in JPEG", jpeg),
    ApplicationProfile("STD-GEN-DVD-J2K", "PS3.11 Annex H", "DVD with objects as they are or in JPEG 2000", jpeg2000),
    ApplicationProfile("STD-GEN-USB-JPEG", "PS3.11 Annex J", "USB storage with objects as they are or in JPEG", jpeg),
    ApplicationProfile(
      "STD-GEN-USB-J2K", "PS3.11 Annex J", "USB storage with objects as they are or in JPEG 2000", jpeg2000),
  ]

  /// The profile of a name, whatever the case.
  public static func named(_ name: String) -> ApplicationProfile? {
    all.first { $0.name == name.uppercased() }
  }

  /// Whether an object may stand in the file-set as it is.
  public func allows(_ transferSyntax: UID) -> Bool { transferSyntaxes.contains { $0.uid == transferSyntax } }
}
