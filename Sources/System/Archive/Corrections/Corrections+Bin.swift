// SPDX-License-Identifier: Apache-2.0

import DICOMCore

extension Corrections {
  /// Deletions that are looked at in one run.
  private static let portion = 100

  /// Empties the bin of what one deletion put there: the space goes back with the next run of the life cycle.
  /// - Returns: how many objects.
  public func purge(_ name: String, by corrector: Corrector) throws -> Int {
    guard let listed = try index.correction(named: name), listed.correction.kind == .deletion else {
      throw CorrectionError(.notFound, "there is no deletion \(name)")
    }
    guard listed.undoneBy == nil, !listed.isPurged else {
      throw CorrectionError(.conflict, "nothing of it is in the bin")
    }
    var draft = draft(.purge, listed.correction.scope, corrector)
    draft.refersTo = name
    return try purge(draft)
  }

  /// Purges what has been in the bin for longer than the delay.
  /// - Parameter shouldStop: asked between deletions.
  /// - Returns: the deletions that were purged.
  public func emptyBin(shouldStop: () -> Bool = { false }) throws -> [Correction] {
    var purged: [Correction] = []
    for deletion in try index.deletions(before: options.now() - options.binDelay, limit: Self.portion) {
      if shouldStop() { break }
      _ = try purge(deletion.name, by: Corrector("martlet", "the time in the bin is over"))
      purged.append(deletion)
    }
    return purged
  }

  /// Deletes studies whose time is over by a rule.
  /// - Returns: the deletions that were made.
  public func applyRetention(shouldStop: () -> Bool = { false }) throws -> [Correction] {
    var made: [Correction] = []
    for rule in options.retention {
      let before = options.now() - Int64(rule.days) * RetentionRule.day
      for study in try index.studies(quietSince: before, modalities: rule.modalities, limit: Self.portion) {
        if shouldStop() { return made }
        made.append(
          try delete(.study(study), reason: .retentionExpired, by: Corrector("retention", rule.description)))
      }
    }
    return made
  }
}

/// For how long studies are kept, counted from the last arrival.
public struct RetentionRule: Sendable, Hashable, CustomStringConvertible {
  static let day: Int64 = 86_400_000_000
  /// A century.
  public static let longest = 36_525

  /// Those that have one of these; empty for all.
  public var modalities: [String]
  public var days: Int

  public init(modalities: [String], days: Int) {
    self.modalities = modalities
    self.days = days
  }

  /// Reads `CT/MR=3650` or `*=7300`.
  public init?(_ text: String) {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let days = Int(parts[1]), (1...Self.longest).contains(days) else { return nil }
    modalities = parts[0] == "*" ? [] : parts[0].split(separator: "/").map(String.init)
    let isFit = modalities.allSatisfy { $0.utf8.count <= 16 && $0.allSatisfy { $0.isUppercase || $0.isNumber } }
    guard parts[0] == "*" || !modalities.isEmpty, isFit else { return nil }
    self.days = days
  }

  public var description: String {
    "\(modalities.isEmpty ? "*" : modalities.joined(separator: "/"))=\(days)"
  }
}
