// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNIO
import DICOMNetwork
import DICOMServices
import FileCommands

extension UPS {
  /// Which steps are subscribed to.
  struct Watched: ParsableArguments {
    @Option(help: "SOP Instance UID of one step; else all steps that are and will be.") var step: String?
    @Option(help: "AE title that is told; else ours.") var receiver: String?

    func instance(isFiltered: Bool) -> UID {
      step.map { UID($0) } ?? (isFiltered ? .upsFilteredGlobalSubscriptionInstance : .upsGlobalSubscriptionInstance)
    }
  }

  struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Subscribe to events of steps (N-ACTION), and with --listen print them as they come.",
      discussion: """
        The worklist opens an association to the address that it knows for the AE title. With --key only steps that \
        match are subscribed to.
        """)

    @OptionGroup var peer: PeerOptions
    @OptionGroup var watched: Watched
    @Flag(help: "Steps stay when they have ended, until the subscription ends.") var lock = false
    @Option(name: .shortAndLong, help: ArgumentHelp("Only steps that match.", valueName: "key=value"))
    var key: [QueryKeyOption] = []
    @Option(help: "Port on which events are taken.") var listen: Int?
    @Option(help: "Address to listen on.") var bind = "127.0.0.1"
    @Option(help: "End after so many events.") var events: Int?

    func validate() throws {
      if let listen, !(1...65535).contains(listen) { throw ValidationError("A port is a number from 1 to 65535.") }
      if !key.isEmpty, watched.step != nil { throw ValidationError("--key is for all steps, not for one.") }
    }

    func run() async throws {
      guard let listen else { return try await subscribe() }
      let (arrivals, arrival) = AsyncStream.makeStream(of: ReceivedEvent.self)
      let listener = try await DICOMListener.bind(
        host: bind, port: listen, options: Self.listenerOptions(), events: Receiver { arrival.yield($0) })
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await listener.run() }
        group.addTask {
          try await subscribe()
          var count = 0
          for await event in arrivals {
            show(event)
            flushOutput()
            count += 1
            if count == events { break }
          }
        }
        try await group.next()
        group.cancelAll()
      }
    }

    private func subscribe() async throws {
      var information = DataSet()
      for key in key { key.apply(to: &information) }
      information.set(.receivingAE, .AE, watched.receiver ?? peer.calling)
      information.set(.deletionLock, .LO, lock ? "TRUE" : "FALSE")
      try await UPS.act(
        .subscribe, peer, on: .unifiedProcedureStepWatch, watched.instance(isFiltered: !key.isEmpty), information)
    }

    private func show(_ event: ReceivedEvent) {
      let type = UnifiedProcedureStepEventType(rawValue: event.eventTypeID)?.name ?? "event \(event.eventTypeID)"
      let state = event.information?.string(.procedureStepState) ?? ""
      guard peer.json else { return print("\(event.sopInstance)  \(type)  \(state)") }
      let information = String(decoding: DICOMJSON.encode(event.information ?? DataSet()), as: UTF8.self)
      print(
        "{\"sopInstanceUID\":\"\(event.sopInstance.rawValue.filter { $0.isNumber || $0 == "." })\","
          + "\"eventType\":\(event.eventTypeID),\"information\":\(information)}")
    }

    private static func listenerOptions() -> ListenerOptions {
      let plain = [TransferSyntax.explicitVRLittleEndian.uid, TransferSyntax.implicitVRLittleEndian.uid]
      let rules: [UID: AbstractSyntaxRule] = [
        .unifiedProcedureStepEvent: AbstractSyntaxRule(
          transferSyntaxes: .preferring(plain), allowsRequestorSCP: true),
        .verification: AbstractSyntaxRule(transferSyntaxes: .preferring(plain)),
      ]
      return ListenerOptions(
        policy: AcceptancePolicy(
          rules: rules, implementationClassUID: FileMetaInformation.implementationClass,
          implementationVersionName: FileMetaInformation.implementationVersion))
    }

    private struct Receiver: EventReceiver {
      let take: @Sendable (ReceivedEvent) -> Void

      func receive(_ event: ReceivedEvent) async -> DIMSEStatus {
        take(event)
        return .success
      }
    }
  }

  struct Unwatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "End subscriptions (N-ACTION).",
      discussion: "Without --step all subscriptions of the AE title end.")

    @OptionGroup var peer: PeerOptions
    @OptionGroup var watched: Watched
    @Flag(help: "Only stop subscribing to steps that are created from now on.") var suspend = false
    @Flag(help: "Of the filtered global subscription.") var filtered = false

    func run() async throws {
      var information = DataSet()
      information.set(.receivingAE, .AE, watched.receiver ?? peer.calling)
      let action: UnifiedProcedureStepAction = suspend ? .suspendGlobalSubscription : .unsubscribe
      try await UPS.act(
        action, peer, on: .unifiedProcedureStepWatch, watched.instance(isFiltered: filtered), information)
    }
  }
}
