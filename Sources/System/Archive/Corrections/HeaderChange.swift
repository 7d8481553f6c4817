// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile

/// What corrections change in the header of an instance, in the order in which they were made. Kept as the text of a
/// JSON array, which is read where a header goes out.
public struct HeaderChange: Sendable, Hashable {
  /// What one correction changes.
  struct Step: Hashable {
    /// Name of the correction.
    var correction: String
    /// Microseconds since 1970-01-01 UTC.
    var at: Int64
    var values: [CorrectedValue]
  }

  /// Modifying System (0400,0563).
  private static let system = "MARTLET"

  public let text: String

  public init(text: String) { self.text = text }

  init(_ steps: [Step]) {
    var text = JSONText()
    text.open("[")
    for step in steps {
      text.open("{")
      text.member("correction", step.correction)
      text.name("at")
      text.raw(String(step.at))
      text.name("values")
      CorrectedValue.write(step.values, to: &text)
      text.close("}")
    }
    text.close("]")
    self.text = String(decoding: text.bytes, as: UTF8.self)
  }

  /// Names of the corrections.
  public var corrections: [String] { get throws { try steps().map(\.correction) } }

  func steps() throws -> [Step] {
    var steps: [Step] = []
    for value in try JSONReader.read(Array(text.utf8)).array ?? [] {
      guard let correction = value["correction"]?.string, let at = value["at"]?.integer else {
        throw ArchiveError(.damaged, "the change of a header cannot be read")
      }
      steps.append(Step(correction: correction, at: Int64(at), values: try CorrectedValue.read(value["values"])))
    }
    return steps
  }

  /// Changes a header as it goes out: values in its own character set, or all of it in UTF-8 where that lacks a
  /// character, and an item of Original Attributes Sequence for each correction (PS3.3 §C.12.1.1.9).
  public func apply(to dataSet: inout DataSet) throws {
    for step in try steps() where !step.values.isEmpty {
      // Before the item is made: a new character set holds for the item too.
      try Self.prepare(&dataSet, for: step.values)
      var before = DataSet(byteOrder: dataSet.byteOrder, inheritedCharacterSet: dataSet.characterSet)
      for value in step.values {
        let old = dataSet[value.tag]
        if value.text.isEmpty, old == nil { continue }
        if let old { before.set(old) }
        try dataSet.set(value.tag, value.vr, to: value.values, options: ValueOptions(checksRules: false))
      }
      var item = DataSet(byteOrder: dataSet.byteOrder, inheritedCharacterSet: dataSet.characterSet)
      item.set(.sourceOfPreviousValues, .LO, "")
      item.set(.attributeModificationDateTime, .DT, UTCTime.dateTime(step.at))
      item.set(.modifyingSystem, .LO, Self.system)
      item.set(.reasonForTheAttributeModification, .CS, "CORRECT")
      item.set(.modifiedAttributesSequence, items: [before])
      dataSet.set(.originalAttributesSequence, items: dataSet.items(.originalAttributesSequence) + [item])
    }
    dataSet.keep { !$0.tag.isGroupLength }
  }

  /// Turns the data set to UTF-8 where its character set cannot express a value.
  private static func prepare(_ dataSet: inout DataSet, for values: [CorrectedValue]) throws {
    var probe = DataSet(inheritedCharacterSet: dataSet.characterSet)
    for value in values where value.text.utf8.contains(where: { $0 >= 0x80 }) {
      do throws(ValueError) {
        try probe.set(value.tag, value.vr, to: value.values, options: ValueOptions(checksRules: false))
      } catch {
        guard error.code == .notInCharacterSet else { throw error }
        return try dataSet.convertText(to: .utf8)
      }
    }
  }
}

/// Times of day and date in UTC.
enum UTCTime {
  /// `YYYYMMDDHHMMSS.FFFFFF+0000` (PS3.5 §6.2, DT).
  static func dateTime(_ microseconds: Int64) -> String {
    let seconds = microseconds.floored(by: 1_000_000)
    let (year, month, day) = date(seconds.quotient.floored(by: 86_400).quotient)
    let time = seconds.quotient.floored(by: 86_400).remainder
    return digits(year, 4) + digits(month, 2) + digits(day, 2) + digits(time / 3600, 2) + digits(time / 60 % 60, 2)
      + digits(time % 60, 2) + "." + digits(seconds.remainder, 6) + "+0000"
  }

  /// The Gregorian date of a day counted from 1970-01-01.
  static func date(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    // Counted from 0000-03-01, so that a leap day ends a year.
    let (era, dayOfEra) = (days + 719_468).floored(by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  private static func digits(_ value: Int64, _ count: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(count - text.count, 0)) + text
  }
}

extension Int64 {
  /// Quotient and remainder, the remainder never negative.
  fileprivate func floored(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
