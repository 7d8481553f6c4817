// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMNetwork
import DICOMServices
import Testing

/// Statuses of PS3.4 Annexes B and C and PS3.7 Annex C, typed from the standard.
struct ServiceClassTests {
  static let expected: [(request: CommandField, row: String)] = [
    (.cStoreRQ, "A700-A7FF failure, A900-A9FF failure, B000 warning, B006 warning, B007 warning, C000-CFFF failure"),
    (.cFindRQ, "A700 failure, A710 failure, A900 failure, B001 warning, C000-CFFF failure, FF00 pending, FF01 pending"),
    (
      .cMoveRQ,
      "A701 failure, A702 failure, A801 failure, A900 failure, AA00 failure, AA01 failure, AA02 failure, AA03 failure, "
        + "AA04 failure, B000 warning, C000-CFFF failure, FF00 pending"
    ),
    (
      .cGetRQ,
      "A701 failure, A702 failure, A900 failure, AA00 failure, AA01 failure, AA02 failure, AA03 failure, AA04 failure, "
        + "B000 warning, C000-CFFF failure, FF00 pending"
    ),
    (.cEchoRQ, ""),
  ]

  static func text(_ ranges: [StatusRange]) -> String {
    ranges.sorted { $0.codes.lowerBound < $1.codes.lowerBound }.map { range in
      let first = DIMSEStatus(range.codes.lowerBound).hexadecimal
      let last = DIMSEStatus(range.codes.upperBound).hexadecimal
      return (first == last ? first : "\(first)-\(last)") + " \(range.category.rawValue)"
    }.joined(separator: ", ")
  }

  @Test(arguments: expected.indices)
  func statuses(index: Int) throws {
    let (request, row) = Self.expected[index]
    let operation = try #require(ServiceClass.all.flatMap(\.operations).first { $0.request == request })
    #expect(Self.text(operation.statuses) == row)
  }

  @Test func generalStatuses() {
    #expect(
      Self.text(StatusRange.general)
        == "0000 success, 0105 failure, 0106 failure, 0107 warning, 0110 failure, 0111 failure, 0112 failure, "
        + "0113 failure, 0114 failure, 0115 failure, 0116 warning, 0117 failure, 0118 failure, 0119 failure, "
        + "0120 failure, 0121 failure, 0122 failure, 0123 failure, 0124 failure, 0210 failure, 0211 failure, "
        + "0212 failure, 0213 failure, FE00 cancel")
  }

  @Test func categoriesAgreeWithTheTables() {
    for range in ServiceClass.all.flatMap(\.operations).flatMap(\.statuses) + StatusRange.general {
      for code in [range.codes.lowerBound, range.codes.upperBound] {
        #expect(DIMSEStatus(code).category == range.category, "\(DIMSEStatus(code))")
      }
    }
  }

  @Test func sopClasses() {
    #expect(ServiceClass.verification.sopClasses == ["1.2.840.10008.1.1"])
    #expect(
      ServiceClass.queryRetrieve.sopClasses == [
        "1.2.840.10008.5.1.4.1.2.1.1", "1.2.840.10008.5.1.4.1.2.2.1", "1.2.840.10008.5.1.4.1.2.1.2",
        "1.2.840.10008.5.1.4.1.2.2.2", "1.2.840.10008.5.1.4.1.2.1.3", "1.2.840.10008.5.1.4.1.2.2.3",
      ])
    #expect(ServiceClass.storage.sopClasses.contains("1.2.840.10008.5.1.4.1.1.2"))
    #expect(ServiceClass.storage.sopClasses.count > 150)
    #expect(Set(ServiceClass.storage.sopClasses).count == ServiceClass.storage.sopClasses.count)
    #expect(ServiceClass.storage.operation(.cStoreRQ, sopClass: "1.2.840.10008.1.1") == nil)
    #expect(QueryRetrieveModel(sopClass: "1.2.840.10008.5.1.4.1.2.2.3") == .studyRoot)
    #expect(QueryRetrieveModel(sopClass: "1.2.840.10008.5.1.4.1.2.3.1") == nil)
  }

  @Test func meanings() {
    #expect(ServiceClass.meaning(DIMSEStatus(0xA801), of: .cMoveRQ) == "Refused: move destination unknown")
    #expect(ServiceClass.meaning(DIMSEStatus(0xC123), of: .cStoreRQ) == "Cannot understand")
    #expect(ServiceClass.meaning(DIMSEStatus(0x0124), of: .cStoreRQ) == "Refused: not authorized")
    #expect(ServiceClass.meaning(DIMSEStatus(0x1234), of: .cStoreRQ) == "failure")
  }
}
