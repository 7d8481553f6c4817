// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNetwork
import DICOMServices
import Foundation
import Logging
import Synchronization

/// Other archives that are asked together with this one, so that a query has one answer. A node that does not answer
/// in time is left out, and said to be.
struct RemoteArchives: Sendable {
  /// Answers of one node that are taken.
  static let maximumAnswers = 20_000

  private static let findPatientRoot: UID = "1.2.840.10008.5.1.4.1.2.1.1"
  private static let findStudyRoot: UID = "1.2.840.10008.5.1.4.1.2.2.1"

  /// What is asked of other archives.
  static let used = [
    OfferedService(
      serviceClass: "Query/Retrieve", annex: "C", role: .user, sopClasses: [findPatientRoot, findStudyRoot],
      operations: [.cFindRQ], transferSyntaxes: OfferedService.proposedTransferSyntaxes,
      extendedNegotiation: .init(
        meaning: "relational queries", information: QueryRetrieveNegotiation(relational: true).findInformation)),
    OfferedService(
      serviceClass: "Query/Retrieve", annex: "C", role: .user, sopClasses: [RemoteRetrieval.moveStudyRoot],
      operations: [.cMoveRQ], transferSyntaxes: OfferedService.proposedTransferSyntaxes),
    OfferedService(
      serviceClass: "Query/Retrieve", annex: "C", role: .user, sopClasses: [RemoteRetrieval.getStudyRoot],
      operations: [.cGetRQ], transferSyntaxes: OfferedService.proposedTransferSyntaxes),
  ]

  let nodes: any NodeDirectory
  let options: GatewayOptions
  let logger: Logger

  /// The archives to ask for a caller: none for one of them, which would be asked back.
  func asked(by caller: String) -> [RemoteNode] {
    let titles = options.federatedNodes
    if titles.isEmpty || titles.contains(caller) { return [] }
    return titles.compactMap { title in
      do {
        if let node = try nodes.node(aeTitle: title) { return node }
        logger.warning("there is no node \(title), which federatedNodes names")
      } catch {
        logger.error("node \(title) cannot be looked up: \(error)")
      }
      return nil
    }
  }

  /// Asks all of them at once, each on a thread of its own.
  func find(_ identifiers: [DataSet], sopClass: UID, nodes: [RemoteNode]) -> RemoteQuery {
    let query = RemoteQuery(nodes.map(\.aeTitle), seconds: options.federationSeconds)
    for node in nodes {
      let question = RemoteQuestion(
        node: node, sopClass: sopClass, identifiers: identifiers, options: options, query: query)
      Thread { question.ask() }.start()
    }
    return query
  }
}

extension GatewayOptions {
  /// With no more patience for a node that should accept an association than it has for an answer.
  var impatient: GatewayOptions {
    var options = self
    options.connectSeconds = min(connectSeconds, federationSeconds)
    options.artimSeconds = min(artimSeconds, federationSeconds)
    return options
  }
}

/// A query that other archives are answering.
final class RemoteQuery: Sendable {
  /// An answer, and who gave it.
  struct Answer: Sendable {
    let node: String
    let dataSet: DataSet
  }

  private struct State {
    var open: Set<String>
    var answers: [Answer] = []
    var failures: [String: String] = [:]
  }

  private let state: Mutex<State>
  private let ended = DispatchSemaphore(value: 0)
  let deadline: DispatchTime

  init(_ titles: [String], seconds: Int) {
    state = Mutex(State(open: Set(titles)))
    deadline = .now() + .seconds(seconds)
  }

  /// Nobody waits any more.
  var isOver: Bool { DispatchTime.now() >= deadline }

  /// - Returns: whether more are wanted.
  func add(_ dataSet: DataSet, from node: String) -> Bool {
    if isOver { return false }
    return state.withLock { state in
      guard state.open.contains(node), state.answers.count < RemoteArchives.maximumAnswers else { return false }
      state.answers.append(Answer(node: node, dataSet: dataSet))
      return true
    }
  }

  func end(_ node: String, failure: String?) {
    state.withLock { state in
      guard state.open.remove(node) != nil else { return }
      state.failures[node] = failure
    }
    ended.signal()
  }

  /// Waits until all have answered, or the time is over.
  /// - Returns: the answers, and why some nodes gave none, or not all.
  func finish() -> (answers: [Answer], failures: [String: String]) {
    while state.withLock({ !$0.open.isEmpty }) {
      if ended.wait(timeout: deadline) == .timedOut { break }
    }
    return state.withLock { state in
      for node in state.open { state.failures[node] = "it did not answer in time" }
      state.open = []
      return (state.answers, state.failures)
    }
  }
}

/// One node's part of a query.
private struct RemoteQuestion: Sendable {
  let node: RemoteNode
  let sopClass: UID
  /// Asked one after another.
  let identifiers: [DataSet]
  let options: GatewayOptions
  let query: RemoteQuery

  func ask() {
    do {
      try run()
      query.end(node.aeTitle, failure: nil)
    } catch {
      query.end(node.aeTitle, failure: "\(error)")
    }
  }

  private func run() throws {
    var options = options.impatient
    options.idleSeconds = min(options.idleSeconds, options.federationSeconds)
    let association = try OutgoingAssociation.open(
      to: node, contexts: PresentationContext.numbered([(sopClass, OfferedService.proposedTransferSyntaxes)]),
      options: options,
      // Who asked may have left out keys above the level.
      extended: [
        SOPClassExtendedNegotiation(
          sopClass: sopClass, information: QueryRetrieveNegotiation(relational: true).findInformation)
      ])
    defer { OutgoingAssociation.end(association) }
    guard let context = association.negotiated.contexts(for: sopClass).first else {
      throw AssociationEnd.noPresentationContext("\(sopClass)")
    }
    for (number, identifier) in identifiers.enumerated() where !query.isOver {
      try ask(identifier, UInt16(number + 1), over: association, context)
    }
  }

  private func ask(
    _ identifier: DataSet, _ id: UInt16, over association: BlockingAssociation, _ context: NegotiatedContext
  ) throws {
    let bytes = try DataSetWriter.write(identifier, transferSyntax: context.transferSyntax)
    try association.send(.cFindRQ(messageID: id, sopClass: sopClass), dataSet: bytes, on: context)
    var isCancelled = false
    while let message = try association.nextMessage() {
      let status = DIMSEStatus(message.command.status ?? DIMSEStatus.processingFailure.rawValue)
      if message.command.hasDataSet {
        let answer = try association.readIdentifier(of: message)
        if !isCancelled, !take(answer, context) {
          isCancelled = true
          try association.send(.cCancelRQ(messageIDBeingRespondedTo: id), on: context)
        }
      }
      if status == .pending || status == .pendingWithWarning { continue }
      guard status.isDone || isCancelled else {
        throw AssociationEnd.violation("status \(status) \(message.command.errorComment ?? "")", .notSpecified)
      }
      return
    }
    throw AssociationEnd.released
  }

  private func take(_ bytes: [UInt8], _ context: NegotiatedContext) -> Bool {
    guard var dataSet = try? DataSetReader.read(ByteSlice(bytes), transferSyntax: context.transferSyntax) else {
      return true
    }
    try? dataSet.convertText(to: .utf8)
    return query.add(dataSet, from: node.aeTitle)
  }
}
