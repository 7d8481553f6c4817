// SPDX-License-Identifier: Apache-2.0

import DICOMWeb
import HTTPTypes
import Hummingbird
import Radiology
import Trust

/// `/api/v1/statistics`: volumes, waiting and turnaround times.
enum StatisticsRoutes {
  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/statistics", needs: .viewStatistics, records: .nothing) { call in
      let parameters = try call.query
      func number(_ name: String) throws -> Int64 {
        guard let value = Int64(parameters[name] ?? "") else {
          throw Problem(.badRequest, "\(name) is a number of microseconds since 1970-01-01 UTC.")
        }
        return value
      }
      let (from, to) = (try number("from"), try number("to"))
      guard let grouping = DepartmentStatistics.Grouping(rawValue: parameters["by"] ?? "modality") else {
        throw Problem(.badRequest, "by is one of \(DepartmentStatistics.Grouping.allCases.map(\.rawValue)).")
      }
      return try await call.answer { try call.department.statistics(from: from, to: to, by: grouping) }
    }
  }
}
