// SPDX-License-Identifier: Apache-2.0

import HL7
import Messaging
import Radiology

extension DepartmentHandlers {
  /// Time slots of resources that are blocked, and opened again.
  static let slotEvents = ["S23", "S24"]

  /// SIU^S23 and S24 (HL7 v2.5.1 §10.4.12, §10.4.13): the resources of AIG, AIL and AIP, known by name, AE title or
  /// place, are kept busy, or given back.
  func takeSlots(_ message: Message, _ origin: MessageHandlers.Origin) throws -> MessageHandlers.Reply {
    guard let schedule = message.first("SCH") else {
      throw HL7Error(.segmentSequence, "there is no SCH", at: Location(segment: "SCH"))
    }
    let named = ["AIG", "AIL", "AIP"].flatMap { message.all($0) }
    guard let first = named.first else {
      throw HL7Error(.segmentSequence, "there is no AIG, AIL or AIP", at: Location(segment: "AIG"))
    }
    let resources = try self.resources(named)
    // AIG has its times two fields behind those of AIL and AIP.
    let shift = first.name == "AIG" ? 2 : 0
    let times = [first[6 + shift].value, schedule[11][4].value, message.first("AIS")?[4].value ?? ""]
    guard let start = times.lazy.compactMap(HL7Values.time).first else {
      throw HL7Error(
        .requiredFieldMissing, "\(first.name)-\(6 + shift) has no start",
        at: Location(segment: first.name, field: 6 + shift))
    }
    let lengths = [(first[9 + shift].value, first[10 + shift].value), (schedule[9].value, schedule[10].value)]
    guard let minutes = lengths.lazy.map({ Self.minutes($0.0, $0.1) }).first(where: { $0 > 0 }) else {
      throw HL7Error(
        .requiredFieldMissing, "\(first.name)-\(9 + shift) has no duration",
        at: Location(segment: first.name, field: 9 + shift))
    }
    let place = Location(segment: first.name, field: 3)
    let end = LocalDateTime(minute: start.minute + Int64(minutes))
    let known = try department.bookings(of: resources, from: start, to: end).first {
      $0.exam == 0 && $0.start == start && $0.minutes == minutes && Set($0.resources) == Set(resources)
    }
    let performer = Self.performer(origin)
    if message.trigger == "S24" {
      guard let known else { throw HL7Error(.unknownKeyIdentifier, "nothing is blocked then", at: place) }
      try asked(at: place) { try department.removeBlock(known.id, by: performer) }
    } else if known == nil {
      let title = [schedule[7][2].value, schedule[7].value, schedule[6][2].value].first { !$0.isEmpty } ?? "Blocked"
      _ = try asked(at: place) {
        try department.block(resources, start: start, minutes: minutes, title: HL7Values.line(title), by: performer)
      }
    }
    return .accepted("")
  }

  private func resources(_ segments: [Segment]) throws -> [Int64] {
    let all = try department.resources()
    return try segments.map { segment in
      let texts = [segment[3].value, segment[3][2].value, VisitReader.location(segment[3])]
      let names = Set(texts.filter { !$0.isEmpty }.map { $0.lowercased() })
      let found = all.first { resource in
        !names.isDisjoint(with: [resource.name, resource.aeTitle, resource.location].map { $0.lowercased() })
      }
      guard let found else {
        throw HL7Error(
          .unknownKeyIdentifier, "there is no resource \(segment[3].value)",
          at: Location(segment: segment.name, field: 3))
      }
      return found.id
    }
  }
}
