// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Trust

@Suite struct ViewLinkTests {
  let key = ViewLinkKey.random()
  let link = ViewLink(studies: ["1.2.3", "1.2.4"], expiresAt: 1000, issuer: "doe")

  @Test func comesBackUntilItExpires() {
    let text = link.signed(by: key)
    #expect(ViewLink(signed: text, key: key, now: 999) == link)
    #expect(ViewLink(signed: text, key: key, now: 1000) == nil)
  }

  @Test func nobodyElseSigns() throws {
    let text = link.signed(by: key)
    #expect(ViewLink(signed: text, key: .random(), now: 0) == nil)
    let other = ViewLink(studies: ["1.2.5"], expiresAt: 1000, issuer: "doe").signed(by: .random())
    let content = try #require(other.split(separator: ".").first)
    let signature = try #require(text.split(separator: ".").last)
    for forged in ["\(content).\(signature)", "", ".", "x.y", "\(content)", text + "a", text + "." + text] {
      #expect(ViewLink(signed: forged, key: key, now: 0) == nil, "\(forged)")
    }
  }

  @Test func everyCharacterCounts() {
    let text = Array(link.signed(by: key))
    for index in text.indices {
      var changed = text
      changed[index] = changed[index] == "A" ? "B" : "A"
      #expect(ViewLink(signed: String(changed), key: key, now: 0) == nil)
    }
  }

  @Test func opensItsStudiesOnly() {
    let principal = Principal(link)
    #expect(principal.onlyStudies == ["1.2.3", "1.2.4"])
    #expect(principal.may(.viewImages))
    #expect(!principal.may(.storeImages))
  }

  @Test func keysHaveOneLength() {
    #expect(ViewLinkKey(ViewLinkKey.randomBytes()) != nil)
    #expect(ViewLinkKey([1, 2, 3]) == nil)
  }
}
