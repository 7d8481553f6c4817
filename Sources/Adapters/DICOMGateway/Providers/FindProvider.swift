// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNetwork
import DICOMServices
import Logging

/// C-FIND as provider (PS3.4 §C.4.1): one pending response for each match, until there is no more or the peer cancels.
struct FindProvider {
  let archive: ImageArchive
  /// Our AE title, from which matches can be retrieved.
  let retrieveAETitle: String
  let remotes: RemoteArchives
  let views: ViewMemory
  let toleratesMissingKeys: Bool
  let logger: Logger

  /// Answers the request, the final response included.
  func find(
    _ message: BlockingAssociation.Message, model: QueryIdentifier.Model, on association: BlockingAssociation
  ) throws {
    let command = message.command
    let negotiated = QueryRetrieveNegotiation(find: association.extendedNegotiation(of: message.context))
    guard let (identifier, view) = try read(message, model, negotiated, on: association) else { return }
    let id = command.messageID ?? 0
    var keys = identifier.keys
    let combined = negotiated.combinedDateTimeMatching ? CombinedDateTime(&keys) : nil
    let timezone = negotiated.timezoneQueryAdjustment ? TimezoneAdjustment(&keys) : nil
    let empty = negotiated.emptyValueMatching ? EmptyValueMatching(taking: &keys) : nil
    let query = IndexQuery(
      level: identifier.level, identifier: keys, fuzzyNames: negotiated.fuzzySemanticMatching)
    let shape = FindAnswer(identifier: identifier, retrieveAETitle: retrieveAETitle)
    let remote = ask(
      identifier, timezone == nil && empty == nil ? identifier.dataSet : identifier.with(keys), view,
      for: association.negotiated.callingAETitle)
    var seen: Set<String> = []
    func send(_ answer: DataSet) throws {
      let bytes = try DataSetWriter.write(answer, transferSyntax: message.context.transferSyntax)
      let pending = command.response(status: shape.pendingStatus, hasDataSet: true)
      try association.send(pending, dataSet: bytes, on: message.context)
    }
    var status = StatusCode.success
    var broken: (any Error)?
    do {
      try find(query, view) { found in
        guard let match = timezone == nil ? found : timezone?.adjusted(found) else { return true }
        if combined?.matches(match) == false || empty?.matches(match) == false { return true }
        do {
          if try association.isCancelled(id) {
            status = StatusCode.cancelled
            return false
          }
          if remote != nil { seen.insert(FindAnswer.key(match, at: identifier.level)) }
          try send(shape.answer(match))
          return true
        } catch {
          broken = error
          throw error
        }
      }
    } catch {
      if let broken { throw broken }
      var response = command.response(status: StatusCode.outOfResources)
      response.errorComment = "the index cannot answer now"
      return try association.send(response, on: message.context)
    }
    var response = command.response(status: status)
    if status == StatusCode.success, let remote {
      let (answers, failures) = remote.finish()
      for answer in answers {
        guard let match = timezone == nil ? answer.dataSet : timezone?.adjusted(answer.dataSet),
          combined?.matches(match) != false, empty?.matches(match) != false,
          seen.insert(FindAnswer.key(match, at: identifier.level)).inserted
        else { continue }
        try send(shape.answer(match, alsoAt: answer.node))
      }
      response.errorComment = comment(failures)
    }
    association.finishOperation(id)
    try association.send(response, on: message.context)
  }

  /// The identifier and the view that it asks for; nil after a refusal was sent.
  private func read(
    _ message: BlockingAssociation.Message, _ model: QueryIdentifier.Model, _ negotiated: QueryRetrieveNegotiation,
    on association: BlockingAssociation
  ) throws -> (QueryIdentifier, QueryRetrieveView?)? {
    do {
      let identifier = try QueryIdentifier(
        association.readIdentifier(of: message), model: model, transferSyntax: message.context.transferSyntax)
      if !negotiated.relational, !toleratesMissingKeys { try identifier.checkHierarchy() }
      return (identifier, try identifier.view(negotiated))
    } catch let refused as QueryIdentifier.Refused {
      try association.send(refused.response(to: message.command), on: message.context)
      return nil
    }
  }

  private func find(_ query: IndexQuery, _ view: QueryRetrieveView?, each: (DataSet) throws -> Bool) throws {
    guard let view else { return try archive.index.find(query, each: each) }
    try ViewedArchive(archive: archive, view: view, memory: views).find(query, each: each)
  }

  /// Asks the other archives, where there are some; they have answered in part when our own answers are out. For a view
  /// they are not asked: what they have is theirs to convert.
  private func ask(
    _ identifier: QueryIdentifier, _ keys: DataSet, _ view: QueryRetrieveView?, for caller: String
  ) -> RemoteQuery? {
    let nodes = view == nil ? remotes.asked(by: caller) : []
    if nodes.isEmpty { return nil }
    let sopClass: UID =
      identifier.model == .studyRoot ? "1.2.840.10008.5.1.4.1.2.2.1" : "1.2.840.10008.5.1.4.1.2.1.1"
    return remotes.find([keys], sopClass: sopClass, nodes: nodes)
  }

  /// An answer is not refused for archives that gave none: it says who is missing, and the log says why.
  private func comment(_ failures: [String: String]) -> String? {
    if failures.isEmpty { return nil }
    for (node, reason) in failures.sorted(by: { $0.key < $1.key }) {
      logger.warning("\(node) is left out of an answer: \(reason)")
    }
    return String("not answered by " + failures.keys.sorted().joined(separator: ", ")).prefix(64).description
  }
}

/// Cuts a match to what was asked.
struct FindAnswer {
  private let level: QueryLevel
  private let requested: [DataElement]
  private let retrieveAETitle: String
  /// FF01 where the request names optional keys that are not supported.
  let pendingStatus: UInt16

  init(identifier: QueryIdentifier, retrieveAETitle: String) {
    level = identifier.level
    self.retrieveAETitle = retrieveAETitle
    let keys = identifier.keys.elements.filter { $0.tag != .specificCharacterSet && !$0.tag.isGroupLength }
    requested = keys.filter { Self.isSupported($0.tag, at: identifier.level) }
    pendingStatus =
      requested.count == keys.count ? StatusCode.pending : StatusCode.pendingOptionalKeysUnsupported
  }

  /// What tells a match of a level from others.
  static func key(_ match: DataSet, at level: QueryLevel) -> String {
    switch level {
    case .patient: (match.string(.patientID) ?? "") + "\n" + (match.string(.issuerOfPatientID) ?? "")
    case .study: match.string(.studyInstanceUID) ?? ""
    case .series: match.string(.seriesInstanceUID) ?? ""
    case .instance: match.string(.sopInstanceUID) ?? ""
    }
  }

  /// The identifier of a pending response (PS3.4 §C.4.1.1.3.2).
  /// - Parameter remote: AE title of another archive that has it; it can be retrieved from us then, too.
  func answer(_ match: DataSet, alsoAt remote: String? = nil) -> DataSet {
    var answer = DataSet(inheritedCharacterSet: .utf8)
    for key in requested {
      if let element = match[key.tag] {
        answer.set(element)
      } else {
        answer.set(DataElement(tag: key.tag, vr: key.vr, value: key.vr == .SQ ? .items([]) : .bytes(.empty)))
      }
    }
    answer.set(.queryRetrieveLevel, .CS, level.term)
    answer.set(.retrieveAETitle, .AE, [retrieveAETitle] + (remote.map { [$0] } ?? []))
    answer.set(.instanceAvailability, .CS, remote == nil ? "ONLINE" : "NEARLINE")
    if hasText(answer) { answer.set(.specificCharacterSet, .CS, "ISO_IR 192") }
    return answer
  }

  private static let computed: [Tag: QueryLevel] = [
    .numberOfPatientRelatedStudies: .patient, .numberOfPatientRelatedSeries: .patient,
    .numberOfPatientRelatedInstances: .patient, .modalitiesInStudy: .study, .sopClassesInStudy: .study,
    .numberOfStudyRelatedSeries: .study, .numberOfStudyRelatedInstances: .study,
    .numberOfSeriesRelatedInstances: .series,
  ]

  /// Attributes of the level of the query and of those above are answered.
  private static func isSupported(_ tag: Tag, at level: QueryLevel) -> Bool {
    guard let own = IndexedAttributes.level(of: tag) ?? computed[tag] else { return false }
    return own <= level
  }

  /// Whether some text needs more than the default repertoire.
  private func hasText(_ dataSet: DataSet) -> Bool {
    dataSet.elements.contains { element in
      switch element.value {
      case .bytes(let bytes):
        element.vr.usesSpecificCharacterSet && bytes.withUnsafeBytes { $0.contains { $0 > 0x7F } }
      case .items(let items): items.contains { hasText($0) }
      case .fragments: false
      }
    }
  }
}
