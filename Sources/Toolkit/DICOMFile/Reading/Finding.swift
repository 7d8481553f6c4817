// SPDX-License-Identifier: Apache-2.0

/// A deviation from the standard that reading passes over.
public enum Leniency: String, Sendable, Hashable, CaseIterable {
  /// No 128 byte preamble and `DICM` (PS3.10 §7.1).
  case missingPreamble
  /// No File Meta Information, or one without Transfer Syntax UID (PS3.10 §7.1).
  case missingMetaInformation
  /// File Meta Information Group Length is absent or wrong.
  case wrongMetaGroupLength
  /// The data set is not encoded as its transfer syntax says.
  case wrongTransferSyntax
  /// A VR that PS3.5 does not know; the value is kept as UN.
  case unknownVR
  /// A value that cannot be what the dictionary says, such as a sequence that holds no item; it is kept as UN.
  case wrongVR
  /// An element without VR in an explicit VR data set.
  case implicitElement
  /// A length of 16 bits in a VR that has one of 32 bits behind two reserved bytes (PS3.5 §7.1.2).
  case shortLength
  /// The reserved bytes behind a VR are not zero (PS3.5 §7.1.2).
  case reservedBytes
  /// A value of odd length (PS3.5 §7.1.1).
  case oddLength
  /// The bytes end within a value.
  case truncatedValue
  /// The bytes end within an element header, a sequence or an item.
  case truncatedDataSet
  /// A sequence or item of undefined length that does not end with its delimiter (PS3.5 §7.5).
  case missingDelimiter
  /// A delimiter or item where none belongs.
  case unexpectedDelimiter
  /// Something longer than what encloses it.
  case lengthBeyondEnclosing
  /// Tags that do not ascend (PS3.5 §7.1).
  case unorderedTags
  /// A tag twice in one data set; the last one counts.
  case duplicateTag
  /// Bytes that are no elements; reading ends there.
  case trailingGarbage
  /// Specific Character Set has a term that is misspelt, undefined or not allowed there (PS3.3 §C.12.1.1.2).
  case wrongCharacterSet
  /// Characters beyond the default repertoire, with no Specific Character Set to say which; taken as UTF-8 where they
  /// can be.
  case undeclaredCharacters
  /// Bytes that are no character of the declared sets; U+FFFD stands for them.
  case undecodableText
  /// A value was too long to be kept.
  case valueNotKept
}

/// One deviation, and where.
public struct Finding: Sendable, Hashable, CustomStringConvertible {
  public let leniency: Leniency
  /// Byte offset from the start of what was read.
  public let offset: Int
  /// Attribute path, such as `(0040,a730)[2].(0008,0100)`.
  public let path: String

  public init(_ leniency: Leniency, offset: Int, path: String = "") {
    self.leniency = leniency
    self.offset = offset
    self.path = path
  }

  public var description: String {
    path.isEmpty ? "\(leniency.rawValue) at byte \(offset)" : "\(leniency.rawValue) at byte \(offset), \(path)"
  }
}
