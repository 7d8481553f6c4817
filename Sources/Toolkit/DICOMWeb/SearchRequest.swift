// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMServices

/// A search transaction (QIDO-RS, PS3.18 §10.6): what to match, what to return, and which page of it.
public struct SearchRequest: Sendable, Hashable {
  /// What is searched for (PS3.18 table 10.6.1-1).
  public enum Level: Sendable, Hashable { case studies, series, instances }

  public var level: Level
  /// Matching keys, the UIDs of the resource's path among them, in UTF-8.
  public var identifier: DataSet
  /// Attributes to return beyond those of tables 10.6.3-3 to 10.6.3-5.
  public var includedFields: Set<Tag>
  public var includesAll: Bool
  public var fuzzyMatching: Bool
  /// Attributes that must have no value: `emptyvaluematching=true` and the value `""` (PS3.18 §8.3.4.5).
  public private(set) var emptyValues = EmptyValueMatching()
  /// Values of one key may be separated by commas, whatever their VR (PS3.18 §8.3.4.6).
  public let multipleValueMatching: Bool
  public var limit: Int?
  public var offset: Int
  /// The path named the study, or the series too: their attributes need not be repeated.
  public var isBelowStudy: Bool
  public var isBelowSeries: Bool

  /// Values that one key may list.
  static let maximumValues = 10_000

  public init(
    level: Level, study: UID? = nil, series: UID? = nil, parameters: QueryParameters
  ) throws(WebError) {
    self.level = level
    identifier = DataSet(inheritedCharacterSet: .utf8)
    includedFields = []
    includesAll = false
    fuzzyMatching = try parameters.flag("fuzzymatching")
    limit = try parameters.integer("limit", in: 0...Int(Int32.max))
    offset = try parameters.integer("offset", in: 0...Int(Int32.max)) ?? 0
    multipleValueMatching = try parameters.flag("multiplevaluematching")
    let emptyValueMatching = try parameters.flag("emptyvaluematching")
    isBelowStudy = study != nil
    isBelowSeries = series != nil
    for parameter in parameters.all {
      switch parameter.name {
      case "fuzzymatching", "limit", "offset", "accept", "charset", "emptyvaluematching", "multiplevaluematching":
        continue
      case "includefield": try include(parameter.value)
      default:
        if emptyValueMatching, parameter.value == EmptyValueMatching.value {
          try matchEmpty(parameter.name)
        } else {
          try match(parameter)
        }
      }
    }
    if let study { identifier.set(.studyInstanceUID, study) }
    if let series { identifier.set(.seriesInstanceUID, series) }
  }

  /// PS3.18 §8.3.4.3: `all`, or attributes in one parameter or several.
  private mutating func include(_ value: String) throws(WebError) {
    for name in value.split(separator: ",") {
      if name == "all" {
        includesAll = true
      } else if let tag = AttributePath.query(name)?.first {
        includedFields.insert(tag)
      } else {
        throw WebError(.malformed, "\(name) is no attribute.", at: "parameter includefield")
      }
    }
  }

  private mutating func matchEmpty(_ name: String) throws(WebError) {
    guard let tags = AttributePath.query(name) else {
      throw WebError(.malformed, "There is no such attribute and no such parameter.", at: "parameter \(name)")
    }
    includedFields.insert(tags[0])
    emptyValues.add(tags)
  }

  /// PS3.18 §8.3.4.1: an attribute and the value to match.
  private mutating func match(_ parameter: QueryParameters.Parameter) throws(WebError) {
    guard let tags = AttributePath.query(parameter.name) else {
      throw WebError(.malformed, "There is no such attribute and no such parameter.", at: "parameter \(parameter.name)")
    }
    guard let element = try element(tags[tags.count - 1], parameter) else { return }
    includedFields.insert(tags[0])
    Self.set(element, below: tags.dropLast(), in: &identifier)
  }

  /// Keys of one sequence stand in its one item (PS3.4 §C.2.2.2.6).
  private static func set(_ element: DataElement, below sequences: ArraySlice<Tag>, in dataSet: inout DataSet) {
    guard let sequence = sequences.first else { return dataSet.set(element) }
    var item = dataSet.items(sequence).first ?? DataSet(inheritedCharacterSet: .utf8)
    set(element, below: sequences.dropFirst(), in: &item)
    dataSet.set(sequence, items: [item])
  }

  private func element(
    _ tag: Tag, _ parameter: QueryParameters.Parameter
  ) throws(WebError) -> DataElement? {
    let vr = DataDictionary.vr(for: tag) ?? .LO
    func malformed(_ reason: String) -> WebError { WebError(.malformed, reason, at: "parameter \(parameter.name)") }
    if parameter.value.isEmpty {
      return DataElement(tag: tag, vr: vr, value: vr == .SQ ? .items([]) : .bytes(.empty))
    }
    var holder = DataSet(inheritedCharacterSet: .utf8)
    switch vr {
    case .SQ: throw malformed("A sequence has no value; name the attribute inside it.")
    case .UI, .IS, .DS, .US, .SS, .UL, .SL, .UV, .SV:
      let values = parameter.value.split(whereSeparator: { $0 == "," || $0 == "\\" }).map { Self.trimmed($0) }
      guard values.count <= Self.maximumValues else { throw malformed("There are too many values.") }
      if vr == .UI {
        guard values.allSatisfy({ UID($0).isWellFormed }) else {
          throw malformed("A UID has 1 to 64 digits and points.")
        }
        holder.set(tag, .UI, values)
      } else if vr.isText {
        holder.set(tag, vr, values)
      } else {
        let numbers = values.compactMap { Int($0) }
        guard numbers.count == values.count else { throw malformed("It must be a number.") }
        holder.set(tag, vr, integers: numbers)
      }
    case .DA where !parameter.value.utf8.allSatisfy({ Self.isTemporal($0) }),
      .TM where !parameter.value.utf8.allSatisfy({ Self.isTemporal($0) }),
      .DT where !parameter.value.utf8.allSatisfy({ Self.isTemporal($0) }):
      throw malformed("It is a date or time, or two with a hyphen between.")
    case _ where vr.isText && multipleValueMatching:
      let values = parameter.value.split(whereSeparator: { $0 == "," || $0 == "\\" }).map { Self.trimmed($0) }
      guard values.count <= Self.maximumValues else { throw malformed("There are too many values.") }
      holder.set(tag, vr, values)
    case _ where vr.isText: holder.set(tag, vr, parameter.value)
    default: throw malformed("Attributes of VR \(vr.name) cannot be matched.")
    }
    return holder[tag]
  }

  /// Digits, and what stands between them in dates, times, ranges and lists.
  private static func isTemporal(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-+.:,*?\\ ".utf8.contains(byte)
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

extension UID {
  /// Looks like a UID; components with leading zeros, which some devices write, are let through.
  public var isWellFormed: Bool {
    (1...64).contains(rawValue.utf8.count)
      && rawValue.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
