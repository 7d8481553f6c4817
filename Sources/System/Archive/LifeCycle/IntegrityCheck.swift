// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Something that is not as it was stored.
public struct IntegrityFinding: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The bytes are there and are not those that were stored.
    case damaged
    /// The file or the place in it is gone.
    case missing
    /// A whole object is in a file and the index does not know it.
    case notIndexed
    /// The header in the file contradicts the index.
    case contradiction
    /// A study's manifest or its signature is not true: something was changed on purpose, or the signature is missing.
    case forged
  }

  public var kind: Kind
  /// Path below the storage folder.
  public var file: String
  public var offset: Int64
  /// The SOP Instance UID where the index knows it, else the path inside of the file; the study's UID for what was
  /// forged.
  public var object: String
  public var reason: String
}

/// What a check came across.
public struct IntegritySummary: Sendable, Equatable {
  public var files = 0
  public var objects = 0
  public var bytes: Int64 = 0
  /// Study files whose signature is good.
  public var signed = 0
  public var findings = 0
  /// Records of corrections.
  public var records = 0

  public init() {}
}

/// Reads everything that the index refers to and compares it with its checksum; compares what stands in the files with
/// the index.
public struct IntegrityCheck: Sendable {
  private let index: any LifeCycleIndex
  private let store: any LifeCycleStore
  private let corrections: Corrections?
  private let objection: (@Sendable (StudySeal) -> String?)?

  /// - Parameters:
  ///   - corrections: whose records are compared with the index too.
  ///   - objection: says what is wrong with a study's signature, nil where it is good; nil where studies are not
  ///     signed.
  public init(
    index: any LifeCycleIndex, store: any LifeCycleStore, corrections: Corrections? = nil,
    objection: (@Sendable (StudySeal) -> String?)? = nil
  ) {
    self.index = index
    self.store = store
    self.corrections = corrections
    self.objection = objection
  }

  /// - Parameters:
  ///   - readsBodies: false compares headers and index only.
  ///   - progress: is told after each file how many of how many are done; answers whether to go on.
  public func run(
    readsBodies: Bool = true, progress: (_ done: Int, _ total: Int) -> Bool = { _, _ in true },
    finding: (IntegrityFinding) throws -> Void
  ) throws -> IntegritySummary {
    var summary = IntegritySummary()
    let paths = Set(try index.filePaths()).union(store.filePaths()).sorted()
    for (number, path) in paths.enumerated() {
      var findings = 0
      try check(path, readsBodies: readsBodies, &summary) { found in
        findings += 1
        try finding(found)
      }
      summary.findings += findings
      summary.files += 1
      if !progress(number + 1, paths.count) { return summary }
    }
    if let corrections {
      summary.records = try corrections.check { found in
        summary.findings += 1
        try finding(found)
      }
    }
    return summary
  }

  /// The same for one file.
  public func run(file: String, finding: (IntegrityFinding) throws -> Void) throws -> IntegritySummary {
    var summary = IntegritySummary()
    try check(file, readsBodies: true, &summary, finding)
    summary.files = 1
    return summary
  }

  private func check(
    _ file: String, readsBodies: Bool, _ summary: inout IntegritySummary, _ report: (IntegrityFinding) throws -> Void
  ) throws {
    // Asked in this order: what arrives meanwhile is in the index when the file is walked.
    var found: [Int64: StoredObject] = [:]
    var walkError: ArchiveError?
    do {
      try store.walk(file) { found[$0.extent.offset] = $0 }
    } catch let error as ArchiveError {
      walkError = error
    }
    let known = try index.locations(in: file)
    try checkSeal(of: file, study: known.first?.identity.study, readsBodies: readsBodies, &summary, report)
    let retired = Set(try index.retired(in: file).map(\.offset))
    for instance in known {
      let location = instance.location
      func note(_ kind: IntegrityFinding.Kind, _ reason: String) throws {
        try report(
          IntegrityFinding(
            kind: kind, file: file, offset: location.offset, object: instance.identity.instance.rawValue,
            reason: reason))
      }
      summary.objects += 1
      guard let object = found.removeValue(forKey: location.offset) else {
        try note(.missing, walkError?.reason ?? "no member of the file stands there")
        continue
      }
      guard object.extent == location.extent else {
        try note(.contradiction, "the member's length or checksum is not what the index says")
        continue
      }
      guard readsBodies else { continue }
      summary.bytes += location.length
      do {
        if try !store.isWhole(location.extent) { try note(.damaged, "the bytes do not have the checksum") }
      } catch let error as ArchiveError {
        try note(.damaged, error.reason)
      }
    }
    for object in found.values.sorted(by: { $0.extent.offset < $1.extent.offset })
    where !retired.contains(object.extent.offset) {
      // It may have been indexed, moved or released since it was walked past.
      guard try !index.locations(in: file).contains(where: { $0.location.offset == object.extent.offset }),
        try !index.retired(in: file).contains(where: { $0.offset == object.extent.offset })
      else { continue }
      try report(
        IntegrityFinding(
          kind: .notIndexed, file: file, offset: object.extent.offset, object: object.path,
          reason: "a whole object that the index does not know"))
    }
  }

  private func checkSeal(
    of file: String, study: UID?, readsBodies: Bool, _ summary: inout IntegritySummary,
    _ report: (IntegrityFinding) throws -> Void
  ) throws {
    guard let objection else { return }
    // What cannot be read is told of its members.
    guard let seal = try? store.seal(of: file, readsBodies: readsBodies) else { return }
    if let reason = seal.contradiction ?? objection(seal) {
      try report(
        IntegrityFinding(kind: .forged, file: file, offset: 0, object: study?.rawValue ?? file, reason: reason))
    } else {
      summary.signed += 1
    }
  }
}
