// SPDX-License-Identifier: Apache-2.0

/// Why a file-set cannot be made or read.
public struct MediaError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Kind of failure; equality of errors that matter to a program is equality of codes.
  public struct Code: RawRepresentable, Sendable, Hashable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The bytes are no DICOM file, or one that holds no directory.
    public static let notADirectory = Code(rawValue: "notADirectory")
    /// A limit of `DirectoryLimits` or `ZipLimits`, or the 32 bits of an offset, is exceeded.
    public static let limitExceeded = Code(rawValue: "limitExceeded")
    /// A File ID that PS3.10 §8.2 does not allow.
    public static let invalidFileID = Code(rawValue: "invalidFileID")
    /// A File-set ID that is longer than 16 characters or has others than PS3.10 §8.1 allows.
    public static let invalidFileSetID = Code(rawValue: "invalidFileSetID")
    /// An object without one of the UIDs that say what it is and where it belongs.
    public static let missingUID = Code(rawValue: "missingUID")
    /// An instance that the file-set has already.
    public static let duplicateInstance = Code(rawValue: "duplicateInstance")
    /// An object that cannot be referenced by a directory, such as another directory.
    public static let notReferable = Code(rawValue: "notReferable")
    /// A value that cannot be written.
    public static let notWritable = Code(rawValue: "notWritable")
    /// The bytes are no ZIP file.
    public static let notAZip = Code(rawValue: "notAZip")
    /// A ZIP file that does not agree with itself.
    public static let damagedZip = Code(rawValue: "damagedZip")
    /// A ZIP file as nobody makes one of a medium: encrypted, split, with names that lead elsewhere.
    public static let refusedZip = Code(rawValue: "refusedZip")
  }

  public let code: Code
  /// What is wrong, for people.
  public let reason: String

  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  public var description: String { reason }

  public static func == (left: MediaError, right: MediaError) -> Bool { left.code == right.code }
  public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
