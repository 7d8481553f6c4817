// SPDX-License-Identifier: Apache-2.0

import Archive
import NIOCore
import Synchronization

/// Counts requests, and writes the counts in the text format that Prometheus reads.
final class WebMetrics: Sendable {
  /// Upper bounds of the latency histogram, in seconds.
  static let bounds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

  private struct Route: Hashable {
    var method: String
    var path: String
    var status: Int
  }

  private struct Histogram {
    var buckets = [Int](repeating: 0, count: WebMetrics.bounds.count + 1)
    var sum = 0.0
    var count = 0
  }

  private struct State {
    var requests: [Route: Int] = [:]
    var latencies: [String: Histogram] = [:]
    var active = 0
    var streams = 0
  }

  private let state = Mutex(State())

  func began() { state.withLock { $0.active += 1 } }

  /// - Parameter path: the route's path, not the target, so that there are few.
  func ended(method: String, path: String, status: Int, seconds: Double) {
    state.withLock { state in
      state.active -= 1
      state.requests[Route(method: method, path: path, status: status), default: 0] += 1
      var histogram = state.latencies[path] ?? Histogram()
      histogram.buckets[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
      histogram.sum += seconds
      histogram.count += 1
      state.latencies[path] = histogram
    }
  }

  func eventStream(opened: Bool) { state.withLock { $0.streams += opened ? 1 : -1 } }

  /// - Parameters:
  ///   - gauges: further values, by name.
  ///   - alarms: those that are open; subjects are left out, so that there are few series.
  func exposition(gauges: [(name: String, value: Int)], alarms: [Alarm] = []) -> ByteBuffer {
    let state = state.withLock { $0 }
    var text = "# TYPE martlet_http_requests_total counter\n"
    for (route, count) in state.requests.sorted(by: { ($0.key.path, $0.key.status) < ($1.key.path, $1.key.status) }) {
      text +=
        "martlet_http_requests_total{method=\"\(route.method)\",route=\"\(route.path)\",status=\"\(route.status)\"}"
      text += " \(count)\n"
    }
    text += "# TYPE martlet_http_request_seconds histogram\n"
    for (path, histogram) in state.latencies.sorted(by: { $0.key < $1.key }) {
      text += Self.lines(path, histogram)
    }
    text += "# TYPE martlet_http_requests_active gauge\nmartlet_http_requests_active \(state.active)\n"
    text += "# TYPE martlet_event_streams gauge\nmartlet_event_streams \(state.streams)\n"
    for gauge in gauges { text += "# TYPE martlet_\(gauge.name) gauge\nmartlet_\(gauge.name) \(gauge.value)\n" }
    text += "# TYPE martlet_alarm gauge\n"
    let kinds = Dictionary(grouping: alarms) { [$0.kind.rawValue, $0.severity.rawValue] }
    for (labels, found) in kinds.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      text += "martlet_alarm{kind=\"\(labels[0])\",severity=\"\(labels[1])\"} \(found.count)\n"
    }
    return ByteBuffer(string: text)
  }

  private static func lines(_ path: String, _ histogram: Histogram) -> String {
    let name = "martlet_http_request_seconds"
    var text = ""
    var total = 0
    for (bound, count) in zip(bounds.map { String($0) } + ["+Inf"], histogram.buckets) {
      total += count
      text += "\(name)_bucket{route=\"\(path)\",le=\"\(bound)\"} \(total)\n"
    }
    return text
      + "\(name)_sum{route=\"\(path)\"} \(histogram.sum)\n\(name)_count{route=\"\(path)\"} \(histogram.count)\n"
  }
}
