// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile

/// The form of a correction in its record: one JSON object.
extension Correction {
  /// Of this form.
  private static let format = 1

  public var json: [UInt8] {
    var text = JSONText()
    text.open("{")
    text.name("format")
    text.raw(String(Self.format))
    text.member("name", name)
    text.member("kind", kind.rawValue)
    text.name("at")
    text.raw(String(at))
    text.member("actor", actor)
    if !comment.isEmpty { text.member("comment", comment) }
    scope.write(to: &text)
    if !values.isEmpty {
      text.name("values")
      CorrectedValue.write(values, to: &text)
    }
    if let reason {
      text.member("code", reason.rawValue)
      text.member("meaning", reason.meaning)
    }
    if hides {
      text.name("hides")
      text.raw("true")
    }
    if let note { text.member("note", note.rawValue) }
    if let refersTo { text.member("refersTo", refersTo) }
    if let chosen {
      text.name("chosen")
      text.raw(String(chosen))
    }
    text.close("}")
    return text.bytes
  }

  public init(json bytes: [UInt8]) throws(ArchiveError) {
    let value: JSONValue
    do {
      value = try JSONReader.read(bytes)
    } catch {
      throw ArchiveError(.damaged, "a record is no JSON: \(error.reason)")
    }
    guard value["format"]?.integer == Self.format, let name = value["name"]?.string,
      let kind = value["kind"]?.string.flatMap({ Kind(rawValue: $0) }), let at = value["at"]?.integer,
      let actor = value["actor"]?.string, let scope = CorrectionScope(value)
    else { throw ArchiveError(.damaged, "a record is not of a form that this version knows") }
    self.init(
      name: name, kind: kind, at: Int64(at), actor: actor, comment: value["comment"]?.string ?? "", scope: scope,
      values: try CorrectedValue.read(value["values"]),
      reason: value["code"]?.string.flatMap { RejectionReason(rawValue: $0) }, hides: value["hides"]?.bool ?? false,
      note: value["note"]?.string.map { UID($0) }, refersTo: value["refersTo"]?.string,
      chosen: value["chosen"]?.integer.flatMap { UInt32(exactly: $0) })
  }
}

extension CorrectionScope {
  fileprivate func write(to text: inout JSONText) {
    switch self {
    case .patient(let key):
      text.member("patientID", key.id)
      if !key.issuer.isEmpty { text.member("issuer", key.issuer) }
      if !key.unidentified.isEmpty { text.member("unidentified", key.unidentified) }
    case .study(let study): text.member("study", study.rawValue)
    case .series(let study, let series):
      text.member("study", study.rawValue)
      text.member("series", series.rawValue)
    case .instances(let instances):
      text.name("instances")
      text.open("[")
      for instance in instances { text.string(instance.rawValue) }
      text.close("]")
    }
  }

  fileprivate init?(_ value: JSONValue) {
    if let id = value["patientID"]?.string {
      self = .patient(
        PatientKey(
          id: id, issuer: value["issuer"]?.string ?? "", unidentified: value["unidentified"]?.string ?? ""))
    } else if let instances = value["instances"]?.array {
      self = .instances(instances.compactMap { $0.string.map { UID($0) } })
    } else if let study = value["study"]?.string {
      if let series = value["series"]?.string {
        self = .series(study: UID(study), series: UID(series))
      } else {
        self = .study(UID(study))
      }
    } else {
      return nil
    }
  }
}

extension CorrectedValue {
  /// As an array of objects with tag, VR and text.
  static func write(_ values: [CorrectedValue], to text: inout JSONText) {
    text.open("[")
    for value in values {
      text.open("{")
      text.member("tag", value.tag.hexadecimal)
      text.member("vr", value.vr.name)
      text.member("value", value.text)
      text.close("}")
    }
    text.close("]")
  }

  static func read(_ value: JSONValue?) throws(ArchiveError) -> [CorrectedValue] {
    var values: [CorrectedValue] = []
    for each in value?.array ?? [] {
      guard let tag = each["tag"]?.string.flatMap({ UInt32($0, radix: 16) }),
        let vr = each["vr"]?.string.flatMap({ VR($0) }), let text = each["value"]?.string
      else { throw ArchiveError(.damaged, "a record names an attribute that cannot be") }
      values.append(CorrectedValue(Tag(rawValue: tag), vr, text))
    }
    return values
  }
}

extension Tag {
  /// Eight hexadecimal digits.
  fileprivate var hexadecimal: String {
    let digits = String(rawValue, radix: 16, uppercase: true)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}

extension JSONText {
  /// A name and a text.
  mutating func member(_ name: String, _ value: String) {
    self.name(name)
    string(value)
  }
}
