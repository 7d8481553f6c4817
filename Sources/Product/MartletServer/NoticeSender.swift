// SPDX-License-Identifier: Apache-2.0

import Workflow

/// Tells an address of the web that a study has come (`NoticeOrder`): a POST of JSON with `route` and `studyUID`.
struct NoticeSender: JobHandler {
  /// How long an answer may take, in seconds.
  static let patience: Int64 = 20

  let kind = NoticeOrder.kind
  let policy = RetryPolicy(first: 10_000_000, longest: 3_600_000_000, attempts: 50)

  func run(_ run: JobRun) async throws -> JobOutcome {
    let order = try JobPayload.decode(NoticeOrder.self, run.job.payload)
    var request = OutgoingRequest(order.address)
    guard request.isAddress else { return .impossible(reason: "\(order.address) is no address") }
    request.method = "POST"
    request.headers = [("Content-Type", "application/json")]
    request.body = Array(try JobPayload.encode(["route": order.route, "studyUID": order.study]).utf8)
    request.seconds = Self.patience
    let status = try await request.answer().status
    switch status {
    case 200..<300: return .done
    case 300..<500 where status != 408 && status != 429: return .impossible(reason: "answered with \(status)")
    default: return .again(reason: "answered with \(status)")
    }
  }
}
