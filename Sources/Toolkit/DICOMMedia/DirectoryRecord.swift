// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A directory record and those below it (PS3.3 §F.3.2.2).
public struct DirectoryRecord: Sendable, Hashable {
  /// The file that a record stands for.
  public struct Reference: Sendable, Hashable {
    public var fileID: FileID
    public var sopClass: UID?
    public var sopInstance: UID?
    public var transferSyntax: UID?
    /// Referenced Related General SOP Class UID in File (0004,151A).
    public var relatedGeneralSOPClasses: [UID]

    public init(
      fileID: FileID, sopClass: UID?, sopInstance: UID?, transferSyntax: UID?, relatedGeneralSOPClasses: [UID] = []
    ) {
      self.fileID = fileID
      self.sopClass = sopClass
      self.sopInstance = sopInstance
      self.transferSyntax = transferSyntax
      self.relatedGeneralSOPClasses = relatedGeneralSOPClasses
    }
  }

  public var type: RecordType
  /// Record In-use Flag (0004,1410) is not 0000H: the record counts.
  public var isInUse: Bool
  public var reference: Reference?
  /// Private Record UID (0004,1432); says what a private record is.
  public var privateRecordUID: UID?
  /// Record selection keys, with Specific Character Set where they need one; no element of group 0004.
  public var keys: DataSet
  /// The records of the lower-level directory entity.
  public var children: [DirectoryRecord]

  public init(
    type: RecordType, keys: DataSet = DataSet(), reference: Reference? = nil, privateRecordUID: UID? = nil,
    isInUse: Bool = true, children: [DirectoryRecord] = []
  ) {
    self.type = type
    self.keys = keys
    self.reference = reference
    self.privateRecordUID = privateRecordUID
    self.isInUse = isInUse
    self.children = children
  }

  /// This record and all below it, each before those below it.
  public var withDescendants: [DirectoryRecord] {
    var found: [DirectoryRecord] = []
    var open = [self]
    while let record = open.popLast() {
      found.append(record)
      open += record.children.reversed()
    }
    return found
  }
}
