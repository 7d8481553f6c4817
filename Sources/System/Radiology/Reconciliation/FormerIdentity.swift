// SPDX-License-Identifier: Apache-2.0

/// What a patient was known by before it was put right. Images that still come with it are known by it; nobody is
/// registered by it.
public struct FormerIdentity: Sendable, Hashable, Codable {
  public var identifiers: [PatientIdentifier] = []
  public var names: [String] = []
  /// YYYYMMDD.
  public var birthDates: [String] = []

  public init() {}

  /// Adds what is not there yet.
  mutating func add(_ other: FormerIdentity) {
    for identifier in other.identifiers where !identifiers.contains(where: { $0.isSame(as: identifier) }) {
      identifiers.append(identifier)
    }
    for name in other.names where !name.isEmpty && !names.contains(name) { names.append(name) }
    for date in other.birthDates where !date.isEmpty && !birthDates.contains(date) { birthDates.append(date) }
  }

  /// Takes away what one act added.
  mutating func remove(addedBetween before: FormerIdentity, and after: FormerIdentity) {
    identifiers.removeAll { one in
      after.identifiers.contains { $0.isSame(as: one) } && !before.identifiers.contains { $0.isSame(as: one) }
    }
    names.removeAll { after.names.contains($0) && !before.names.contains($0) }
    birthDates.removeAll { after.birthDates.contains($0) && !before.birthDates.contains($0) }
  }
}

extension FormerIdentity {
  /// What of `before` is no longer in `after`.
  init(of before: PatientRecord, replacedBy after: PatientRecord) {
    identifiers = before.identifiers.filter { one in !after.identifiers.contains { $0.isSame(as: one) } }
    if before.name != after.name, !after.otherNames.contains(before.name) { names = [before.name] }
    if !before.birthDate.isEmpty, before.birthDate != after.birthDate { birthDates = [before.birthDate] }
  }
}

extension PatientRecord {
  /// Whether who the patient is has changed, and how; what was empty before and is filled in now is no change.
  func reconciliation(from before: PatientRecord) -> Reconciliation.Kind? {
    let gone = before.identifiers.contains { one in !identifiers.contains { $0.isSame(as: one) } }
    if gone || !primaryIdentifier.isSame(as: before.primaryIdentifier) { return .identifiers }
    if name != before.name || !before.birthDate.isEmpty && birthDate != before.birthDate
      || !before.sex.isEmpty && sex != before.sex
    {
      return .demographics
    }
    return nil
  }

  /// Sets back what one act changed from `before` to `after`. What was changed since stays, but for who the patient
  /// is.
  /// - Returns: false, with nothing changed, where who the patient is was changed since.
  mutating func revert(from after: PatientRecord, to before: PatientRecord) -> Bool {
    var record = self
    func back<Value: Equatable>(_ path: WritableKeyPath<PatientRecord, Value>) {
      if record[keyPath: path] == after[keyPath: path] { record[keyPath: path] = before[keyPath: path] }
    }
    for path in [\PatientRecord.name, \.birthDate, \.sex] where after[keyPath: path] != before[keyPath: path] {
      guard record[keyPath: path] == after[keyPath: path] else { return false }
      record[keyPath: path] = before[keyPath: path]
    }
    guard record.revertIdentifiers(from: after, to: before) else { return false }
    let added = after.otherNames.filter { !before.otherNames.contains($0) }
    record.otherNames.removeAll { added.contains($0) }
    for name in before.otherNames where !after.otherNames.contains(name) && !record.otherNames.contains(name) {
      record.otherNames.append(name)
    }
    back(\.contact)
    back(\.clinical)
    record.former.remove(addedBetween: before.former, and: after.former)
    self = record
    return true
  }

  private mutating func revertIdentifiers(from after: PatientRecord, to before: PatientRecord) -> Bool {
    func has(_ list: [PatientIdentifier], _ one: PatientIdentifier) -> Bool { list.contains { $0.isSame(as: one) } }
    let added = after.identifiers.filter { !has(before.identifiers, $0) }
    let removed = before.identifiers.filter { !has(after.identifiers, $0) }
    let isOtherFirst = !after.primaryIdentifier.isSame(as: before.primaryIdentifier)
    if added.isEmpty, removed.isEmpty, !isOtherFirst { return true }
    guard added.allSatisfy({ has(identifiers, $0) }), removed.allSatisfy({ !has(identifiers, $0) }),
      !isOtherFirst || primaryIdentifier.isSame(as: after.primaryIdentifier)
    else { return false }
    for (place, old) in before.identifiers.enumerated() where has(removed, old) {
      // A number that was replaced stands again where the other stood.
      let new = place < after.identifiers.count ? after.identifiers[place] : old
      if has(added, new), let index = identifiers.firstIndex(where: { $0.isSame(as: new) }) {
        identifiers[index] = old
      } else {
        identifiers.insert(old, at: min(place, identifiers.count))
      }
    }
    identifiers.removeAll { has(added, $0) }
    if isOtherFirst {
      identifiers.removeAll { $0.isSame(as: before.primaryIdentifier) }
      identifiers.insert(before.primaryIdentifier, at: 0)
    }
    return !identifiers.isEmpty
  }
}
