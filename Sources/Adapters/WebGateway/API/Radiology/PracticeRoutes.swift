// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Radiology
import Trust

/// `/api/v1/practice-clock`: where nobody is treated, the department's times can be set.
enum PracticeRoutes {
  static func add(to routes: RouteTable) {
    routes.on(.put, "api/v1/practice-clock", needs: .manageDepartment, records: .configuration) { call in
      let given = try await call.document(Given.self)
      return try await call.answer {
        guard let clock = try call.department.practiceClock else { throw Problem.notFound }
        try clock.set(given.moment)
        return given
      }
    }
  }

  /// Microseconds since 1970-01-01 UTC; nil for the system's time.
  private struct Given: Codable, Sendable { var moment: Int64? }
}
