// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMServices
import Radiology

extension Settings {
  /// All settings, in the order in which they are listed. Changes take effect when the server starts.
  public static let declarations: [SettingDeclaration] = [
    .text(
      "aeTitle", "1 to 16 characters", "The application entity title under which Martlet is called.", \.aeTitle,
      check: isAETitle),
    .text("bind", "an IP address", "Address of every listener that has none of its own.", \.bind),
    .text("dicomBind", "an IP address, or empty", "Address of the DICOM listener.", \.dicomBind),
    .text("webBind", "an IP address, or empty", "Address of the web listeners.", \.webBind),
    .text("hl7Bind", "an IP address, or empty", "Address of the HL7 listener.", \.hl7Bind),
    .number("dicomPort", 0...65535, "Port for DICOM associations; 0 takes a free one.", \.dicomPort),
    .number("httpPort", 0...65535, "Port for plain HTTP, which listens on loopback only.", \.httpPort),
    .number("httpsPort", 0...65535, "Port for HTTPS, opened when the web address is not loopback.", \.httpsPort),
    .number("hl7Port", 0...65535, "Port for HL7 messages over MLLP.", \.hl7Port),
    .text(
      "dicomTLSCertificate", "a path, or empty",
      "PEM file of the certificate for DICOM over TLS, with those that lead to its authority; opens that listener.",
      \.dicomTLSCertificate),
    .text(
      "dicomTLSKey", "a path, or empty", "PEM file of its key; in the file of the certificate where empty.",
      \.dicomTLSKey),
    .text(
      "dicomTLSAuthorities", "a path, or empty",
      "PEM file of the authorities whose certificates peers must present, when they call and when they are called.",
      \.dicomTLSAuthorities),
    .flag(
      "dicomTLSChecksNames", "Whether a node that is called over TLS must have its host in its certificate.",
      \.dicomTLSChecksNames),
    .number(
      "dicomTLSPort", 0...65535, "Port for DICOM over TLS; 0 takes a free one.", \.dicomTLSPort),
    .text(
      "dicomTLSBind", "an IP address, or empty", "Address of the DICOM listener that speaks TLS; else dicomBind.",
      \.dicomTLSBind),
    SettingDeclaration(
      key: "prefetchTo", form: "AE titles of nodes, separated by commas",
      explanation: "Who is sent a patient's earlier studies, when an order is placed or the patient arrives.",
      apply: { settings, text in
        let titles = text.split(separator: ",").map { $0.filter { $0 != " " } }
        for title in titles where !isAETitle(title) {
          throw SettingsError(key: "prefetchTo", reason: "\"\(title)\" is no AE title")
        }
        settings.prefetchTo = titles
      },
      show: { $0.prefetchTo.joined(separator: ",") }),
    .number(
      "prefetchStudies", 1...100, "How many earlier studies are sent, those of the ordered modality first.",
      \.prefetchStudies),
    .words(
      "prefetchOn", of: ["order", "arrival"],
      "When earlier studies are sent: when an order is placed, when the patient arrives.", \.prefetchOn),
    SettingDeclaration(
      key: "criticalContacts", form: "persons with their telephones, separated by semicolons",
      explanation: "Who is told of a critical result that nobody acknowledged in time, one after the other.",
      apply: { settings, text in
        let contacts = text.split(separator: ";").map { $0.trimmingPrefix(while: \.isWhitespace) }.map(String.init)
          .filter { !$0.isEmpty }
        guard contacts.count <= 20, contacts.allSatisfy({ $0.utf8.count <= 200 }) else {
          throw SettingsError(key: "criticalContacts", reason: "at most 20 persons of 200 characters each")
        }
        settings.criticalContacts = contacts
      },
      show: { $0.criticalContacts.joined(separator: "; ") }),
    .flag(
      "practiceClock",
      "Lets an administrator set the department's clock, as martlet simulate hospital does: only for practice.",
      \.practiceClock),
    .words(
      "orderChecks", of: ["patient", "accession", "study"],
      "What of an arrived study is compared with its order: the patient, the accession number, the study's UID.",
      \.orderChecks),
    .text(
      "tokenKeyFile", "a path, or empty",
      "Key that JSON Web Tokens of DICOM callers are checked by: a public key (PEM, RSA or P-256), or a secret.",
      \.tokenKeyFile),
    SettingDeclaration(
      key: "acceptUnknownCallers", form: "always, never or onLoopback",
      explanation:
        "Whether stations that are not in the list of nodes may associate; onLoopback: from this machine only.",
      apply: { settings, text in
        guard let value = UnknownCallers(rawValue: text) else {
          throw SettingsError(
            key: "acceptUnknownCallers", reason: "\"\(text)\" is neither always, never nor onLoopback")
        }
        settings.acceptUnknownCallers = value
      },
      show: { $0.acceptUnknownCallers.rawValue }),
    .flag(
      "checkCalledAETitle", "Whether associations that call another AE title than ours are refused.",
      \.checkCalledAETitle),
    SettingDeclaration(
      key: "privateStorageClasses", form: "UIDs, separated by commas",
      explanation: "SOP classes that are stored besides those of the standard.",
      apply: { settings, text in
        let uids = text.split(separator: ",").map { $0.filter { $0 != " " } }
        for uid in uids where !uid.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) {
          throw SettingsError(key: "privateStorageClasses", reason: "\"\(uid)\" is not a UID")
        }
        settings.privateStorageClasses = uids
      },
      show: { $0.privateStorageClasses.joined(separator: ",") }),
    SettingDeclaration(
      key: "allowedOrigins", form: "origins such as https://viewer.example, separated by commas, or *",
      explanation: "Origins whose pages may use DICOMweb and the API with a bearer token, beside our own.",
      apply: { settings, text in
        let origins = text.split(separator: ",").map { $0.filter { $0 != " " } }
        for origin in origins where origin != "*" && (!origin.hasPrefix("http") || origin.hasSuffix("/")) {
          throw SettingsError(
            key: "allowedOrigins", reason: "\"\(origin)\" is no origin such as https://viewer.example")
        }
        settings.allowedOrigins = origins
      },
      show: { $0.allowedOrigins.joined(separator: ",") }),
    .titles(
      "federatedNodes", "Archives that are asked together with this one: their answers come with ours.",
      \.federatedNodes),
    .number(
      "federationSeconds", 1...300, "How long another archive may take to answer, before it is left out.",
      \.federationSeconds),
    .flag(
      "retiredQueryModels", "Whether the retired Patient/Study Only model is offered for queries and retrieval.",
      \.retiredQueryModels),
    .flag(
      "lenientQueries",
      "Whether queries and retrievals are answered that leave out keys above their level without negotiating that.",
      \.lenientQueries),
    .titles(
      "performedStepNodes", "Nodes to which performed procedure steps (MPPS) are passed on.", \.performedStepNodes),
    .titles(
      "performedStepNoticeNodes", "Nodes that get events of the performed procedure step notification.",
      \.performedStepNoticeNodes),
    .titles(
      "availabilityNodes", "Nodes that are told of instances that have arrived (instance availability notification).",
      \.availabilityNodes),
    .number(
      "availabilitySeconds", 0...86400, "How long arrivals of a study are gathered for one notification.",
      \.availabilitySeconds),
    SettingDeclaration(
      key: "nodeCharacterSets", form: "AE title=terms, separated by commas; * for all others",
      explanation:
        "In which character set worklists are answered, such as CT1=ISO_IR 100,*=ISO_IR 192; else in that asked.",
      apply: { settings, text in settings.nodeCharacterSets = try Settings.characterSets(text) },
      show: { settings in
        settings.nodeCharacterSets.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.joined(separator: "\\"))" }
          .joined(separator: ",")
      }),
    .number(
      "maximumAssociations", 1...4096, "DICOM associations at a time; more are rejected as a local limit exceeded.",
      \.maximumAssociations),
    .number(
      "associationIdleSeconds", 1...86400, "An association on which nothing happens for so long is aborted.",
      \.associationIdleSeconds),
    .number(
      "artimSeconds", 1...3600, "How long the ARTIM timer waits for a request or for the end of a connection.",
      \.artimSeconds),
    .number(
      "maximumPDULength", 4096...1_048_576, "Largest P-DATA-TF PDU that peers may send, in bytes.", \.maximumPDULength),
    .number(
      "blockCacheMegabytes", 0...1_048_576, "Memory for what was just stored or read, in MiB.", \.blockCacheMegabytes),
    .number("segmentMegabytes", 1...65536, "Size at which a segment is closed, in MiB.", \.segmentMegabytes),
    .number(
      "readySegments", 0...1024,
      "Segments whose blocks are written ahead while nothing arrives, so that storing goes faster; 0 for none.",
      \.readySegments),
    .number(
      "settleMinutes", 0...525_600, "Minutes without an arrival after which a study is gathered in one file.",
      \.settleMinutes),
    .number(
      "releaseMinutes", 0...525_600,
      "Minutes for which a place that nothing refers to any more can still be read before it is given back.",
      \.releaseMinutes),
    SettingDeclaration(
      key: "compression",
      form: "MODALITY/MODALITY=codec or *=codec, separated by commas; jpegls, jpeg, jpeg2000, "
        + "htj2k, rle or none",
      explanation:
        "How images are compressed without loss when their study is gathered, the first that fits; empty: as received.",
      apply: { settings, text in
        let rules = text.split(separator: ",").map { $0.filter { $0 != " " } }
        for rule in rules where CompressionRule(rule) == nil {
          throw SettingsError(key: "compression", reason: "\"\(rule)\" is not such as CT/MR=jpegls or *=htj2k")
        }
        settings.compression = rules
      },
      show: { $0.compression.joined(separator: ",") }),
    .number("binDays", 0...36525, "Days for which deleted images stay in the bin.", \.binDays),
    SettingDeclaration(
      key: "retention", form: "MODALITY/MODALITY=days or *=days, separated by commas",
      explanation: "Studies of which nothing arrived for so many days go into the bin; empty keeps all for ever.",
      apply: { settings, text in
        let rules = text.split(separator: ",").map { $0.filter { $0 != " " } }
        for rule in rules where RetentionRule(rule) == nil {
          throw SettingsError(key: "retention", reason: "\"\(rule)\" is not such as CT/MR=3650 or *=7300")
        }
        settings.retention = rules
      },
      show: { $0.retention.joined(separator: ",") }),
    SettingDeclaration(
      key: "hidingRejections", form: "codes of CID 7011, separated by commas",
      explanation:
        "Reasons that hide rejected images: 113001 quality, 113037 safety, 113038 worklist entry, 113039 retention.",
      apply: { settings, text in
        let codes = text.split(separator: ",").map { $0.filter { $0 != " " } }
        for code in codes where RejectionReason(rawValue: code) == nil {
          throw SettingsError(key: "hidingRejections", reason: "\"\(code)\" is not a reason for a rejection")
        }
        settings.hidingRejections = codes
      },
      show: { $0.hidingRejections.joined(separator: ",") }),
    .number(
      "eventDays", 1...3650, "Days for which events of the archive are kept for those who follow them.", \.eventDays),
    .number(
      "quarantineMegabytes", 0...1_048_576, "Room for objects that could not be stored, in MiB; the oldest go first.",
      \.quarantineMegabytes),
    .number(
      "minimumFreeMegabytes", 0...1_073_741_824, "An alarm is raised where less room is free for what arrives, in MiB.",
      \.minimumFreeMegabytes),
    .number(
      "scrubDays", 0...3650, "Days in which everything that is stored is read and compared once; 0 leaves it out.",
      \.scrubDays),
    .text(
      "storage", "a folder, or empty", "Folder of segments and study files; else the data folder.", \.storage),
    .text(
      "copy", "a folder, or empty",
      "Second folder, best on another disk or a mount, that receives every segment and study file.", \.copy),
    .flag(
      "copyBeforeAnswer",
      "Whether an instance stands in both folders before its sender gets the answer; else the second follows.",
      \.copyBeforeAnswer),
    .number(
      "copyLagMinutes", 0...525_600, "An alarm is raised where the second folder is behind for so long.",
      \.copyLagMinutes),
    .text(
      "signingKeyFile", "a path outside of the data folder, or empty",
      "File of the private key that signs the manifests of studies; else the data folder's path with .key behind it.",
      \.signingKeyFile),
    .number(
      "sessionIdleMinutes", 1...10080, "A browser session that is not used for so long ends.", \.sessionIdleMinutes),
    .text(
      "accessionPattern", "a pattern of at most 16 characters with {n:5}, and {yyyy} {yy} {mm} {dd} where wished",
      "How accession numbers are made for orders that come without one.", \.accessionPattern,
      check: { (try? NumberPattern($0)) != nil }),
    .text(
      "institutionName", "a name", "Who issues reports, as documents name them.", \.institutionName,
      check: { !$0.isEmpty && $0.utf8.count <= 200 }),
    .text(
      "institutionUID", "an OID, or empty", "Object identifier of the institution in documents.", \.institutionUID,
      check: { text in
        text.utf8.count <= 64 && text.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
          && (text.isEmpty || text.contains("."))
      }),
    SettingDeclaration(
      key: "database", form: "postgresql://user@host:port/name, or empty",
      explanation: "Where the index and all lists are kept: in PostgreSQL, or in a file of the data folder.",
      apply: { settings, text in
        settings.database = try ServerDatabase.checkedAddress(text)
      },
      show: { $0.database }),
    .text(
      "databasePasswordFile", "a path, or empty",
      "File whose first line is the password for PostgreSQL; else MARTLET_DATABASE_PASSWORD or libpq's own ways.",
      \.databasePasswordFile),
    SettingDeclaration(
      key: "printFormats", form: "number=layout; …, a layout being ROW 1,2 or boxes of x y width height in percent",
      explanation: "What CUSTOM\\1, CUSTOM\\2, …, and SLIDE and SUPERSLIDE are as image display formats of films.",
      apply: { settings, text in
        do throws(DeclaredDisplayFormats.Fault) {
          settings.printFormats = try DeclaredDisplayFormats(text)
        } catch {
          throw SettingsError(key: "printFormats", reason: error.reason)
        }
      },
      show: { $0.printFormats.text }),
    .text(
      "printNode", "an AE title, or empty",
      "DICOM printer among the nodes that films which are printed here go on to, beside or without `printQueue`.",
      \.printNode),
    .text(
      "printQueue", "the name of a queue, or empty",
      "Print queue of the system (CUPS) for films that DICOM printers' users send; all are kept as PDF in `films`.",
      \.printQueue),
    .text(
      "hl7CertificateFile", "a path, or empty",
      "PEM file with the certificate of the HL7 listener, which then speaks TLS; shown to destinations that ask.",
      \.hl7CertificateFile),
    .text("hl7KeyFile", "a path, or empty", "PEM file with the key of hl7CertificateFile.", \.hl7KeyFile),
    .text(
      "hl7TrustFile", "a path, or empty",
      "PEM file with the certificates that HL7 senders and destinations over TLS must lead to; senders must show one.",
      \.hl7TrustFile),
    .text(
      "logLevel", "trace, debug, info, notice, warning, error or critical", "How much the log tells.", \.logLevel,
      check: { ["trace", "debug", "info", "notice", "warning", "error", "critical"].contains($0) }),
  ]

  /// Sets one setting from text.
  public mutating func set(_ key: String, to text: String) throws {
    guard let declaration = Self.declarations.first(where: { $0.key == key }) else {
      throw SettingsError(key: key, reason: "there is no such setting; `martlet config` lists them")
    }
    try declaration.apply(&self, text)
  }

  /// Sets what the environment names.
  public mutating func apply(environment: [String: String]) throws {
    for declaration in Self.declarations {
      if let text = environment[declaration.environmentName] { try declaration.apply(&self, text) }
    }
  }

  @Sendable static func isAETitle(_ text: String) -> Bool {
    let bytes = text.utf8
    return (1...16).contains(bytes.count) && bytes.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x5C }
      && bytes.first != 0x20 && bytes.last != 0x20
  }
}
