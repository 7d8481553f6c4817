// SPDX-License-Identifier: Apache-2.0

import DICOMServices
import Testing

@Suite struct TextFoldingTests {
  @Test(
    arguments: [
      ("Abc 1", "abc 1"), ("ÄÖÜ", "aou"), ("Straße", "strasse"), ("Œuvre", "oeuvre"), ("e\u{301}", "e"), ("ＡＢ１", "ab1"),
      ("Ñandú", "nandu"), ("Łukasz", "lukasz"), ("İstanbul", "istanbul"), ("Ἀθήνα", "αθηνα"), ("Йод", "иод"),
      ("山田", "山田"), ("", ""), ("Trần Thị Hồng", "tran thi hong"),
    ] as [(String, String)])
  func lettersAreFolded(_ text: String, _ expected: String) {
    #expect(TextFolding.fold(text) == expected)
  }

  @Test func wordsArePartedByTheDelimitersOfNames() {
    #expect(TextFolding.words("Doe^John  M=山田^太郎, x") == ["doe", "john", "m", "山田", "太郎", "x"])
  }

  /// The published examples of American Soundex, with all their digits.
  @Test(
    arguments: [
      ("robert", "R163"), ("rupert", "R163"), ("rubin", "R15"), ("ashcraft", "A2613"), ("ashcroft", "A2613"),
      ("tymczak", "T522"), ("pfister", "P236"), ("honeyman", "H555"), ("a", "A"),
    ] as [(String, String)])
  func namesHaveTheirCodes(_ name: String, _ code: String) {
    #expect(PhoneticCode.code(name) == code)
  }

  @Test func onlyLatinNamesHaveCodes() {
    #expect(PhoneticCode.code("山田") == nil)
    #expect(PhoneticCode.code("1a") == nil)
    #expect(PhoneticCode.code("") == nil)
  }
}
