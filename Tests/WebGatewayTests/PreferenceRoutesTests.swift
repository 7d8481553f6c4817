// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing
import Trust

/// `/api/v1/preferences`: everybody's own.
@Suite struct PreferenceRoutesTests {
  @Test func everybodyKeepsTheirOwn() async throws {
    let fixture = try WebFixture()
    let path = "/api/v1/preferences/viewer"
    #expect(try await fixture.call(.get, path, as: .radiologist).text == "null")
    #expect(try await fixture.send(.put, path, as: .radiologist, json: #"{"keys":"OHIF"}"#).status == 204)
    #expect(try await fixture.call(.get, path, as: .radiologist).text == #"{"keys":"OHIF"}"#)
    #expect(try await fixture.call(.get, path, as: .administrator).text == "null")
    #expect(try await fixture.call(.delete, path, as: .radiologist).status == 204)
    #expect(try await fixture.call(.delete, path, as: .radiologist).status == 404)
  }

  @Test func whatIsNoPreferenceIsRefused() async throws {
    let fixture = try WebFixture()
    #expect(try await fixture.call(.get, "/api/v1/preferences/viewer").status == 401)
    #expect(try await fixture.call(.get, "/api/v1/preferences/anything", as: .radiologist).status == 404)
    #expect(try await fixture.send(.put, "/api/v1/preferences/viewer", as: .radiologist, json: "{").status == 400)
    let large = #"[""# + String(repeating: "x", count: 256 * 1024) + #""]"#
    #expect(try await fixture.send(.put, "/api/v1/preferences/viewer", as: .radiologist, json: large).status == 413)
    let form = [("Content-Type", "text/plain")]
    #expect(try await fixture.call(.put, "/api/v1/preferences/viewer", as: .radiologist, form).status == 415)
  }
}
