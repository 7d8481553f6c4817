// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMServices
import Testing

/// PS3.4 §C.2.2.2, kind by kind.
@Suite struct QueryMatcherTests {
  private func dataSet(_ tag: DICOMCore.Tag, _ vr: VR, _ text: String) -> DataSet {
    var dataSet = DataSet(inheritedCharacterSet: .utf8)
    dataSet.set(tag, vr, text)
    return dataSet
  }

  private func matches(_ vr: VR, _ key: String, _ value: String, fuzzy: Bool = false) -> Bool {
    let tag = DICOMCore.Tag(0x0009, 0x1001)
    let matcher = QueryMatcher(
      identifier: dataSet(tag, vr, key), options: QueryMatcher.Options(fuzzyNames: fuzzy))
    return matcher.matches(dataSet(tag, vr, value))
  }

  @Test(
    arguments: [
      // §C.2.2.2.1 single value
      (.LO, "Abc", "Abc", true), (.LO, "Abc", "abc", false), (.LO, "Abc ", "Abc", true), (.LO, "Abc", "Abcd", false),
      (.SH, "é", "é", true), (.SH, "é", "e", false), (.CS, "CT", "CT", true), (.AE, " CT1 ", "CT1", true),
      (.UI, "1.2.3", "1.2.3", true), (.UI, "1.2", "1.2.3", false), (.AS, "030Y", "030Y", true),
      (
        .AS, "0*",
        "030Y", false
      ),
      (.IS, "7", "07", true), (.IS, "7", "8", false), (.DS, "1.50", "1.5", true), (.IS, "x", "x", true),
      (.LT, "a\\b", "a\\b", true), (.UR, "http://x/?y", "http://x/?y", true),
      // §C.2.2.2.2 list of UIDs, and multiple values
      (.UI, "1.2\\1.3", "1.3", true), (.UI, "1.2\\1.3", "1.4", false), (.CS, "CT\\MR", "MR", true),
      (.CS, "MR", "CT\\MR", true), (.CS, "CT\\MR", "US\\XA", false), (.IS, "1\\2", "2", true), (.IS, "3", "1\\3", true),
      // §C.2.2.2.3 universal
      (.LO, "", "x", true), (.LO, "", "", true), (.PN, "", "", true), (.DA, "", "20200101", true), (.LO, "*", "", true),
      (.PN, "*", "", true), (.UI, "*", "1.2", true), (.DA, "*", "20200101", true), (.CS, "CT\\", "CT", true),
      // Unknown values.
      (.LO, "a", "", false), (.LO, "?", "", false), (.DA, "20200101-", "", false), (.IS, "1", "", false),
      // §C.2.2.2.4 wildcards
      (.LO, "A*", "ABC", true), (.LO, "A*", "A", true), (.LO, "a*", "ABC", false), (.LO, "A?C", "ABC", true),
      (.LO, "A?", "ABC", false), (.LO, "*B*", "ABC", true), (.LO, "*C", "ABC", true), (.LO, "A*C*E", "ABCDE", true),
      (.LO, "A*C*F", "ABCDE", false), (.LO, "**", "x", true), (.SH, "?", "é", true), (.CS, "C?", "CT", true),
      (.ST, "*x*", "a x b", true), (.UT, "a*", "abc", true), (.UC, "*c", "abc", true), (.LT, "*\\*", "a\\b", true),
      (.LO, "*ab*ab", "abab", true), (.LO, "a*b?d", "axxbcd", true), (.UI, "1.2.*", "1.2.3", true),
    ] as [(VR, String, String, Bool)])
  func textAndNumbers(_ vr: VR, _ key: String, _ value: String, _ expected: Bool) {
    #expect(matches(vr, key, value) == expected)
  }

  @Test(
    arguments: [
      ("doe^john", "DOE^JOHN", true), ("DOE^JOHN", "doe^john^^^", true), ("DOE^JOHN^^", "DOE^JOHN", true),
      ("DOE", "DOE^JOHN", false), ("DOE*", "DOE^JOHN", true), ("*john*", "DOE^JOHN", true), ("DOE^*", "DOE", true),
      ("DOE^J*^*", "DOE^JOHN", true), ("DOE^?", "DOE", false), ("DOE^^DR", "DOE^^DR", true), ("MÜLLER", "müller", true),
      ("MULLER", "Müller", false), ("山田*", "Yamada^Tarou=山田^太郎", true), ("=山田*", "Yamada=山田^太郎", true),
      ("=yamada", "Yamada=山田", false), ("yamada==や*", "Yamada=山田=やまだ", true), ("yamada==や*", "Yamada", false),
      ("yamada=*", "Yamada", true), ("A\\B", "B", true), ("", "", true), ("^", "X", true), ("DOE", "", false),
    ] as [(String, String, Bool)])
  func names(_ key: String, _ value: String, _ expected: Bool) {
    #expect(matches(.PN, key, value) == expected)
  }

  @Test(
    arguments: [
      ("muller", "Müller^Änne", true), ("anne muller", "Müller^Änne", true), ("anne^muller", "MÜLLER^ÄNNE", true),
      ("mueller", "Müller", true), ("smith", "Smyth^John", true), ("robert", "Rupert", true),
      (
        "jon smith",
        "Smith", false
      ),
      ("Gauss", "Gauß", true), ("łódź", "Lodz", true), ("太郎", "Tarou=山田^太郎", true), ("m*r", "Müller", true),
      ("m?x", "Müller", false), ("mul*", "Müller", true), ("ＤＯＥ", "Doe", true), ("Jurgensen", "Jørgensen", true),
    ] as [(String, String, Bool)])
  func fuzzyNames(_ key: String, _ value: String, _ expected: Bool) {
    #expect(matches(.PN, key, value, fuzzy: true) == expected)
  }

  @Test(
    arguments: [
      // DA
      (.DA, "20200131", "20200131", true), (.DA, "20200131", "2020.01.31", true), (.DA, "20200131", "20200130", false),
      (.DA, "20200101-20201231", "20200630", true), (.DA, "20200101-20201231", "20210101", false),
      (.DA, "20200101 - 20201231", "20201231", true), (.DA, "-20200131", "20200131", true),
      (.DA, "-20200131", "20200201", false), (.DA, "20200131-", "20200131", true),
      (
        .DA, "20200131-",
        "20200130", false
      ),
      (.DA, "20200101\\20200103", "20200103", true), (.DA, "2020*", "20200131", true), (.DA, "bad", "bad", true),
      (.DA, "20200101-", "bad", false), (.DA, "-", "20200101", false),
      // TM
      (.TM, "101500", "101500", true), (.TM, "1015", "101559.5", true), (.TM, "1015", "101600", false),
      (.TM, "10", "105959.999999", true), (.TM, "10:15", "101530", true), (.TM, "10:15:00", "101500", true),
      (.TM, "1000-1200", "120030", true), (.TM, "1000-1200", "120100", false), (.TM, "1000-", "0959", false),
      (.TM, "-1000", "100059", true), (.TM, "101500.25", "101500.25", true), (.TM, "101500.2", "101500.25", true),
      (.TM, "101500.25", "101500.26", false), (.TM, "235960", "235960", true), (.TM, "2400", "2400", true),
      // DT
      (.DT, "20200131101500", "20200131101500", true), (.DT, "2020", "20200630", true),
      (
        .DT, "202002",
        "20200229235959", true
      ),
      (.DT, "202002", "20200301", false), (.DT, "20200131", "20200131235959.9", true),
      (.DT, "20200131-20200201", "20200201120000", true), (.DT, "-2020", "20201231", true),
      (
        .DT, "2021-",
        "20201231", false
      ),
      (.DT, "20200131100000+0100", "20200131090000+0000", true),
      (
        .DT, "20200131100000-0500",
        "20200131150000+0000", true
      ),
      (.DT, "20200131100000-0500-20200131110000-0500", "20200131153000+0000", true),
      (.DT, "20200131100000-0500-20200131110000-0500", "20200131103000+0000", false),
      (
        .DT, "2020-2021",
        "20210601", true
      ),
      (.DT, "20200131100000+0100", "20200131100000+0000", false),
    ] as [(VR, String, String, Bool)])
  func ranges(_ vr: VR, _ key: String, _ value: String, _ expected: Bool) {
    #expect(matches(vr, key, value) == expected)
  }

  @Test func binaryNumbersAndBytes() {
    let tag = DICOMCore.Tag.rows
    var key = DataSet(inheritedCharacterSet: .utf8)
    key.set(tag, .US, integers: [512])
    var big = DataSet(byteOrder: .bigEndian, inheritedCharacterSet: .utf8)
    big.set(tag, .US, integers: [512])
    var other = DataSet(inheritedCharacterSet: .utf8)
    other.set(tag, .US, integers: [2])
    #expect(QueryMatcher(identifier: key).matches(big))
    #expect(!QueryMatcher(identifier: key).matches(other))
    func blob(_ bytes: [UInt8]) -> DataSet {
      var dataSet = DataSet()
      dataSet.set(DataElement(tag: DICOMCore.Tag(0x0009, 0x1002), vr: .OB, value: .bytes(ByteSlice(bytes))))
      return dataSet
    }
    #expect(QueryMatcher(identifier: blob([1, 2])).matches(blob([1, 2])))
    #expect(!QueryMatcher(identifier: blob([1, 2])).matches(blob([1, 3])))
  }

  private func request(_ procedure: String, _ step: String) -> DataSet {
    var item = DataSet(inheritedCharacterSet: .utf8)
    item.set(.requestedProcedureID, .SH, procedure)
    item.set(.scheduledProcedureStepID, .SH, step)
    return item
  }

  /// §C.2.2.2.6: all keys in one item, not spread over several.
  @Test(
    arguments: [
      ("A", "1", true), ("B", "2", true), ("A", "2", false), ("A", "", true), ("", "", true), ("?", "*", true),
      ("C", "", false),
    ] as [(String, String, Bool)])
  func sequences(_ procedure: String, _ step: String, _ expected: Bool) {
    var identifier = DataSet(inheritedCharacterSet: .utf8)
    identifier.set(.requestAttributesSequence, items: [request(procedure, step)])
    var candidate = DataSet(inheritedCharacterSet: .utf8)
    candidate.set(.requestAttributesSequence, items: [request("A", "1"), request("B", "2")])
    #expect(QueryMatcher(identifier: identifier).matches(candidate) == expected)
    #expect(QueryMatcher(identifier: identifier).matches(DataSet()) == (procedure + step == ""))
  }

  @Test func sequencesNest() {
    func nested(_ value: String) -> DataSet {
      var inner = DataSet(inheritedCharacterSet: .utf8)
      inner.set(.codeValue, .SH, value)
      var outer = DataSet(inheritedCharacterSet: .utf8)
      outer.set(.equivalentCodeSequence, items: [inner])
      var root = DataSet(inheritedCharacterSet: .utf8)
      root.set(.procedureCodeSequence, items: [outer])
      return root
    }
    #expect(QueryMatcher(identifier: nested("T-1*")).matches(nested("T-15")))
    #expect(!QueryMatcher(identifier: nested("T-1")).matches(nested("T-15")))
  }

  @Test func theKeysOwnCharacterSetCounts() {
    var identifier = DataSet()
    identifier.set(DICOMCore.Tag(0x0008, 0x0005), .CS, "ISO_IR 192")
    identifier.set(.patientName, .PN, "MÜLLER")
    #expect(QueryMatcher(identifier: identifier).matches(dataSet(.patientName, .PN, "Müller")))
  }

  @Test func whatIsNoKeyIsIgnored() {
    var identifier = DataSet(inheritedCharacterSet: .utf8)
    identifier.set(DICOMCore.Tag(0x0008, 0x0005), .CS, "ISO_IR 192")
    identifier.set(DICOMCore.Tag(0x0008, 0x0052), .CS, "STUDY")
    identifier.set(.timezoneOffsetFromUTC, .SH, "+0100")
    identifier.set(.patientID, .LO, "P1")
    identifier.set(.studyID, .SH, "7")
    let matcher = QueryMatcher(identifier: identifier) { $0 != .studyID }
    #expect(matcher.keys.map(\.tag) == [.patientID])
    #expect(matcher.matches(dataSet(.patientID, .LO, "P1")))
  }

  @Test func unknownValuesMatchWhereAskedFor() {
    let identifier = dataSet(.patientID, .LO, "P1")
    let lenient = QueryMatcher(identifier: identifier, options: QueryMatcher.Options(unknownMatches: true))
    #expect(lenient.matches(DataSet()))
    #expect(!lenient.matches(dataSet(.patientID, .LO, "P2")))
    #expect(!QueryMatcher(identifier: identifier).matches(DataSet()))
  }
}
