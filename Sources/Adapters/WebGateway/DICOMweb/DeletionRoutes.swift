// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMWeb
import HTTPTypes
import Hummingbird
import Trust

/// Deleting and rejecting by DICOMweb, as clients in use do it: DELETE on a study, a series or an instance puts it into
/// the bin; POST on `reject/113001^DCM` below one rejects it for that reason (PS3.16 CID 7011).
enum DeletionRoutes {
  static func add(to routes: RouteTable) {
    for level in RetrieveRoutes.levels {
      routes.on(.delete, RouterPath(stringLiteral: level), needs: .deleteImages, records: .deleted, delete)
      routes.on(
        .post, RouterPath(stringLiteral: level + "/reject/:reason"), needs: .correctImages, records: .corrected, reject)
    }
  }

  @Sendable private static func delete(_ call: Call) async throws -> Response {
    let (scope, corrections) = (try scope(call), try call.corrections)
    let corrector = CorrectionRoutes.corrector(call, nil)
    _ = try await call.instances()
    _ = try await call.blocking { try corrections.delete(scope, by: corrector) }
    return .noContent()
  }

  @Sendable private static func reject(_ call: Call) async throws -> Response {
    let text = try call.decodedComponent("reason")
    let parts = text.split(separator: "^", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1] == "DCM", let reason = RejectionReason(rawValue: String(parts[0])) else {
      let known = RejectionReason.allCases.map { "\($0.rawValue)^DCM" }.joined(separator: ", ")
      throw Problem(.notFound, "There is no reason \(text.prefix(64)) for rejecting; there are \(known).")
    }
    let (scope, corrections) = (try scope(call), try call.corrections)
    let corrector = CorrectionRoutes.corrector(call, nil)
    _ = try await call.instances()
    _ = try await call.blocking { try corrections.reject(scope, for: reason, by: corrector) }
    return .noContent()
  }

  private static func scope(_ call: Call) throws -> CorrectionScope {
    let path = try call.resource
    if let instance = path.instance { return .instances([instance]) }
    if let series = path.series { return .series(study: path.study, series: series) }
    return .study(path.study)
  }
}
