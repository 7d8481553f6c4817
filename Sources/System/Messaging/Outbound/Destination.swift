// SPDX-License-Identifier: Apache-2.0

/// Where messages are sent, and how they are to look there.
public struct Destination: Sendable, Hashable {
  /// Short name, such as `HIS`.
  public var name: String
  public var host: String
  public var port: Int
  public var usesTLS: Bool
  /// Messages are queued for it, and sent.
  public var isActive: Bool
  public var kinds: Set<OutboundKind>
  public var format = MessageFormat()
  public var reports = ReportForm()

  public init(
    name: String, host: String, port: Int, usesTLS: Bool = false, isActive: Bool = true,
    kinds: Set<OutboundKind> = Set(OutboundKind.allCases)
  ) {
    self.name = name
    self.host = host
    self.port = port
    self.usesTLS = usesTLS
    self.isActive = isActive
    self.kinds = kinds
  }

  /// What is wrong with it; nil for nothing.
  public var fault: String? {
    guard (1...32).contains(name.utf8.count),
      name.utf8.allSatisfy({
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D
          || $0 == 0x5F
      })
    else { return "The name has 1 to 32 letters, digits, - and _." }
    guard (1...253).contains(host.utf8.count), host.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      return "The host must be a name or an address."
    }
    guard (1...65535).contains(port) else { return "The port must be from 1 to 65535." }
    guard ["2.3.1", "2.4", "2.5", "2.5.1"].contains(format.version) else {
      return "The version must be 2.3.1, 2.4, 2.5 or 2.5.1."
    }
    let link = reports.studyLink
    guard link.utf8.count <= ReportForm.longestLink, link.isEmpty || link.hasPrefix("http") else {
      return "The study link must be an address of the web."
    }
    return nil
  }
}

/// How a receiver wants messages written.
public struct MessageFormat: Sendable, Hashable {
  /// MSH-12.
  public var version = "2.5.1"
  /// MSH-18, a value of HL7 table 0211.
  public var characterSet = "UNICODE UTF-8"
  public var sendingApplication = "MARTLET"
  public var sendingFacility = ""
  public var receivingApplication = ""
  public var receivingFacility = ""

  public init() {}
}

/// How a receiver wants reports.
public struct ReportForm: Sendable, Hashable {
  /// Reports that nobody has validated are sent too, marked as preliminary.
  public var sendsPreliminary = false
  /// The report is enclosed as PDF.
  public var enclosesPDF = true
  /// Address of the study in a browser, with `{study}` and `{accession}` in it; empty for none.
  public var studyLink = ""

  /// Characters of a link.
  public static let longestLink = 1000

  public init() {}

  /// The address of a study; nil where none is wanted.
  public func link(study: String, accession: String) -> String? {
    guard !studyLink.isEmpty else { return nil }
    var link = ""
    var rest = studyLink[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      link += rest[..<open]
      switch rest[rest.index(after: open)..<close] {
      case "study": link += study
      case "accession": link += Self.escaped(accession)
      default: link += rest[open...close]
      }
      rest = rest[rest.index(after: close)...]
    }
    return link + rest
  }

  private static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      let isPlain =
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
      let digits = String(byte, radix: 16, uppercase: true)
      return isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.count == 1 ? "0" : "") + digits
    }.joined()
  }
}

/// What messages are sent about.
public enum OutboundKind: String, Sendable, CaseIterable {
  /// ORM^O01 or OMG^O19 with order control SC, OC, …
  case orderStatus
  /// ORU^R01.
  case results
  /// MDM^T02.
  case documents
  /// SIU.
  case appointments
  /// Images are available.
  case images
}
