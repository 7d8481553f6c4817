// SPDX-License-Identifier: Apache-2.0

/// A radiology report with all that documents made of it say. Builders read it; none changes it.
public struct ImagingReport: Sendable, Hashable {
  /// UID of this version.
  public var uid: String
  /// UID that all versions share.
  public var setUID: String
  /// 1, 2, …
  public var version: Int
  public var status: ReportStatus
  /// UID of the version that this one replaces or adds to; empty for none.
  public var previousUID = ""
  /// RFC 5646 tag, such as `en` or `fr-FR`.
  public var language = "en"
  public var title: String
  /// When this version was made.
  public var issued: DateTime
  public var patient: ReportPatient
  /// Who wrote it.
  public var author: ReportPerson
  /// Who answers for it; nil before it was validated.
  public var authenticator: ReportPerson?
  public var organization: ReportOrganization
  public var order = ReportOrder()
  public var sections: [ReportSection] = []
  public var studies: [ImagingStudy] = []
  /// The same report as PDF; empty for none.
  public var pdf: [UInt8] = []

  public init(
    uid: String, setUID: String, version: Int, status: ReportStatus, title: String, issued: DateTime,
    patient: ReportPatient, author: ReportPerson, organization: ReportOrganization
  ) {
    self.uid = uid
    self.setUID = setUID
    self.version = version
    self.status = status
    self.title = title
    self.issued = issued
    self.patient = patient
    self.author = author
    self.organization = organization
  }
}

/// What a version of a report is.
public enum ReportStatus: String, Sendable, CaseIterable {
  case preliminary
  case final
  /// Final, with an addendum to an earlier version.
  case amended
  /// Final, in the stead of an earlier version.
  case corrected
}

/// A date, or a date and time with its offset from UTC.
public struct DateTime: Sendable, Hashable {
  /// YYYYMMDD.
  public var date: String
  /// HHMMSS; empty for a day.
  public var time: String
  /// Minutes east of UTC.
  public var offset: Int

  /// Nil where the digits are no date and time.
  public init?(date: String, time: String = "", offset: Int = 0) {
    func isNumber(_ text: String, _ count: Int) -> Bool {
      text.utf8.count == count && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
    guard isNumber(date, 8), time.isEmpty || isNumber(time, 6), abs(offset) < 24 * 60 else { return nil }
    self.date = date
    self.time = time
    self.offset = offset
  }

  private var zone: (sign: String, hours: String, minutes: String) {
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    return (offset < 0 ? "-" : "+", two(abs(offset) / 60), two(abs(offset) % 60))
  }

  /// YYYYMMDDHHMMSS±ZZZZ (HL7 v3 TS).
  var hl7: String { time.isEmpty ? date : date + time + zone.sign + zone.hours + zone.minutes }

  /// YYYY-MM-DDTHH:MM:SS±ZZ:ZZ (FHIR dateTime).
  var fhir: String {
    func cut(_ text: String, _ separator: String, _ lengths: [Int]) -> String {
      var rest = text[...]
      return lengths.map { length in
        defer { rest = rest.dropFirst(length) }
        return String(rest.prefix(length))
      }.joined(separator: separator)
    }
    let day = cut(date, "-", [4, 2, 2])
    if time.isEmpty { return day }
    return day + "T" + cut(time, ":", [2, 2, 2]) + zone.sign + zone.hours + ":" + zone.minutes
  }
}

/// A code with its system's UID and URI.
public struct Code: Sendable, Hashable {
  public var value: String
  public var display: String
  public var system: CodeSystem

  public init(_ value: String, _ display: String, _ system: CodeSystem) {
    self.value = value
    self.display = display
    self.system = system
  }
}

/// A system of codes by its UID, its URI in FHIR and its name.
public struct CodeSystem: Sendable, Hashable {
  public var uid: String
  public var uri: String
  public var name: String

  public init(uid: String, uri: String, name: String) {
    self.uid = uid
    self.uri = uri
    self.name = name
  }

  public static let loinc = CodeSystem(uid: "2.16.840.1.113883.6.1", uri: "http://loinc.org", name: "LOINC")
  public static let dcm = CodeSystem(
    uid: "1.2.840.10008.2.16.4", uri: "http://dicom.nema.org/resources/ontology/DCM", name: "DCM")
  public static let snomed = CodeSystem(uid: "2.16.840.1.113883.6.96", uri: "http://snomed.info/sct", name: "SNOMED CT")
}

/// An identifier with who gave it: a UID, or a name.
public struct Identifier: Sendable, Hashable {
  public var value: String
  public var issuer: String

  public init(_ value: String, issuer: String = "") {
    self.value = value
    self.issuer = issuer
  }

  /// Whether the issuer is a UID.
  var hasUID: Bool {
    issuer.contains(".") && issuer.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) }
  }
}

/// Whom a report is about.
public struct ReportPatient: Sendable, Hashable {
  public var identifiers: [Identifier]
  public var name: ReportName
  /// YYYYMMDD, or empty.
  public var birthDate: String
  /// `M`, `F`, `O`, or empty.
  public var sex: String

  public init(identifiers: [Identifier], name: ReportName, birthDate: String = "", sex: String = "") {
    self.identifiers = identifiers
    self.name = name
    self.birthDate = birthDate
    self.sex = sex
  }
}

/// Name of a person in its parts.
public struct ReportName: Sendable, Hashable {
  public var family: String
  public var given: String
  public var prefix: String

  public init(family: String, given: String = "", prefix: String = "") {
    self.family = family
    self.given = given
    self.prefix = prefix
  }

  var text: String { [prefix, given, family].filter { !$0.isEmpty }.joined(separator: " ") }
}

/// Who took part in a report.
public struct ReportPerson: Sendable, Hashable {
  public var identifier: Identifier
  public var name: ReportName
  /// When they wrote or signed.
  public var at: DateTime

  public init(identifier: Identifier, name: ReportName, at: DateTime) {
    self.identifier = identifier
    self.name = name
    self.at = at
  }
}

/// The organization that keeps a report.
public struct ReportOrganization: Sendable, Hashable {
  public var identifier: Identifier
  public var name: String

  public init(identifier: Identifier, name: String) {
    self.identifier = identifier
    self.name = name
  }
}

/// What the report answers.
public struct ReportOrder: Sendable, Hashable {
  public var placer = Identifier("")
  public var accession = Identifier("")
  /// Requested procedure.
  public var procedure: Code?

  public init() {}
}

/// A part of a report: a heading, text with line ends.
public struct ReportSection: Sendable, Hashable {
  public var code: Code
  public var title: String
  public var text: String

  public init(code: Code, title: String, text: String) {
    self.code = code
    self.title = title
    self.text = text
  }

  public static let findings = Code("59776-5", "Procedure findings", .loinc)
  public static let impression = Code("19005-8", "Radiology Imaging study [Impression] (narrative)", .loinc)
  public static let indication = Code("18785-6", "Radiology Reason for study (narrative)", .loinc)
  public static let technique = Code("55111-9", "Current imaging procedure descriptions", .loinc)
  public static let comparison = Code("18834-2", "Radiology Comparison study (narrative)", .loinc)
  public static let addendum = Code("55107-7", "Addendum Document", .loinc)
}
