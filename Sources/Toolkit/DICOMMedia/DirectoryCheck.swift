// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// What is wrong with a file-set.
public struct MediaProblem: Sendable, Hashable, CustomStringConvertible {
  /// What kind of fault.
  public enum Kind: String, Sendable, CaseIterable {
    /// The directory itself cannot be read as it should.
    case directory
    /// A file that the directory names is not there.
    case missingFile
    /// A file that is there cannot be read as a DICOM file.
    case unreadableFile
    /// A DICOM file of the file-set that the directory does not name.
    case unlistedFile
    /// A key of type 1 without value, or one of type 1 or 2 that is absent (PS3.3 §F.5).
    case missingKey
    /// A key, or a UID of the file, is not what the object says.
    case wrongKey
    /// Two records of one patient, study, series, instance or file.
    case duplicate
    /// A File ID or File-set ID that PS3.10 §8 does not allow.
    case invalidID
    /// A transfer syntax that the profile does not have (PS3.11).
    case transferSyntax
  }

  public let kind: Kind
  /// File ID of the record; empty where it has none.
  public let file: String
  /// What was found, for people.
  public let text: String

  public init(_ kind: Kind, file: String = "", _ text: String) {
    self.kind = kind
    self.file = file
    self.text = text
  }

  public var description: String { file.isEmpty ? text : "\(file): \(text)" }
}

/// Checks directories: each for itself, and its records against their files.
public enum DirectoryCheck {
  /// What can be said without looking at a file.
  /// - Parameter profile: nil leaves transfer syntaxes unchecked.
  public static func check(_ directory: FileSetDirectory, profile: ApplicationProfile? = nil) -> [MediaProblem] {
    var problems: [MediaProblem] = []
    if !FileSetDirectory.isConformant(fileSetID: directory.fileSetID) {
      problems.append(MediaProblem(.invalidID, "\"\(directory.fileSetID)\" is no File-set ID."))
    }
    var seen = Set<String>()
    for record in directory.allRecords where record.isInUse {
      problems += keyProblems(record)
      problems += referenceProblems(record, profile)
      for identity in identities(record) where !seen.insert(identity).inserted {
        problems.append(MediaProblem(.duplicate, file: file(record), "\(identity) is there twice."))
      }
    }
    return problems
  }

  /// Compares a record with the object that it stands for, and the records above it.
  /// - Parameter ancestors: patient, study and series of the record.
  public static func check(
    _ record: DirectoryRecord, ancestors: [DirectoryRecord], against object: FileSetObject
  ) -> [MediaProblem] {
    var problems: [MediaProblem] = []
    func compare(_ name: String, _ listed: UID?, _ own: UID?) {
      guard let own, listed != own else { return }
      let text = "\(name) is \(own.rawValue), but \(listed?.rawValue ?? "nothing") in the directory."
      problems.append(MediaProblem(.wrongKey, file: file(record), text))
    }
    compare("SOP Class UID", record.reference?.sopClass, object.header.uid(.sopClassUID))
    compare("SOP Instance UID", record.reference?.sopInstance, object.header.uid(.sopInstanceUID))
    compare("Transfer Syntax UID", record.reference?.transferSyntax, object.transferSyntax)
    for each in ancestors + [record] {
      for key in each.type.keys {
        // What the object lacks may have been supplied; what is a part of it is not compared.
        guard let listed = each.keys[key.tag], listed.bytes != nil, key.tag != .verificationDateTime,
          let own = object.header.strings(key.tag), own.contains(where: { !$0.isEmpty }),
          let text = each.keys.strings(key.tag), text != own
        else { continue }
        let name = DataDictionary.entry(for: key.tag)?.keyword ?? "\(key.tag)"
        problems.append(
          MediaProblem(
            .wrongKey, file: file(record),
            "\(name) is \"\(own.joined(separator: "\\"))\", but \"\(text.joined(separator: "\\"))\" in the directory."))
      }
    }
    return problems
  }

  private static func file(_ record: DirectoryRecord) -> String { record.reference?.fileID.description ?? "" }

  private static func keyProblems(_ record: DirectoryRecord) -> [MediaProblem] {
    record.type.keys.compactMap { key in
      let element = record.keys[key.tag]
      let isWrong =
        switch key.requirement {
        case .one: element?.isEmpty ?? true
        case .two: element == nil
        case .oneConditional, .three: false
        }
      guard isWrong else { return nil }
      let name = DataDictionary.entry(for: key.tag)?.keyword ?? "\(key.tag)"
      return MediaProblem(
        .missingKey, file: file(record),
        "The \(record.type) record has no \(name), which is of type \(key.requirement.rawValue).")
    }
  }

  private static func referenceProblems(_ record: DirectoryRecord, _ profile: ApplicationProfile?) -> [MediaProblem] {
    guard let reference = record.reference else {
      let needsFile = RecordType.instances.contains(record.type)
      return needsFile ? [MediaProblem(.missingKey, "A record of type \(record.type) names no file.")] : []
    }
    var problems: [MediaProblem] = []
    if !reference.fileID.isConformant {
      problems.append(MediaProblem(.invalidID, file: file(record), "This is no File ID."))
    }
    for (name, uid) in [
      ("Referenced SOP Class UID in File", reference.sopClass),
      ("Referenced SOP Instance UID in File", reference.sopInstance),
      ("Referenced Transfer Syntax UID in File", reference.transferSyntax),
    ] where uid == nil {
      problems.append(MediaProblem(.missingKey, file: file(record), "The record has no \(name)."))
    }
    if let profile, let syntax = reference.transferSyntax, !profile.allows(syntax) {
      let text = "\(profile.name) does not have the transfer syntax \(syntax.rawValue)."
      problems.append(MediaProblem(.transferSyntax, file: file(record), text))
    }
    return problems
  }

  /// What must not be twice in a directory, in words.
  private static func identities(_ record: DirectoryRecord) -> [String] {
    let keys = record.keys
    var found: [String] = []
    switch record.type {
    case .patient:
      if let id = keys.string(.patientID) {
        let issuer = keys.string(.issuerOfPatientID).map { " of \($0)" } ?? ""
        found.append("The patient \(id)\(issuer)")
      }
    case .study: if let uid = keys.string(.studyInstanceUID) { found.append("The study \(uid)") }
    case .series: if let uid = keys.string(.seriesInstanceUID) { found.append("The series \(uid)") }
    default: break
    }
    if let reference = record.reference {
      found.append("The file \(reference.fileID)")
      if let instance = reference.sopInstance { found.append("The instance \(instance.rawValue)") }
    }
    return found
  }
}
