// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// What a DICOMDIR says of its file-set: the Basic Directory IOD as a value (PS3.3 Annex F). Offsets are no part of it:
/// they are computed when it is written and followed when it is read.
public struct FileSetDirectory: Sendable, Hashable {
  /// File-set ID (0004,1130), a name of the file-set: up to 16 characters `A`-`Z`, `0`-`9`, space, `_`; may be empty.
  public var fileSetID: String
  /// File-set Descriptor File ID (0004,1141): a text for people, such as README.
  public var descriptorFileID: FileID?
  /// Specific Character Set of File-set Descriptor File (0004,1142), such as `ISO_IR 192`.
  public var descriptorCharacterSet: String?
  /// SOP Instance UID of the directory, which lasts as long as the file-set.
  public var instance: UID
  /// The root directory entity.
  public var records: [DirectoryRecord]

  /// Characters of a File-set ID at the most (PS3.10 §8.1).
  public static let longestFileSetID = 16

  public init(
    fileSetID: String = "", records: [DirectoryRecord] = [], descriptorFileID: FileID? = nil,
    descriptorCharacterSet: String? = nil, instance: UID = .random()
  ) {
    self.fileSetID = fileSetID
    self.records = records
    self.descriptorFileID = descriptorFileID
    self.descriptorCharacterSet = descriptorCharacterSet
    self.instance = instance
  }

  /// All records, each before those below it.
  public var allRecords: [DirectoryRecord] { records.flatMap(\.withDescendants) }

  /// The records that stand for files and are in use.
  public var referencedFiles: [DirectoryRecord] { allRecords.filter { $0.isInUse && $0.reference != nil } }

  /// PS3.10 §8.1 allows it.
  public static func isConformant(fileSetID: String) -> Bool {
    fileSetID.utf8.count <= longestFileSetID
      && fileSetID.utf8.allSatisfy { $0 == UInt8(ascii: " ") || FileID.isAllowed($0) }
  }
}
