// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary

/// Corrections as the API shows them.
enum CorrectionJSON {
  static func listed(_ listed: ListedCorrection) -> JSONValue {
    .object(
      members(listed.correction) + [
        ("undoneBy", JSONValue(listed.undoneBy)), ("purged", .bool(listed.isPurged)),
      ])
  }

  static func correction(_ one: Correction) -> JSONValue { .object(members(one)) }

  private static func members(_ one: Correction) -> [(String, JSONValue)] {
    [
      ("name", .string(one.name)), ("kind", .string(one.kind.rawValue)), ("at", .integer(one.at)),
      ("actor", .string(one.actor)), ("comment", .string(one.comment)),
    ] + scope(one.scope) + [
      (
        "values",
        .object(one.values.map { (DataDictionary.entry(for: $0.tag)?.keyword ?? "\($0.tag)", .string($0.text)) })
      ), ("code", JSONValue(one.reason?.rawValue)), ("meaning", JSONValue(one.reason?.meaning)),
      ("hides", .bool(one.hides)), ("note", JSONValue(one.note?.rawValue)), ("refersTo", JSONValue(one.refersTo)),
    ]
  }

  private static func scope(_ scope: CorrectionScope) -> [(String, JSONValue)] {
    switch scope {
    case .patient(let key):
      [("patient", .object([("id", .string(key.id)), ("issuer", .string(key.issuer))]))]
    case .study(let study): [("study", .string(study.rawValue))]
    case .series(let study, let series):
      [("study", .string(study.rawValue)), ("series", .string(series.rawValue))]
    case .instances(let all): [("instances", JSONValue(all.map(\.rawValue)))]
    }
  }

  static func hidden(_ study: HiddenStudy, purgeAt: Int64?) -> JSONValue {
    .object([
      ("correction", correction(study.correction)), ("purgeAt", JSONValue(purgeAt)),
      ("studyUID", .string(study.study.rawValue)), ("patientID", .string(study.patientID)),
      ("issuer", .string(study.issuer)), ("patientName", .string(study.patientName)), ("date", .string(study.date)),
      ("description", .string(study.description)), ("seriesCount", .integer(Int64(study.seriesCount))),
      ("instanceCount", .integer(Int64(study.instanceCount))), ("bytes", .integer(study.bytes)),
    ])
  }
}
