// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// The two texts that IHE Portable Data for Imaging asks for beside DICOMDIR (RAD TF-3, RAD-47): README.TXT for people
/// who open the medium on any computer, and INDEX.HTM as the page to begin with.
///
/// The page lists what the directory says, as plain XHTML without script, and links documents that a browser opens.
public struct PortableMedia: Sendable {
  /// A document for the page, such as a report as PDF.
  public struct Document: Sendable, Hashable {
    /// Path below the root with slashes.
    public var path: String
    public var title: String

    public init(path: String, title: String) {
      self.path = path
      self.title = title
    }
  }

  /// File ID of the text for people.
  public static let readMe = "README.TXT"
  /// The page to begin with.
  public static let index = "INDEX.HTM"

  /// Who made the medium, and how to reach them.
  public var institution: String
  /// Name and version of the program that wrote it.
  public var software: String
  /// When, as text.
  public var date: String
  public var profile: ApplicationProfile
  /// By Study Instance UID; others stand at the end of the page.
  public var documents: [UID: [Document]]
  /// Instances that stand on the medium in a transfer syntax that the profile does not have.
  public var exceptions: Int

  public init(
    institution: String, software: String, date: String, profile: ApplicationProfile,
    documents: [UID: [Document]] = [:], exceptions: Int = 0
  ) {
    self.institution = institution
    self.software = software
    self.date = date
    self.profile = profile
    self.documents = documents
    self.exceptions = exceptions
  }

  /// README.TXT, in ASCII with lines of at most 80 characters that end with CR LF.
  public func readMeText(_ directory: FileSetDirectory) -> String {
    let records = directory.allRecords
    func count(_ type: RecordType) -> Int { records.count { $0.type == type } }
    var lines = [
      "DICOM MEDIUM", "",
      "Made by:   \(institution)", "With:      \(software)", "On:        \(date)",
      "Profile:   \(profile.name) (\(profile.clause))",
      "Contents:  \(count(.patient)) patient(s), \(count(.study)) studies, \(directory.referencedFiles.count) objects",
      "",
      "This medium holds medical images and documents in the DICOM format.",
      "It is confidential: it contains the names of patients.", "",
      "DICOMDIR   lists all objects; DICOM programs open it.",
      "DICOM      holds the objects, in folders by patient, study and series.",
      "INDEX.HTM  lists the contents; any browser opens it.", "",
      "No viewer is on this medium: open it with a DICOM viewer of your own, or import",
      "it into an archive. The pages of INDEX.HTM are not for diagnosis.",
    ]
    if exceptions > 0 {
      lines += [
        "", "\(exceptions) object(s) stand here as they were stored, in a transfer syntax that is not",
        "part of the profile, since they cannot be converted (such as video).",
      ]
    }
    return lines.map { Self.ascii($0) + "\r\n" }.joined()
  }

  /// INDEX.HTM, XHTML in UTF-8.
  public func indexPage(_ directory: FileSetDirectory) -> String {
    var body = ""
    for patient in directory.records where patient.type == .patient {
      let keys = patient.keys
      body +=
        "<h2>\(Self.name(keys.string(.patientName) ?? "")) (\(Self.escaped(keys.string(.patientID) ?? "")))</h2>\n"
      for study in patient.children where study.type == .study { body += page(study) }
    }
    let title = Self.escaped(directory.fileSetID.isEmpty ? "DICOM" : directory.fileSetID)
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE html PUBLIC "-//W3C//DTD XHTML Basic 1.0//EN" "http://www.w3.org/TR/xhtml-basic/xhtml-basic10.dtd">
      <html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en">
      <head><title>\(title)</title></head>
      <body>
      <h1>\(Self.escaped(institution))</h1>
      <p>\(Self.escaped(date)), \(Self.escaped(software)), \(profile.name). <a href="README.TXT">README.TXT</a>,
      <a href="DICOMDIR">DICOMDIR</a></p>
      <p>Not for diagnosis: open DICOMDIR with a DICOM viewer.</p>
      \(body)</body>
      </html>

      """
  }

  private func page(_ study: DirectoryRecord) -> String {
    let keys = study.keys
    let words = [keys.string(.studyDate), keys.string(.studyDescription), keys.string(.accessionNumber)]
    var text = "<h3>\(words.compactMap { $0 }.map(Self.escaped).joined(separator: ", "))</h3>\n<ul>\n"
    for series in study.children where series.type == .series {
      let number = series.keys.string(.seriesNumber) ?? ""
      let modality = series.keys.string(.modality) ?? ""
      text += "<li>\(Self.escaped(modality)) \(Self.escaped(number)): \(series.children.count)</li>\n"
    }
    for document in keys.uid(.studyInstanceUID).flatMap({ documents[$0] }) ?? [] {
      text += "<li><a href=\"\(Self.escaped(document.path))\">\(Self.escaped(document.title))</a></li>\n"
    }
    return text + "</ul>\n"
  }

  /// A person name as people read it.
  private static func name(_ text: String) -> String {
    let name = PersonName(text)
    let words = name.alphabetic.components.filter { !$0.isEmpty }
    return escaped(words.isEmpty ? text : words.joined(separator: " "))
  }

  /// Text that is not markup.
  static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case _ where scalar.value < 0x20 && scalar != "\t" && scalar != "\n": out += " "
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  private static func ascii(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isASCII && $0.value >= 0x20 ? $0 : "?" }))
  }
}
