// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMWeb
import HTTPTypes
import Hummingbird
import Trust

/// `/api/v1/bin` and `/api/v1/rejected`: what deletions and rejections hide, bringing it back, and emptying the bin.
enum BinRoutes {
  static func add(to routes: RouteTable) {
    routes.on(.get, "api/v1/bin", needs: .deleteImages, records: .accessed) { call in
      try await list(call, .deletion, "bin")
    }
    routes.on(.get, "api/v1/rejected", needs: .viewCorrections, records: .accessed) { call in
      try await list(call, .rejection, "rejected")
    }
    routes.on(.post, "api/v1/bin/:name/restore", needs: .deleteImages, records: .corrected) { call in
      let (name, corrections) = (try call.component("name"), try call.corrections)
      let corrector = CorrectionRoutes.corrector(call, nil)
      let made = try await call.blocking { try corrections.undo(name, by: corrector) }
      return .json(CorrectionJSON.correction(made), status: .created)
    }
    routes.on(.delete, "api/v1/bin/:name", needs: .deleteImages, records: .deleted) { call in
      let (name, corrections) = (try call.component("name"), try call.corrections)
      let corrector = CorrectionRoutes.corrector(call, nil)
      let count = try await call.blocking { try corrections.purge(name, by: corrector) }
      return .json(.object([("purged", .integer(Int64(count)))]))
    }
  }

  private static func list(_ call: Call, _ kind: Correction.Kind, _ name: String) async throws -> Response {
    let limit = try call.query.integer("limit", in: 1...CorrectionRoutes.largestPage) ?? 100
    let offset = try call.query.integer("offset", in: 0...Int(Int32.max)) ?? 0
    let corrections = try call.corrections
    let hidden = try await call.blocking {
      try corrections.index.hidden(kind, offset: offset, limit: limit)
    }
    let delay = corrections.options.binDelay
    return .json(
      .object([
        (
          name,
          .array(
            hidden.map { study in
              CorrectionJSON.hidden(
                study, purgeAt: kind == .deletion ? study.correction.at + delay : nil)
            })
        )
      ]))
  }
}
