// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMMedia

/// Takes a medium in a ZIP file (PS3.12 Annex V) into the archive: all objects in it, whether a DICOMDIR names them or
/// not. What a DICOMDIR names and is not there is told. Functions block.
public final class MediaIntake: @unchecked Sendable {  // Used by one thread at a time; only the thread may change.
  /// A file, and why it was not stored.
  public struct Trouble: Codable, Sendable, Hashable {
    public let file: String
    public let reason: String

    public init(file: String, reason: String) {
      self.file = file
      self.reason = reason
    }
  }

  /// What became of a medium.
  public struct Report: Codable, Sendable, Equatable {
    public var summary = FileIntake.Summary()
    /// The first of them; all are counted.
    public var troubles: [Trouble] = []
    /// Files that a DICOMDIR names and that are not there, the first of them.
    public var missing: [String] = []

    public init() {}

    public mutating func note(_ trouble: Trouble) {
      if troubles.count < MediaIntake.mostListed { troubles.append(trouble) }
    }

    /// Adds what became of another medium.
    public mutating func add(_ other: Report) {
      summary.add(other.summary)
      for trouble in other.troubles { note(trouble) }
      for file in other.missing { noteMissing(file) }
    }

    public mutating func noteMissing(_ file: String) {
      if missing.count < MediaIntake.mostListed { missing.append(file) }
    }
  }

  /// What is listed of troubles, and of missing files.
  public static let mostListed = 1000
  /// Bytes of a DICOMDIR that is read; a larger one is passed over.
  private static let largestDirectory = 256 << 20

  /// Files that there are, without folders.
  public let files: Int
  public private(set) var report = Report()
  private let zip: ZipFile
  private let intake: FileIntake
  private var position = 0

  public init(_ zip: ZipFile, into archive: ImageArchive, source: InstanceSource) throws {
    self.zip = zip
    files = zip.members.count { !$0.isFolder }
    intake = try FileIntake(archive: archive, source: source)
  }

  /// Takes the next file in; after the last one, compares with the DICOMDIR.
  /// - Returns: false at the end.
  /// - Throws: where the archive takes nothing more; what is stored stays.
  public func next() throws -> Bool {
    while position < zip.members.count, zip.members[position].isFolder { position += 1 }
    guard position < zip.members.count else {
      if position == zip.members.count { compare() }
      position = zip.members.count + 1
      return false
    }
    let member = zip.members[position]
    position += 1
    let (result, bytes) = try take(member)
    report.summary.count(result, bytes: bytes)
    if let trouble = result.trouble { report.note(Trouble(file: member.name, reason: trouble)) }
    return true
  }

  private func take(_ member: ZipFile.Member) throws -> (FileIntake.Result, Int64) {
    do {
      try zip.unpack(member) { try intake.take($0) }
      return try intake.finish()
    } catch let error as ArchiveError where error.isOfResources {
      throw error
    } catch {
      intake.abandon()
      return (.failed("\(error)"), 0)
    }
  }

  /// Lists what the directories in the file name and is not there.
  private func compare() {
    let directory = "DICOMDIR"
    let names = Set(zip.members.map { $0.name.uppercased() })
    for member in zip.members {
      let name = member.name.uppercased()
      guard name == directory || name.hasSuffix("/" + directory), member.length <= Self.largestDirectory else {
        continue
      }
      let root = String(name.dropLast(directory.count))
      do {
        let found = try DirectoryReader.read(ByteSlice(try zip.bytes(of: member, upTo: Self.largestDirectory)))
        for record in found.directory.referencedFiles {
          guard let file = record.reference?.fileID.components.joined(separator: "/") else { continue }
          if !names.contains(root + file.uppercased()) { report.noteMissing(file) }
        }
      } catch {
        report.note(Trouble(file: member.name, reason: "\(error)"))
      }
    }
  }
}
