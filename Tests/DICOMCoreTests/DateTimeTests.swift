// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMTestKit
import Testing

struct DateTimeTests {
  @Test(
    arguments: [
      ("20260228", "20260228"), ("20240229", "20240229"), ("2026.02.28", "20260228"), ("202602", "202602"),
      ("2026", "2026"), ("20260229", nil), ("20260431", nil), ("20261301", nil), ("20260100", nil), ("2026022", nil),
      ("2026-02-28", nil), ("2026.02", nil), ("", nil), ("202602281", nil), ("2O260228", nil), ("19000229", nil),
      ("20000229", "20000229"),
    ] as [(String, String?)])
  func dates(text: String, expected: String?) {
    #expect(DICOMDate(text)?.description == expected)
  }

  @Test(arguments: [
    ("1970", 0), ("19700101", 0), ("19691231", -1), ("20000301", 11_017), ("20260228", 20_512), ("00000101", -719_528),
    ("99991231", 2_932_896),
  ])
  func daysSince1970(text: String, days: Int) {
    #expect(DICOMDate(text)?.daysSince1970 == days)
  }

  @Test(
    arguments: [
      ("142530", "142530"), ("142530.5", "142530.5"), ("142530.000001", "142530.000001"), ("14", "14"),
      ("1425", "1425"),
      ("14:25:30.25", "142530.25"), ("235960", "235960"), ("24", nil), ("1460", nil), ("142561", nil), ("1", nil),
      ("142", nil), ("142530.", nil), ("142530.1234567", nil), ("14253", nil), ("", nil), ("14:25", "1425"),
      ("14:", nil),
    ] as [(String, String?)])
  func times(text: String, expected: String?) {
    #expect(DICOMTime(text)?.description == expected)
  }

  @Test(
    arguments: [
      ("20260228142530.5+0100", 60, 1_772_285_130_500_000), ("20260228142530-0530", -330, 1_772_308_530_000_000),
      ("2026", nil, 1_767_225_600_000_000), ("2026+0000", 0, 1_767_225_600_000_000),
      ("2026022814", nil, 1_772_287_200_000_000),
    ] as [(String, Int?, Int)])
  func dateTimes(text: String, offset: Int?, moment: Int) throws {
    let value = try #require(DICOMDateTime(text))
    #expect(value.description == text)
    #expect(value.offset == offset)
    #expect(value.microsecondsSince1970() == moment)
  }

  @Test(arguments: [
    "", "20260228142530.5+0", "20260228+1500", "20260228-0000", "20260228-1230", "202602281", "2026022825",
    "202613", "2026+0060", "20260228 142530", "2026.02.28", "2026022814:25",
  ])
  func noDateTimes(text: String) {
    #expect(DICOMDateTime(text) == nil)
  }

  @Test(
    arguments: [
      ("20260101-20260131", "20260101", "20260131", false), ("20260101-", "20260101", nil, false),
      ("-20260131", nil, "20260131", false), ("20260101", "20260101", "20260101", true),
    ] as [(String, String?, String?, Bool)])
  func dateRanges(text: String, lower: String?, upper: String?, isSingle: Bool) throws {
    let range = try #require(ValueRange<DICOMDate>(text))
    #expect(range.lower?.description == lower)
    #expect(range.upper?.description == upper)
    #expect(range.isSingle == isSingle)
    #expect(range.description == text)
  }

  @Test(
    arguments: [
      ("20260101-0500", "20260101-0500", "20260101-0500", true), ("1998-2026", "1998", "2026", false),
      ("20260101-0500-20260201-0500", "20260101-0500", "20260201-0500", false),
      ("20260101-0500-", "20260101-0500", nil, false), ("-20260101-0500", nil, "20260101-0500", false),
      ("20260101120000+0100-20260102", "20260101120000+0100", "20260102", false),
    ] as [(String, String?, String?, Bool)])
  func dateTimeRanges(text: String, lower: String?, upper: String?, isSingle: Bool) throws {
    let range = try #require(ValueRange<DICOMDateTime>(text))
    #expect(range.lower?.description == lower)
    #expect(range.upper?.description == upper)
    #expect(range.isSingle == isSingle)
  }

  @Test(arguments: ["", "-", "x-y", "20260101-x", "--", "20260101--20260102"])
  func noRanges(text: String) {
    #expect(ValueRange<DICOMDate>(text) == nil)
  }

  @Test func dataSetsGiveThem() {
    let dataSet = DataSet.build([
      .studyDate: "20260228", .studyTime: "1425", .timezoneOffsetFromUTC: "-0100", .patientAge: "042Y",
      .acquisitionDateTime: "20260228142530.25", .seriesDate: "20260101-20260131", .contentTime: "99",
    ])
    #expect(dataSet.date(.studyDate) == DICOMDate(year: 2026, month: 2, day: 28))
    #expect(dataSet.time(.studyTime)?.second == nil)
    #expect(dataSet.time(.contentTime) == nil)
    #expect(dataSet.dateTime(date: .studyDate, time: .studyTime)?.description == "202602281425-0100")
    #expect(dataSet.dateTime(.acquisitionDateTime)?.time?.microsecond == 250_000)
    #expect(dataSet.date(.acquisitionDateTime)?.day == 28)
    #expect(dataSet.dateRange(.seriesDate)?.upper == DICOMDate("20260131"))
    #expect(dataSet.age(.patientAge) == Age(42, .years))
  }

  @Test func order() {
    #expect(
      ["2026", "20251231", "202601", "20260101"].compactMap { DICOMDate($0) }.sorted().map(\.description)
        == ["20251231", "2026", "202601", "20260101"])
    #expect(
      ["1201", "12", "120000.5", "1200"].compactMap { DICOMTime($0) }.sorted().map(\.description)
        == ["12", "1200", "120000.5", "1201"])
  }
}
