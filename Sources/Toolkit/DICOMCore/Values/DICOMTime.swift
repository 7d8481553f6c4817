// SPDX-License-Identifier: Apache-2.0

/// A time of day (TM, PS3.5 §6.2), as precise as it was given.
public struct DICOMTime: Hashable, Sendable {
  /// Digits behind the point at most.
  public static let maximumFractionDigits = 6

  /// 0 to 23.
  public let hour: Int
  /// 0 to 59.
  public let minute: Int?
  /// 0 to 60, which is a leap second.
  public let second: Int?
  /// Millionths of a second; nil where no fraction was given.
  public let microsecond: Int?
  /// Digits of the fraction that were given, 1 to 6; 0 without a fraction.
  public let fractionDigits: Int

  /// Nil where a part is out of its range or stands without the one before it.
  public init?(
    hour: Int, minute: Int? = nil, second: Int? = nil, microsecond: Int? = nil,
    fractionDigits: Int = maximumFractionDigits
  ) {
    guard (0...23).contains(hour), minute.map({ (0...59).contains($0) }) ?? (second == nil),
      second.map({ (0...60).contains($0) }) ?? (microsecond == nil),
      microsecond.map({ (0...999_999).contains($0) }) ?? true,
      microsecond == nil || (1...Self.maximumFractionDigits).contains(fractionDigits)
    else { return nil }
    self.hour = hour
    self.minute = minute
    self.second = second
    self.microsecond = microsecond
    self.fractionDigits = microsecond == nil ? 0 : fractionDigits
  }

  /// Reads `HHMMSS.FFFFFF` or the beginning of it, and `HH:MM:SS.FFFFFF` of ACR-NEMA (PS3.5 §6.2 note).
  public init?(_ text: some StringProtocol) {
    var reader = DigitReader(text)
    self.init(&reader)
    guard reader.isAtEnd else { return nil }
  }

  /// Reads as many parts as follow.
  init?(_ reader: inout DigitReader) {
    guard let hour = reader.number(2) else { return nil }
    let hasColons = reader.take(":")
    guard let minute = reader.number(2) else {
      if hasColons { return nil }
      self.init(hour: hour)
      return
    }
    if hasColons, !reader.isAtEnd, !reader.take(":") { return nil }
    guard let second = reader.number(2) else {
      self.init(hour: hour, minute: minute)
      return
    }
    guard reader.take(".") else {
      self.init(hour: hour, minute: minute, second: second)
      return
    }
    let digits = reader.digits(Self.maximumFractionDigits)
    guard !digits.isEmpty else { return nil }
    let scaled = digits + [UInt8](repeating: 0x30, count: Self.maximumFractionDigits - digits.count)
    self.init(
      hour: hour, minute: minute, second: second, microsecond: scaled.reduce(0) { $0 * 10 + Int($1) - 0x30 },
      fractionDigits: digits.count)
  }

  /// Microseconds since midnight of the first moment that is meant.
  public var microsecondsSinceMidnight: Int {
    ((hour * 60 + (minute ?? 0)) * 60 + (second ?? 0)) * 1_000_000 + (microsecond ?? 0)
  }
}

extension DICOMTime: CustomStringConvertible, Comparable {
  /// As it stands in a value: `142530.5`, or as much as is known.
  public var description: String {
    var text = DigitReader.text(hour, 2)
    if let minute { text += DigitReader.text(minute, 2) }
    if let second { text += DigitReader.text(second, 2) }
    if let microsecond { text += "." + DigitReader.text(microsecond, 6).prefix(fractionDigits) }
    return text
  }

  /// By the first moment that is meant, then the less precise one first.
  public static func < (left: DICOMTime, right: DICOMTime) -> Bool {
    (left.microsecondsSinceMidnight, left.precision) < (right.microsecondsSinceMidnight, right.precision)
  }

  private var precision: Int { (minute == nil ? 0 : 1) + (second == nil ? 0 : 1) + fractionDigits }
}
