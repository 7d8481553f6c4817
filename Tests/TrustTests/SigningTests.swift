// SPDX-License-Identifier: Apache-2.0

import Testing
import Trust

@Suite struct SigningTests {
  private let bytes = Array("manifest".utf8)

  private func signed(_ key: SigningKey) throws -> [UInt8] {
    Array(try DetachedSignature(of: bytes, by: key).text.utf8)
  }

  /// RFC 8032 §7.1, test 2.
  @Test func aPublishedSignatureIsValid() throws {
    func hex(_ text: String) -> [UInt8] {
      stride(from: 0, to: text.utf8.count, by: 2).compactMap { UInt8(text.dropFirst($0).prefix(2), radix: 16) }
    }
    let key = try #require(
      VerifyingKey(bytes: hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")))
    let signature = hex(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
        + "b00d291612bb0c00")
    #expect(key.isValid(signature, for: [0x72]))
    #expect(!key.isValid(signature, for: [0x73]))
  }

  @Test func keysAndSignaturesAreReadAsTheyWereWritten() throws {
    let key = SigningKey()
    #expect(SigningKey(text: key.text)?.verifyingKey == key.verifyingKey)
    let record = try KeyRecord(key.verifyingKey, madeAt: 7, after: SigningKey())
    #expect(KeyRecord(text: record.text) == record)
    let signature = try DetachedSignature(of: bytes, by: key)
    #expect(DetachedSignature(text: signature.text) == signature)
    for text in ["", "martlet-private-key 1", key.text.replacing("key ", with: "key !"), record.text] {
      #expect(SigningKey(text: text) == nil)
    }
  }

  @Test func aChangeShows() throws {
    let key = SigningKey()
    let ring = KeyRing([try KeyRecord(key.verifyingKey, madeAt: 1, after: nil)])
    let signature = try signed(key)
    #expect(ring.objection(to: signature, of: bytes) == nil)
    #expect(ring.objection(to: signature, of: bytes + [0])?.contains("does not fit") == true)
    #expect(ring.objection(to: nil, of: bytes)?.contains("no signature") == true)
    #expect(ring.objection(to: Array("x".utf8), of: bytes)?.contains("cannot be read") == true)
    #expect(ring.objection(to: try signed(SigningKey()), of: bytes)?.contains("unknown key") == true)
  }

  @Test func olderKeysStayValidAfterRotation() throws {
    let keys = (0..<4).map { _ in SigningKey() }
    var records = [try KeyRecord(keys[0].verifyingKey, madeAt: 1, after: nil)]
    for number in 1..<4 {
      records.append(try KeyRecord(keys[number].verifyingKey, madeAt: Int64(1 + number), after: keys[number - 1]))
    }
    let ring = KeyRing(records.reversed())
    #expect(ring.strangers.isEmpty && ring.records.map(\.key) == keys.map(\.verifyingKey))
    for key in keys { #expect(ring.objection(to: try signed(key), of: bytes) == nil) }
  }

  /// Who can write the folder of public keys, but has no private key, gains nothing.
  @Test func aKeyThatNobodyVouchesForIsAStranger() throws {
    let first = SigningKey()
    let intruder = SigningKey()
    let record = try KeyRecord(first.verifyingKey, madeAt: 1, after: nil)
    var forged = try KeyRecord(intruder.verifyingKey, madeAt: 2, after: intruder)
    forged.previous = first.verifyingKey.name
    for stranger in [forged, try KeyRecord(intruder.verifyingKey, madeAt: 2, after: nil)] {
      let ring = KeyRing([record, stranger])
      #expect(ring.strangers == [stranger])
      #expect(ring.objection(to: try signed(intruder), of: bytes)?.contains("unknown key") == true)
    }
  }
}
