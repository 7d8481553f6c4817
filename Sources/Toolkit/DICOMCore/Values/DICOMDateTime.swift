// SPDX-License-Identifier: Apache-2.0

/// A date and time (DT, PS3.5 §6.2), as precise as it was given, with the offset from UTC where that was given.
public struct DICOMDateTime: Hashable, Sendable {
  /// Minutes east of UTC that there are: -12:00 to +14:00.
  public static let offsets = -720...840

  public let date: DICOMDate
  /// Nil where the precision ends with the date.
  public let time: DICOMTime?
  /// Minutes east of UTC; nil where the value has none and Timezone Offset From UTC (0008,0201) or local time counts.
  public let offset: Int?

  /// Nil where a time stands without a complete date, or the offset is out of range.
  public init?(date: DICOMDate, time: DICOMTime? = nil, offset: Int? = nil) {
    guard time == nil || date.isComplete, offset.map({ Self.offsets.contains($0) }) ?? true else { return nil }
    self.date = date
    self.time = time
    self.offset = offset
  }

  /// Reads `YYYYMMDDHHMMSS.FFFFFF&ZZXX` or the beginning of it, with or without the offset; nil for anything else.
  public init?(_ text: some StringProtocol) {
    var body = Substring(text)
    var offset: Int?
    if let sign = body.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      guard let minutes = Self.minutes(body[sign...]) else { return nil }
      offset = minutes
      body = body[..<sign]
    }
    // The time begins behind eight digits, which only a complete date has.
    guard let date = DICOMDate(body.prefix(8)), !body.prefix(8).contains(".") else { return nil }
    guard body.utf8.count > 8 else {
      self.init(date: date, offset: offset)
      return
    }
    guard !body.contains(":"), let time = DICOMTime(body.dropFirst(8)) else { return nil }
    self.init(date: date, time: time, offset: offset)
  }

  /// An offset from UTC, `+0100` or `-0530`, in minutes east of it; nil for anything else. `-0000` is none.
  public static func minutes(_ text: some StringProtocol) -> Int? {
    var reader = DigitReader(text)
    let isWest = reader.take("-")
    guard isWest || reader.take("+"), let hours = reader.number(2), let minutes = reader.number(2), minutes < 60,
      reader.isAtEnd
    else { return nil }
    let total = hours * 60 + minutes
    guard !isWest || total > 0, offsets.contains(isWest ? -total : total) else { return nil }
    return isWest ? -total : total
  }

  /// Microseconds since 1970-01-01 00:00 UTC of the first moment that is meant.
  /// - Parameter defaultOffset: minutes east of UTC where the value has no offset of its own.
  public func microsecondsSince1970(defaultOffset: Int = 0) -> Int {
    date.daysSince1970 * 86_400_000_000 + (time?.microsecondsSinceMidnight ?? 0)
      - (offset ?? defaultOffset) * 60_000_000
  }
}

extension DICOMDateTime: CustomStringConvertible {
  /// As it stands in a value: `20260228142530.5+0100`, or as much as is known.
  public var description: String {
    var text = date.description + (time?.description ?? "")
    if let offset {
      text += (offset < 0 ? "-" : "+") + DigitReader.text(abs(offset) / 60, 2) + DigitReader.text(abs(offset) % 60, 2)
    }
    return text
  }
}
