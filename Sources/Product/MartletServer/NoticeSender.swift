// SPDX-License-Identifier: Apache-2.0

import Foundation
import Workflow

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Tells an address of the web that a study has come (`NoticeOrder`): a POST of JSON with `route` and `studyUID`.
struct NoticeSender: JobHandler {
  /// How long an answer may take, in seconds.
  static let patience: TimeInterval = 20

  let kind = NoticeOrder.kind
  let policy = RetryPolicy(first: 10_000_000, longest: 3_600_000_000, attempts: 50)

  func run(_ run: JobRun) async throws -> JobOutcome {
    let order = try JobPayload.decode(NoticeOrder.self, run.job.payload)
    guard let url = URL(string: order.address) else { return .impossible(reason: "\(order.address) is no address") }
    var request = URLRequest(url: url, timeoutInterval: Self.patience)
    request.httpMethod = "POST"
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.httpBody = Data(try JobPayload.encode(["route": order.route, "studyUID": order.study]).utf8)
    let (_, response) = try await URLSession.shared.data(for: request)
    guard let status = (response as? HTTPURLResponse)?.statusCode else { return .again(reason: "no answer of HTTP") }
    switch status {
    case 200..<300: return .done
    case 400..<500 where status != 408 && status != 429: return .impossible(reason: "answered with \(status)")
    default: return .again(reason: "answered with \(status)")
    }
  }
}
