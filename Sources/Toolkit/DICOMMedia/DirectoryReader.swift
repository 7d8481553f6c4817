// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile

/// Limits on what a stranger's directory can make grow.
public struct DirectoryLimits: Sendable, Hashable {
  /// Records; a disc of 50 GB with objects of 32 KB has about as many.
  public static let defaultRecords = 2_000_000
  /// Elements of the whole file.
  public static let defaultElements = 64_000_000
  /// Findings that are kept; the others are dropped.
  public static let defaultFindings = 64
  /// Nesting of sequences in keys.
  static let depth = 64

  public var records: Int
  public var elements: Int
  public var findings: Int

  public init(
    records: Int = defaultRecords, elements: Int = defaultElements, findings: Int = defaultFindings
  ) {
    self.records = records
    self.elements = elements
    self.findings = findings
  }
}

/// A deviation from the standard that reading a directory passes over.
public struct DirectoryFinding: Sendable, Hashable, CustomStringConvertible {
  /// What kind of deviation.
  public enum Kind: String, Sendable, CaseIterable {
    /// An offset that is not that of a record. The records are taken in the order in which they stand.
    case wrongOffset
    /// Offsets that lead back to a record that was met before.
    case cycle
    /// A record in use to which no offset leads.
    case unreachedRecord
    /// Records nested deeper than any standard type needs.
    case tooDeep
    /// A record below one under which its type may not stand (PS3.3 table F.4-1).
    case wrongPlace
    /// A record without Directory Record Type.
    case missingType
    /// A record that names its file by the offset of another one, which is retired.
    case multiReferencedFile
    /// Something else that reading the data set passed over.
    case encoding
  }

  public let kind: Kind
  /// Of the record, counted from the first byte of the file; 0 for the directory itself.
  public let offset: Int
  /// What was found, for people.
  public let text: String

  public var description: String { "\(text) (byte \(offset))" }
}

/// Reads a DICOMDIR, also a wrong one: where offsets do not lead to records, the records are taken as they follow one
/// another, which is how every known writer orders them.
public enum DirectoryReader {
  /// A directory, and what was passed over in reading it.
  public struct Result: Sendable {
    public let directory: FileSetDirectory
    public let findings: [DirectoryFinding]
  }

  /// - Throws: `notADirectory`, `limitExceeded`.
  public static func read(_ bytes: ByteSlice, limits: DirectoryLimits = DirectoryLimits()) throws(MediaError) -> Result
  {
    var options = ReadOptions()
    options.limits.depth = DirectoryLimits.depth
    options.limits.elements = limits.elements
    let file: Part10File
    do throws(ReadError) {
      file = try Part10File.read(bytes, options: options)
    } catch {
      throw MediaError(error.code == .limitExceeded ? .limitExceeded : .notADirectory, error.reason)
    }
    let root = file.dataSet
    guard let sequence = root[.directoryRecordSequence] else {
      throw MediaError(.notADirectory, "The file has no Directory Record Sequence.")
    }
    let items = sequence.items ?? []
    guard items.count <= limits.records else {
      throw MediaError(.limitExceeded, "The directory has more than \(limits.records) records.")
    }
    var tree = RecordTree(items: items, offsets: offsets(of: file, bytes, options), limits: limits)
    for finding in file.findings { tree.note(.encoding, finding.offset, finding.description) }
    let records = tree.records(first: root.integer(.offsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity) ?? 0)
    let directory = FileSetDirectory(
      fileSetID: root.string(.fileSetID) ?? "", records: records,
      descriptorFileID: root.strings(.fileSetDescriptorFileID).flatMap { $0.isEmpty ? nil : FileID(unchecked: $0) },
      descriptorCharacterSet: root.string(.specificCharacterSetOfFileSetDescriptorFile),
      instance: file.fileMetaInformation.uid(.mediaStorageSOPInstanceUID) ?? root.uid(.sopInstanceUID) ?? "")
    return Result(directory: directory, findings: tree.findings)
  }

  /// Where the items of the Directory Record Sequence begin in the file; empty where that cannot be said.
  private static func offsets(of file: Part10File, _ bytes: ByteSlice, _ options: ReadOptions) -> [Int] {
    guard !file.transferSyntax.isDeflated else { return [] }
    var reader = TokenReader(
      transferSyntax: file.transferSyntax, options: options, offset: file.dataSetOffset,
      totalLength: bytes.count - file.dataSetOffset)
    reader.feed(bytes[file.dataSetOffset..<bytes.count])
    reader.finish()
    var offsets: [Int] = []
    var isInside = false
    var level = 0
    while let token = try? reader.next() {
      switch token {
      case .sequenceStart(let header):
        if level == 0 { isInside = header.tag == .directoryRecordSequence }
        level += 1
      case .sequenceEnd: level -= 1
      case .itemStart(let offset, _): if level == 1, isInside { offsets.append(offset) }
      default: break
      }
    }
    return offsets
  }
}
