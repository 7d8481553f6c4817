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
  /// See what is in quarantine or in conflict.
  case viewIncidents
  /// See the audit trail.
  case viewAudit
  /// Add, change and disable accounts and tokens.
  case manageAccounts
}

extension Role {
  /// What this profession may do. The whole table stands here, so that it can be read and tested as one.
  public var permissions: Set<Permission> {
    switch self {
    case .administrator: Set(Permission.allCases)
    case .radiologist: [.searchStudies, .viewImages, .storeImages, .viewNodes]
    case .technologist:
      [.searchStudies, .viewImages, .storeImages, .viewNodes, .viewQueues, .manageQueues, .viewIncidents]
    case .clinician, .secretary: [.searchStudies, .viewImages]
    case .receptionist: [.searchStudies]
    // Sees de-identified data only, and nothing here is.
    case .researcher: []
    }
  }
}
