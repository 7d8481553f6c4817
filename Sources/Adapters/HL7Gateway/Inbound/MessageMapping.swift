// SPDX-License-Identifier: Apache-2.0

import HL7
import Messaging

/// Applies a sender's profile to a message; the bytes that are kept stay as they came.
enum MessageMapping {
  static func parse(_ bytes: [UInt8], _ profile: SenderProfile?) throws(HL7Error) -> Message {
    let set = profile.flatMap { CharacterSet(named: $0.characterSet) }
    var message = try Message(parsing: bytes, characterSets: set.map { CharacterSets([$0]) })
    for rule in profile?.rules ?? [] { apply(rule, to: &message) }
    return message
  }

  /// A rule whose places are none changes nothing; `fault` tells of it when a profile is saved.
  static func apply(_ rule: MappingRule, to message: inout Message) {
    guard let target = Location(rule.target) else { return }
    let present = message.text(at: target)
    if rule.onlyIfEmpty, !present.isEmpty { return }
    switch rule.action {
    case .set(let value): message.set(value, at: target)
    case .copy(let source):
      if let place = Location(source) { message.set(message.text(at: place), at: target) }
    case .translate(let table):
      if let value = table[present] { message.set(value, at: target) }
    }
  }
}

extension SenderProfile {
  /// What is wrong with it; nil for nothing.
  public var fault: String? {
    if !characterSet.isEmpty, CharacterSet(named: characterSet) == nil {
      return "\(characterSet) is no character set of HL7 table 0211."
    }
    guard rules.count <= Self.maximumRules else { return "A profile has at most \(Self.maximumRules) rules." }
    for rule in rules {
      var places = [rule.target]
      if case .copy(let source) = rule.action { places.append(source) }
      for place in places where Location(place)?.field == nil {
        return "\(place) is no place of a field, such as PID-3.4.1."
      }
    }
    return nil
  }
}
