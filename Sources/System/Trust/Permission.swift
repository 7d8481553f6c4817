// SPDX-License-Identifier: Apache-2.0

/// One thing that somebody may do. Every route and every DICOM service names the one that it needs.
public enum Permission: String, Sendable, CaseIterable {
  /// See who has which studies: study list, QIDO-RS, C-FIND.
  case searchStudies
  /// See images and their metadata: viewer, WADO-RS, C-GET, C-MOVE.
  case viewImages
  /// Add images: STOW-RS, C-STORE, import.
  case storeImages
  /// See addresses, versions and counts of the installation.
  case viewSystem
  /// See the list of remote nodes.
  case viewNodes
  /// Add, change and remove remote nodes.
  case manageNodes
  /// See what is sent out, what waits, and why.
  case viewQueues
  /// Pause, retry, cancel and empty what is sent out.
  case manageQueues
  /// See HL7 messages that came in or go out, with all that they say.
  case viewMessages
  /// Edit, reprocess, resend and cancel HL7 messages; change senders and destinations.
  case manageMessages
  /// See what is in quarantine or in conflict.
  case viewIncidents
  /// See the audit trail.
  case viewAudit
  /// Add, change and disable accounts and tokens.
  case manageAccounts
  /// See patients, orders, exams and the department's worklists.
  case viewOrders
  /// Register patients, place and change orders, book and move appointments.
  case manageOrders
  /// Say that two records are one patient.
  case mergePatients
  /// Examine: rooms, steps, lists of lost exams.
  case performExams
  /// Book over other appointments and outside of opening hours.
  case overbook
  /// Change the catalogue, resources and templates of the department.
  case manageDepartment
  /// Read validated reports; no permission shows others to who does not write them.
  case readReports
  /// Write reports, and see those that are not validated.
  case writeReports
  /// Sign and validate reports.
  case signReports
  /// See how much was done, and how long it took.
  case viewStatistics
  /// See what was corrected and what is rejected.
  case viewCorrections
  /// Merge and correct patients, move studies and series, reject instances, and undo it.
  case correctImages
  /// Put images into the bin, bring them back, and empty it.
  case deleteImages
}

extension Role {
  /// What this profession may do. The whole table stands here, so that it can be read and tested as one.
  public var permissions: Set<Permission> {
    switch self {
    case .administrator: Set(Permission.allCases)
    case .radiologist:
      [
        .searchStudies, .viewImages, .storeImages, .viewNodes, .viewOrders, .manageOrders, .performExams, .overbook,
        .readReports, .writeReports, .signReports, .viewStatistics, .viewCorrections,
      ]
    case .technologist:
      [
        .searchStudies, .viewImages, .storeImages, .viewNodes, .viewQueues, .manageQueues, .viewIncidents,
        .viewOrders, .manageOrders, .mergePatients, .performExams, .overbook, .readReports, .viewCorrections,
        .correctImages,
      ]
    case .clinician: [.searchStudies, .viewImages, .readReports]
    case .secretary:
      [.searchStudies, .viewImages, .viewOrders, .manageOrders, .mergePatients, .readReports, .writeReports]
    case .receptionist: [.searchStudies, .viewOrders, .manageOrders, .mergePatients]
    // Sees how much is done, and no patient.
    case .manager: [.viewStatistics]
    // Sees de-identified data only, and nothing here is.
    case .researcher: []
    }
  }
}
