// SPDX-License-Identifier: Apache-2.0

import Testing
import Trust

/// The table as it is meant, typed by hand.
@Suite struct PermissionTests {
  static let table: [(Role, [Permission])] = [
    (
      .administrator,
      [
        .searchStudies, .viewImages, .storeImages, .viewSystem, .viewNodes, .manageNodes, .viewQueues, .manageQueues,
        .viewMessages, .manageMessages,
        .viewIncidents, .viewAudit, .manageAccounts, .viewOrders, .manageOrders, .mergePatients, .performExams,
        .overbook, .manageDepartment, .readReports, .writeReports, .signReports, .viewStatistics,
        .viewCorrections, .correctImages, .deleteImages,
      ]
    ),
    (
      .radiologist,
      [
        .searchStudies, .viewImages, .storeImages, .viewNodes, .viewOrders, .manageOrders, .performExams, .overbook,
        .readReports, .writeReports, .signReports, .viewStatistics, .viewCorrections,
      ]
    ),
    (
      .technologist,
      [
        .searchStudies, .viewImages, .storeImages, .viewNodes, .viewQueues, .manageQueues, .viewIncidents,
        .viewOrders, .manageOrders, .mergePatients, .performExams, .overbook, .readReports,
        .viewCorrections, .correctImages,
      ]
    ),
    (.receptionist, [.searchStudies, .viewOrders, .manageOrders, .mergePatients]),
    (
      .secretary,
      [.searchStudies, .viewImages, .viewOrders, .manageOrders, .mergePatients, .readReports, .writeReports]
    ),
    (.clinician, [.searchStudies, .viewImages, .readReports]),
    (.manager, [.viewStatistics]),
    (.researcher, []),
  ]

  @Test func everyRoleIsInTheTable() {
    #expect(Set(Self.table.map(\.0)) == Set(Role.allCases))
  }

  @Test(arguments: table)
  func roleMayWhatTheTableSays(role: Role, permissions: [Permission]) {
    let principal = Principal(name: "x", displayName: "x", role: role, credential: .session)
    for permission in Permission.allCases {
      #expect(principal.may(permission) == permissions.contains(permission), "\(role) \(permission)")
    }
  }
}
