// SPDX-License-Identifier: Apache-2.0

public import DICOMServices
import Radiology

/// Everything that an administrator can choose. What each field means stands in `Settings.declarations`, once.
public struct Settings: Sendable, Equatable {
  public var aeTitle = "MARTLET"
  public var bind = "127.0.0.1"
  public var dicomBind = ""
  public var webBind = ""
  public var hl7Bind = ""
  public var dicomPort = 11112
  public var dicomTLSBind = ""
  public var dicomTLSPort = 2762
  public var dicomTLSCertificate = ""
  public var dicomTLSKey = ""
  public var dicomTLSAuthorities = ""
  public var dicomTLSChecksNames = true
  public var tokenKeyFile = ""
  public var prefetchTo: [String] = []
  public var prefetchStudies = 5
  public var prefetchOn = ["order", "arrival"]
  public var criticalContacts: [String] = []
  /// Whether the times of the department can be set.
  public var practiceClock = false
  public var orderChecks = ["patient", "accession", "study"]
  public var httpPort = 8080
  public var httpsPort = 8443
  public var hl7Port = 2575
  public var acceptUnknownCallers = UnknownCallers.onLoopback
  public var checkCalledAETitle = false
  public var privateStorageClasses: [String] = []
  /// Origins whose pages may use the web services.
  public var allowedOrigins: [String] = []
  public var federatedNodes: [String] = []
  public var federationSeconds = 5
  public var retiredQueryModels = false
  public var lenientQueries = false
  public var performedStepNodes: [String] = []
  public var performedStepNoticeNodes: [String] = []
  public var availabilityNodes: [String] = []
  public var availabilitySeconds = 60
  /// Defined terms by AE title; `*` for all others.
  public var nodeCharacterSets: [String: [String]] = [:]
  public var maximumAssociations = 64
  public var associationIdleSeconds = 600
  public var artimSeconds = 30
  public var maximumPDULength = 131_072
  public var blockCacheMegabytes = 256
  public var segmentMegabytes = 64
  public var readySegments = 16
  public var quarantineMegabytes = 1024
  public var minimumFreeMegabytes = 1024
  public var settleMinutes = 60
  public var releaseMinutes = 30
  public var scrubDays = 30
  public var storage = ""
  public var copy = ""
  public var copyBeforeAnswer = false
  public var copyLagMinutes = 15
  public var signingKeyFile = ""
  public var binDays = 30
  public var retention: [String] = []
  public var compression: [String] = []
  public var hidingRejections = ["113001", "113037", "113038", "113039"]
  public var eventDays = 7
  public var sessionIdleMinutes = 60
  public var institutionName = "Radiology"
  public var institutionUID = ""
  public var accessionPattern = NumberPattern.standard.description
  public var database = ""
  public var databasePasswordFile = ""
  public var printQueue = ""
  /// Image display formats of the printer that are its own.
  public var printFormats = DeclaredDisplayFormats.none
  /// AE title of a DICOM printer for films that are printed here.
  public var printNode = ""
  public var hl7CertificateFile = ""
  public var hl7KeyFile = ""
  public var hl7TrustFile = ""
  public var logLevel = "info"

  public init() {}

  /// Whether stations that are not in the list of nodes may associate.
  public enum UnknownCallers: String, Sendable, CaseIterable {
    case always
    case never
    case onLoopback
  }

  public var dicomAddress: String { dicomBind.isEmpty ? bind : dicomBind }
  public var dicomTLSAddress: String { dicomTLSBind.isEmpty ? dicomAddress : dicomTLSBind }
  public var webAddress: String { webBind.isEmpty ? bind : webBind }
  var departmentOptions: DepartmentOptions {
    get throws {
      var options = DepartmentOptions()
      options.accessionPattern = try NumberPattern(accessionPattern)
      options.criticalContacts = criticalContacts
      if practiceClock { options.practiceClock = PracticeClock() }
      options.institution = Institution(name: institutionName, uid: institutionUID)
      return options
    }
  }
  public var hl7Address: String { hl7Bind.isEmpty ? bind : hl7Bind }
}
