// SPDX-License-Identifier: Apache-2.0

/// A time in which resources are kept busy by something that is no exam, as events tell of it: `agenda.blocked` and
/// `agenda.opened`.
public struct AgendaBlock: Sendable, Hashable {
  /// `Booking.id`.
  public var number: Int64
  /// `Resource.id`.
  public var resources: [Int64]
  public var start: LocalDateTime
  public var minutes: Int
  public var title: String

  init(_ booking: Booking) {
    number = booking.id
    resources = booking.resources
    start = booking.start
    minutes = booking.minutes
    title = booking.title
  }

  /// Nil for an event of another kind.
  public init?(_ event: RadiologyEvent) {
    guard event.kind == "agenda.blocked" || event.kind == "agenda.opened" else { return nil }
    let parts = event.to.split(separator: " ").map(String.init)
    guard parts.count == 5, let number = Int64(parts[0]), let start = LocalDateTime(date: parts[1], time: parts[2]),
      let minutes = Int(parts[3])
    else { return nil }
    self.number = number
    self.start = start
    self.minutes = minutes
    resources = parts[4].split(separator: ",").compactMap { Int64($0) }
    title = event.reason
  }

  /// Number, date, time, minutes and resources stand in the place of the state that it leads to.
  func event(_ kind: String, at moment: Int64, by performer: Performer) -> RadiologyEvent {
    let names = resources.map { String($0) }.joined(separator: ",")
    return RadiologyEvent(
      kind, at: moment, subject: .init(), from: "", to: "\(number) \(start.date) \(start.time) \(minutes) \(names)",
      by: performer, reason: title)
  }
}
