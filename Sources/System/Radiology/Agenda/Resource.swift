// SPDX-License-Identifier: Apache-2.0

/// Something that an appointment takes up: a room, a machine, a person.
public struct Resource: Sendable, Hashable, Codable, Identifiable {
  public enum Kind: String, Sendable, Codable, CaseIterable { case room, machine, person }

  /// A weekly time in which it can be booked.
  public struct Opening: Sendable, Hashable, Codable {
    /// 1 for Monday to 7 for Sunday.
    public var weekday: Int
    /// Minutes of the day; the end is not in it.
    public var from: Int
    public var to: Int

    public init(weekday: Int, from: Int, to: Int) {
      self.weekday = weekday
      self.from = from
      self.to = to
    }
  }

  /// A time in which it cannot: holidays, maintenance.
  public struct Closure: Sendable, Hashable, Codable {
    public var from: LocalDateTime
    /// Not in it.
    public var to: LocalDateTime
    public var reason: String

    public init(from: LocalDateTime, to: LocalDateTime, reason: String) {
      self.from = from
      self.to = to
      self.reason = reason
    }
  }

  /// 0 before it was added.
  public var id: Int64 = 0
  public var name = ""
  public var kind = Kind.room
  /// Of a machine.
  public var aeTitle = ""
  public var modality = ""
  public var location = ""
  /// Closed all the week where empty.
  public var openings: [Opening] = []
  public var closures: [Closure] = []
  public var isActive = true

  public init() {}

  public init(from decoder: any Decoder) throws {
    self.init()
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try values.read(.id, &id)
    try values.read(.name, &name)
    try values.read(.kind, &kind)
    try values.read(.aeTitle, &aeTitle)
    try values.read(.modality, &modality)
    try values.read(.location, &location)
    try values.read(.openings, &openings)
    try values.read(.closures, &closures)
    try values.read(.isActive, &isActive)
  }

  /// Whether the whole time lies in one opening and in no closure.
  public func isOpen(from start: LocalDateTime, minutes: Int) -> Bool {
    let ofDay = Int(start.minute % 1440)
    let inOpening = openings.contains {
      $0.weekday == start.weekday && $0.from <= ofDay && ofDay + minutes <= $0.to
    }
    let end = start.minute + Int64(minutes)
    return isActive && inOpening && !closures.contains { $0.from.minute < end && start.minute < $0.to.minute }
  }
}
