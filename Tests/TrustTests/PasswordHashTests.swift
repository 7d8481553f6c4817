// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Trust

@Suite struct PasswordHashTests {
  /// RFC 7914 §12, the second vector: N=1024, r=8, p=16 is beyond our bounds, so the third: N=16384, r=8, p=1,
  /// cut to the 32 bytes that we keep (scrypt's output is a prefix of its longer outputs).
  @Test func agreesWithTheVectorOfTheRFC() throws {
    let key: [UInt8] = [
      0x70, 0x23, 0xBD, 0xCB, 0x3A, 0xFD, 0x73, 0x48, 0x46, 0x1C, 0x06, 0xCD, 0x81, 0xFD, 0x38, 0xEB,
      0xFD, 0xA8, 0xFB, 0xBA, 0x90, 0x4F, 0x8E, 0x3E, 0xA9, 0xB5, 0x43, 0xF6, 0x54, 0x5D, 0xA1, 0xF2,
    ]
    let salt = Base64URL.encode(Array("SodiumChloride".utf8))
    let hash = try PasswordHash(text: "$scrypt$ln=14,r=8,p=1$\(salt)$\(Base64URL.encode(key))")
    #expect(try hash.verify("pleaseletmein"))
    #expect(try !hash.verify("pleaseletmeout"))
  }

  @Test func textFormComesBack() throws {
    let hash = try PasswordHash(password: "correct horse", parameters: fastHash)
    let read = try PasswordHash(text: hash.text)
    #expect(read == hash)
    #expect(try read.verify("correct horse"))
    #expect(try !read.verify("Correct horse"))
    #expect(hash.text.hasPrefix("$scrypt$ln=4,r=8,p=1$"))
  }

  @Test func saltsDiffer() throws {
    let first = try PasswordHash(password: "correct horse", parameters: fastHash)
    #expect(try PasswordHash(password: "correct horse", parameters: fastHash).text != first.text)
  }

  @Test(arguments: [
    "", "plain", "$scrypt$", "$bcrypt$ln=4,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
    "$scrypt$ln=40,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "$scrypt$ln=4,r=8$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "$scrypt$ln=4,r=8,p=1$****$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  ])
  func malformedTextIsRefused(text: String) {
    #expect(throws: TrustError(.malformedHash, "")) { try PasswordHash(text: text) }
  }

  @Test(arguments: [
    ("", "root", false), ("short", "root", false), ("long enough", "root", true), ("aaaaaaaaaaaa", "root", false),
    ("1234567890", "root", false), ("abcdefghijkl", "root", false), ("charlotte12", "charlotte", false),
    ("charlotte at work", "charlotte", true), ("Größe-über-alles", "root", true),
    (String(repeating: "abcd", count: 65), "root", false),
  ])
  func rulesForPasswords(password: String, name: String, accepted: Bool) {
    let passed = (try? PasswordRules.check(password: password, accountName: name)) != nil
    #expect(passed == accepted)
  }

  @Test(arguments: [
    ("anna", true), ("dr.müller-lüdenscheid_2@klinik.example", true), ("", false), ("a b", false), ("a\n", false),
    ("<script>", false), (String(repeating: "x", count: 65), false),
  ])
  func rulesForNames(name: String, accepted: Bool) {
    let passed = (try? PasswordRules.check(name: name)) != nil
    #expect(passed == accepted)
  }
}
