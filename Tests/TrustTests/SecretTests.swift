// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Trust

@Suite struct SecretTests {
  @Test func isLongAndNeverTheSame() {
    let secrets = (0..<100).map { _ in Secret.random().text }
    #expect(Set(secrets).count == 100)
    #expect(secrets.allSatisfy { $0.utf8.count == 43 })
  }

  @Test func digestIsSHA256OfTheText() throws {
    let secret = try #require(Secret(presented: String(repeating: "A", count: 43)))
    // printf 'A%.0s' {1..43} | sha256sum
    #expect(secret.digest == "0f007385b6f9d4b7eeb2748605afe1a984a0a3bfa3f014d09e2a784ce9e5cd1a")
  }

  @Test(arguments: ["", "short", String(repeating: "!", count: 43), String(repeating: "A", count: 44)])
  func refusesWhatCannotBeOne(text: String) {
    #expect(Secret(presented: text) == nil)
  }

  @Test func derivedSecretsDependOnPurposeAndSecret() {
    let secret = Secret.random()
    #expect(secret.derived(for: "csrf") == secret.derived(for: "csrf"))
    #expect(secret.derived(for: "csrf") != secret.derived(for: "other"))
    #expect(secret.derived(for: "csrf") != Secret.random().derived(for: "csrf"))
    #expect(Secret.matches("abc", "abc"))
    #expect(!Secret.matches("abc", "abd"))
    #expect(!Secret.matches("abc", "ab"))
  }

  /// RFC 4648 §10, without padding.
  @Test(arguments: [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE")])
  func base64(plain: String, text: String) {
    #expect(Base64URL.encode(Array(plain.utf8)) == text)
    #expect(Base64URL.decode(text) == Array(plain.utf8))
  }

  @Test func base64OfManyBytesComesBack() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
    #expect(Base64URL.decode("Zh") == nil)
    #expect(Base64URL.decode("Z") == nil)
  }
}
