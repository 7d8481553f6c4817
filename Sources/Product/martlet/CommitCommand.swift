// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNIO
import DICOMNetwork
import DICOMServices
import FileCommands
import MartletServer

/// Storage commitment as SCU: asks an archive to take responsibility, and waits for its answer.
struct Commit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask an archive to take responsibility for objects (storage commitment).",
    discussion: """
      Names the objects of the given files by N-ACTION and waits for the result, on the same association or, with \
      --listen, on one that the archive opens to this AE title. Exit code 1 when an object was not committed or no \
      result came.
      """)

  @OptionGroup var peer: PeerOptions
  @Argument(help: "Files and folders whose objects were sent to the archive.") var paths: [String]
  @Option(help: "Seconds to wait for the result.") var wait = 60
  @Option(help: "Wait for the result on an association to this port, instead of on the one of the request.")
  var listen: Int?
  @Option(help: "Address to listen on.") var bind = "127.0.0.1"

  func validate() throws {
    guard wait > 0 else { throw ValidationError("--wait is a number of seconds from 1.") }
    if let listen, !(1...65535).contains(listen) { throw ValidationError("A port is a number from 1 to 65535.") }
  }

  func run() async throws {
    let request = CommitmentRequest(transactionUID: UID.random(), references: try await references())
    let result: CommitmentResult
    if let listen {
      result = try await requestAndListen(request, port: listen)
    } else {
      let association = try await ask(request)
      result = try await resultOnSameAssociation(association, request)
      await peer.release(association)
    }
    try CommitReport(result).show(json: peer.json)
    if !result.failed.isEmpty { throw ExitCode(1) }
  }

  private func references() async throws -> [SOPReference] {
    var references: [SOPReference] = []
    for file in try Importer.files(below: paths) {
      do {
        let operation = try await SendFile.inspect(file).operation
        references.append(SOPReference(sopClass: operation.sopClass, sopInstance: operation.sopInstance))
      } catch SendFile.Problem.ignored(let reason) {
        if peer.verbose { complain("\(file): passed over: \(reason)") }
      } catch SendFile.Problem.unreadable(let reason) {
        throw CommandFailure("\(file): \(reason)")
      }
    }
    guard !references.isEmpty else { throw CommandFailure("there is no DICOM object among the files") }
    return references
  }

  private func ask(_ request: CommitmentRequest) async throws -> Association {
    let sopClass = UID.storageCommitmentPushModel
    let association = try await peer.connect(
      PresentationContext.numbered([
        (sopClass, [TransferSyntax.explicitVRLittleEndian.uid, TransferSyntax.implicitVRLittleEndian.uid])
      ]))
    let answer = try await association.action(
      CommitmentRequest.actionTypeID, sopClass, instance: .storageCommitmentPushModelInstance, request.information)
    guard answer.status.isDone else {
      await peer.release(association)
      throw CommandFailure("the request was refused: \(answer.status) \(answer.errorComment ?? "")")
    }
    if peer.verbose { complain("\(request.references.count) objects named, transaction \(request.transactionUID)") }
    return association
  }

  private func resultOnSameAssociation(
    _ association: Association, _ request: CommitmentRequest
  ) async throws -> CommitmentResult {
    let end = ContinuousClock.now + .seconds(wait)
    while ContinuousClock.now < end {
      let event: ReceivedEvent?
      do {
        event = try await association.nextEvent(timeout: end - ContinuousClock.now)
      } catch let error as AssociationError where error.code == .timedOut {
        break
      }
      guard let event else { throw CommandFailure("no result: the archive released the association") }
      if let result = Self.result(event, request) { return result }
    }
    throw CommandFailure("no result within \(wait) s")
  }

  private func requestAndListen(_ request: CommitmentRequest, port: Int) async throws -> CommitmentResult {
    let (results, arrival) = AsyncStream.makeStream(of: CommitmentResult.self)
    let listener = try await DICOMListener.bind(
      host: bind, port: port, options: listenerOptions(),
      events: Receiver { event in
        if let result = Self.result(event, request) { arrival.yield(result) }
      })
    let wait = wait
    return try await withThrowingTaskGroup(of: CommitmentResult?.self) { group in
      group.addTask {
        try await listener.run()
        return nil
      }
      group.addTask {
        let association = try await ask(request)
        await peer.release(association)
        for await result in results { return result }
        return nil
      }
      group.addTask {
        try await Task.sleep(for: .seconds(wait))
        return nil
      }
      defer { group.cancelAll() }
      guard let result = try await group.next() ?? nil else { throw CommandFailure("no result within \(wait) s") }
      // The archive's release is on its way.
      try? await Task.sleep(for: .milliseconds(200))
      return result
    }
  }

  private func listenerOptions() -> ListenerOptions {
    let plain = [TransferSyntax.explicitVRLittleEndian.uid, TransferSyntax.implicitVRLittleEndian.uid]
    let rules: [UID: AbstractSyntaxRule] = [
      .storageCommitmentPushModel: AbstractSyntaxRule(
        transferSyntaxes: .preferring(plain), allowsRequestorSCP: true),
      .verification: AbstractSyntaxRule(transferSyntaxes: .preferring(plain)),
    ]
    return ListenerOptions(
      policy: AcceptancePolicy(
        rules: rules, implementationClassUID: FileMetaInformation.implementationClass,
        implementationVersionName: FileMetaInformation.implementationVersion))
  }

  /// The result that an event carries; nil where it is about another request.
  private static func result(_ event: ReceivedEvent, _ request: CommitmentRequest) -> CommitmentResult? {
    guard let information = event.information, let result = try? CommitmentResult(information),
      result.transactionUID == request.transactionUID
    else { return nil }
    return result
  }

  private struct Receiver: EventReceiver {
    let take: @Sendable (ReceivedEvent) -> Void

    func receive(_ event: ReceivedEvent) async -> DIMSEStatus {
      take(event)
      return .success
    }
  }
}

/// A result of storage commitment as it is printed.
struct CommitReport: Encodable {
  private struct Failed: Encodable {
    let sopClassUID: String
    let sopInstanceUID: String
    let reason: String
    let meaning: String
  }

  private let transactionUID: String
  private let retrieveAETitle: String?
  private let committed: [String]
  private let failed: [Failed]

  init(_ result: CommitmentResult) {
    transactionUID = result.transactionUID.rawValue
    retrieveAETitle = result.retrieveAETitle
    committed = result.committed.map(\.sopInstance.rawValue)
    failed = result.failed.map { failed in
      Failed(
        sopClassUID: failed.reference.sopClass.rawValue, sopInstanceUID: failed.reference.sopInstance.rawValue,
        reason: DIMSEStatus(failed.reason).hexadecimal,
        meaning: CommitmentFailure(rawValue: failed.reason)?.meaning ?? "")
    }
  }

  func show(json: Bool) throws {
    if json { return try printJSON(self) }
    for failed in failed { print("\(failed.sopInstanceUID) not committed: \(failed.reason) \(failed.meaning)") }
    print("\(committed.count) committed, \(failed.count) not")
  }
}
