// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMGateway
import DICOMMedia
import DICOMNetwork
import Radiology

/// What the server can negotiate, as data, read from the services that are registered (PS3.2).
public struct ConformanceStatement: Encodable, Sendable {
  /// A UID with its name in PS3.6.
  public struct Named: Encodable, Sendable, Hashable {
    public let uid: String
    public let name: String

    init(_ uid: UID) {
      self.uid = uid.rawValue
      name = UIDDictionary.entry(for: uid)?.name ?? ""
    }
  }

  public struct Service: Encodable, Sendable {
    public let serviceClass: String
    /// Of PS3.4.
    public let annex: String
    /// SCP or SCU.
    public let role: String
    public let operations: [String]
    public let sopClasses: [Named]
    public let transferSyntaxes: [Named]
    public let extendedNegotiation: String?
    public let requestorMayBeSCP: Bool
  }

  /// A media storage application profile (PS3.11) and what is done with it.
  public struct MediaProfile: Encodable, Sendable {
    public let name: String
    /// Of PS3.11.
    public let clause: String
    /// Roles of PS3.10 §5: FSC creates a file-set, FSR reads one.
    public let roles: [String]
    public let transferSyntaxes: [Named]
  }

  /// A kind of directory record and the keys that are written, with their types (PS3.3 Annex F).
  public struct DirectoryRecordKeys: Encodable, Sendable {
    public struct Key: Encodable, Sendable {
      public let tag: String
      public let keyword: String
      public let type: String
    }
    public let recordType: String
    public let keys: [Key]
  }

  public let product = "Martlet"
  public let version = Version.number
  public let implementationClassUID: String
  public let implementationVersionName: String
  public let applicationEntityTitle: String
  public let applicationContext = "1.2.840.10008.3.1.1.1"
  public let maximumPDULength: Int
  public let maximumAssociations: Int
  /// Operations that may be outstanding: 1 is synchronous.
  public let asynchronousOperationsWindow = 1
  public let userIdentity = ["username", "username and passcode", "JSON Web Token"]
  /// Edition of the dictionary that names come from.
  public let edition = UIDDictionary.edition
  public let services: [Service]
  /// Media storage (PS3.2 Annex A, PS3.11): file-sets as `martlet media` and `/api/v1/…/media` make and read them.
  public let mediaProfiles = ApplicationProfile.all.map { profile in
    MediaProfile(
      name: profile.name, clause: profile.clause, roles: ["FSC", "FSR"],
      transferSyntaxes: profile.transferSyntaxes.map { Named($0.uid) })
  }
  /// The directory records that are written.
  public let directoryRecords = RecordType.all.map { type in
    DirectoryRecordKeys(
      recordType: type.rawValue,
      keys: type.keys.map { key in
        DirectoryRecordKeys.Key(
          tag: "\(key.tag)", keyword: DataDictionary.entry(for: key.tag)?.keyword ?? "",
          type: key.requirement.rawValue)
      })
  }
  /// Services of PS3.4 that are not offered.
  public let notSupported: [String]
  /// What is done in part only, by service.
  public let limits = [
    "Query/Retrieve: Query/Retrieve View (0008,0053) is ignored where conversion was not negotiated. In a view: an "
      + "image stays classic where it stands alone, or has overlays, curves, a Modality LUT or no place in the patient"
      + "; converted images are legacy converted ones; references are updated in the objects of a study that has "
      + "converted images, not in those of other studies of the patient, and not in private attributes; other archives "
      + "are not asked.",
    "Print Management: annotations and presentation LUTs go on only to printers that negotiate these SOP classes.",
    "Unified Procedure Step: of the events for a node that is away the first "
      + "\(UnifiedProcedureStepReceivers.maximumOwed) are kept; for an AE title without an address the first "
      + "\(UnifiedProcedureStepReceivers.maximumMissed) after its event channel closed, for "
      + "\(UnifiedProcedureStepReceivers.patience.components.seconds) s.",
  ]

  public init(_ settings: Settings) {
    let options = GatewayOptions(settings)
    implementationClassUID = options.implementationClassUID.rawValue
    implementationVersionName = options.implementationVersionName
    applicationEntityTitle = options.aeTitle
    maximumPDULength = options.maximumPDULength
    maximumAssociations = options.maximumAssociations
    let offered = OfferedService.declared(options)
    services = offered.map(Service.init)
    notSupported = Self.annexes.filter { annex, _ in !offered.contains { $0.annex == annex } }.map {
      "\($0.1) (PS3.4 Annex \($0.0))"
    }
  }

  /// The service classes of PS3.4.
  private static let annexes: [(String, String)] = [
    ("A", "Verification"), ("B", "Storage"), ("C", "Query/Retrieve"), ("F", "Procedure Step"),
    ("H", "Print Management"), ("J", "Storage Commitment"), ("K", "Basic Worklist Management"),
    ("P", "Application Event Logging"), ("Q", "Relevant Patient Information Query"),
    ("R", "Instance Availability Notification"), ("S", "Media Creation Management"),
    ("U", "Hanging Protocol Query/Retrieve"), ("V", "Substance Administration Query"),
    ("X", "Color Palette Query/Retrieve"), ("Y", "Instance and Frame Level Retrieve"),
    ("Z", "Composite Instance Retrieve Without Bulk Data"), ("BB", "Implant Template Query/Retrieve"),
    ("CC", "Unified Worklist and Procedure Step"), ("DD", "RT Machine Verification"),
    ("EE", "Display System Management"), ("HH", "Defined Procedure Protocol Query/Retrieve"),
    ("II", "Protocol Approval Query/Retrieve"), ("JJ", "Inventory Query/Retrieve"), ("KK", "Storage Management"),
  ]
}

extension ConformanceStatement.Service {
  init(_ offered: OfferedService) {
    serviceClass = offered.serviceClass
    annex = offered.annex
    role = offered.role.rawValue
    operations = offered.operations.map { operation in
      let text = operation.description
      return text.hasSuffix("-RQ") ? String(text.dropLast(3)) : text
    }
    sopClasses = offered.sopClasses.map { ConformanceStatement.Named($0) }
    transferSyntaxes = offered.transferSyntaxes.map { ConformanceStatement.Named($0) }
    extendedNegotiation = offered.extendedNegotiation?.meaning
    requestorMayBeSCP = offered.allowsRequestorSCP
  }
}
