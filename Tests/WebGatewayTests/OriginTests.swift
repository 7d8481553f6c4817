// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import WebGateway

@Suite struct OriginTests {
  @Test(arguments: [
    ("pacs:8080", 8080, false, "http://pacs:8080"), ("pacs", 8080, false, "http://pacs:8080"),
    ("pacs", 80, false, "http://pacs"), ("pacs", 443, true, "https://pacs"),
    ("[::1]", 8443, true, "https://[::1]:8443"),
    ("[::1]:1", 8443, true, "https://[::1]:1"), ("pacs<script>", 80, false, ""), ("", 80, false, ""),
  ])
  func withoutProxy(authority: String, port: Int, isSecure: Bool, origin: String) {
    #expect(
      Origin.of(authority: authority, port: port, isSecure: isSecure, forwardedScheme: nil, isForwarded: false)
        == origin)
  }

  @Test func behindAProxyItsPortCounts() {
    func origin(_ scheme: String?) -> String {
      Origin.of(authority: "pacs", port: 8080, isSecure: false, forwardedScheme: scheme, isForwarded: true)
    }
    #expect(origin("https") == "https://pacs")
    #expect(origin(nil) == "http://pacs")
    #expect(Origin.of(authority: nil, port: 1, isSecure: false, forwardedScheme: nil, isForwarded: false).isEmpty)
  }
}
