// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import Testing

@testable import DICOMNetwork

/// PS3.8 tables 9-6 to 9-10, typed from the standard.
struct AssociationMachineTests {
  /// Table 9-10: a row per event, a column per state Sta1 to Sta13; `-` where the table is blank.
  static let table: [(event: AssociationEvent, row: String)] = [
    (.associateRequest, "AE-1 - - - - - - - - - - - -"),
    (.transportConnectConfirmation, "- - - AE-2 - - - - - - - - -"),
    (.associateACReceived, "- AA-1 AA-8 - AE-3 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-6"),
    (.associateRJReceived, "- AA-1 AA-8 - AE-4 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-6"),
    (.transportConnectIndication, "AE-5 - - - - - - - - - - - -"),
    (.associateRQReceived, "- AE-6 AA-8 - AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-7"),
    (.associateResponseAccept, "- - AE-7 - - - - - - - - - -"),
    (.associateResponseReject, "- - AE-8 - - - - - - - - - -"),
    (.dataRequest, "- - - - - DT-1 - AR-7 - - - - -"),
    (.dataReceived, "- AA-1 AA-8 - AA-8 DT-2 AR-6 AA-8 AA-8 AA-8 AA-8 AA-8 AA-6"),
    (.releaseRequest, "- - - - - AR-1 - - - - - - -"),
    (.releaseRQReceived, "- AA-1 AA-8 - AA-8 AR-2 AR-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-6"),
    (.releaseRPReceived, "- AA-1 AA-8 - AA-8 AA-8 AR-3 AA-8 AA-8 AR-10 AR-3 AA-8 AA-6"),
    (.releaseResponse, "- - - - - - - AR-4 AR-9 - - AR-4 -"),
    (.abortRequest, "- - AA-1 AA-2 AA-1 AA-1 AA-1 AA-1 AA-1 AA-1 AA-1 AA-1 -"),
    (.abortReceived, "- AA-2 AA-3 - AA-3 AA-3 AA-3 AA-3 AA-3 AA-3 AA-3 AA-3 AA-2"),
    (.transportClosed, "- AA-5 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4 AR-5"),
    (.artimExpired, "- AA-2 - - - - - - - - - - AA-2"),
    (.invalidPDUReceived, "- AA-1 AA-8 - AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-8 AA-7"),
  ]

  static let request = AssociateRQ(
    calledAETitle: "B", callingAETitle: "A",
    presentationContexts: [PresentationContext(id: 1, abstractSyntax: "1.2", transferSyntaxes: ["1.3"])])
  static let acceptance = AssociateAC(calledAETitle: "B", callingAETitle: "A", presentationContexts: [])
  static let rejection = AssociateRJ.temporaryCongestion

  typealias Step = (actions: [AssociationMachine.Action], next: AssociationState)

  /// Tables 9-6 to 9-9. `.unexpectedPDU` is the reason of AA-8 for PDUs, `.invalidPDUParameterValue` for event 19.
  static func step(_ name: Substring, _ role: AssociationMachine.Role, _ reason: Abort.Reason) -> Step? {
    let providerAbort = AssociationMachine.Action.send(.abort(Abort(source: 2, reason: reason)))
    return switch name {
    case "AE-1": ([.openTransport], .sta4)
    case "AE-2": ([.send(.associateRQ(request))], .sta5)
    case "AE-3": ([.confirmAccepted(acceptance)], .sta6)
    case "AE-4": ([.confirmRejected(rejection), .closeTransport], .sta1)
    case "AE-5": ([.startARTIM], .sta2)
    case "AE-6": ([.stopARTIM, .indicateAssociate(request)], .sta3)
    case "AE-7": ([.send(.associateAC(acceptance))], .sta6)
    case "AE-8": ([.send(.associateRJ(rejection)), .startARTIM], .sta13)
    case "DT-1": ([.sendData], .sta6)
    case "DT-2": ([.indicateData], .sta6)
    case "AR-1": ([.send(.releaseRQ)], .sta7)
    case "AR-2": ([.indicateRelease], .sta8)
    case "AR-3": ([.confirmRelease, .closeTransport], .sta1)
    case "AR-4": ([.send(.releaseRP), .startARTIM], .sta13)
    case "AR-5": ([.stopARTIM], .sta1)
    case "AR-6": ([.indicateData], .sta7)
    case "AR-7": ([.sendData], .sta8)
    case "AR-8": ([.indicateRelease], role == .requestor ? .sta9 : .sta10)
    case "AR-9": ([.send(.releaseRP)], .sta11)
    case "AR-10": ([.confirmRelease], .sta12)
    case "AA-1": ([.send(.abort(Abort(source: 0, reason: .notSpecified))), .startARTIM], .sta13)
    case "AA-2": ([.stopARTIM, .closeTransport], .sta1)
    case "AA-3": ([.indicateAbort(.byUser), .closeTransport], .sta1)
    case "AA-4": ([.indicateTransportClosed], .sta1)
    case "AA-5": ([.stopARTIM], .sta1)
    case "AA-6": ([], .sta13)
    case "AA-7": ([providerAbort], .sta13)
    case "AA-8": ([providerAbort, .indicateProviderAbort(reason), .startARTIM], .sta13)
    default: nil
    }
  }

  static func perform(_ event: AssociationEvent, on machine: inout AssociationMachine) throws
    -> [AssociationMachine.Action]
  {
    switch event {
    case .associateRequest: try machine.associateRequested(request)
    case .transportConnectConfirmation: machine.transportConnected()
    case .associateACReceived: machine.received(.associateAC(acceptance))
    case .associateRJReceived: machine.received(.associateRJ(rejection))
    case .transportConnectIndication: machine.transportAccepted()
    case .associateRQReceived: machine.received(.associateRQ(request))
    case .associateResponseAccept: try machine.associateAccepted(acceptance)
    case .associateResponseReject: try machine.associateRejected(rejection)
    case .dataRequest: try machine.dataRequested()
    case .dataReceived: machine.received(.data([]))
    case .releaseRequest: try machine.releaseRequested()
    case .releaseRQReceived: machine.received(.releaseRQ)
    case .releaseRPReceived: machine.received(.releaseRP)
    case .releaseResponse: try machine.releaseResponded()
    case .abortRequest: try machine.abortRequested()
    case .abortReceived: machine.received(.abort(.byUser))
    case .transportClosed: machine.transportClosed()
    case .artimExpired: machine.artimExpired()
    case .invalidPDUReceived: machine.receivedInvalidPDU(.invalidPDUParameterValue)
    }
  }

  @Test(arguments: AssociationEvent.allCases, [AssociationMachine.Role.requestor, .acceptor])
  func table(event: AssociationEvent, role: AssociationMachine.Role) throws {
    let row = try #require(Self.table.first { $0.event == event }).row.split(separator: " ")
    #expect(row.count == 13)
    for (state, name) in zip(AssociationState.allCases, row) {
      var machine = AssociationMachine(role: role, state: state, request: Self.request)
      let reason: Abort.Reason = event == .invalidPDUReceived ? .invalidPDUParameterValue : .unexpectedPDU
      if let expected = Self.step(name, role, reason) {
        #expect(try Self.perform(event, on: &machine) == expected.actions, "\(event) in \(state)")
        #expect(machine.state == expected.next, "\(event) in \(state)")
      } else {
        #expect(name == "-")
        if event.isLocal {
          #expect(throws: AssociationStateError(state: state)) { try Self.perform(event, on: &machine) }
        } else {
          #expect(try Self.perform(event, on: &machine) == [])
        }
        #expect(machine.state == state)
      }
    }
  }

  @Test func everyEventHasItsRow() {
    #expect(Self.table.map(\.event) == AssociationEvent.allCases)
    #expect(Self.table.count == 19)
  }

  @Test func releaseCollision() throws {
    var requestor = AssociationMachine(role: .requestor, state: .sta6)
    var acceptor = AssociationMachine(role: .acceptor, state: .sta6)
    #expect(try requestor.releaseRequested() == [.send(.releaseRQ)])
    #expect(try acceptor.releaseRequested() == [.send(.releaseRQ)])
    #expect(requestor.received(.releaseRQ) == [.indicateRelease])
    #expect(acceptor.received(.releaseRQ) == [.indicateRelease])
    #expect(try requestor.releaseResponded() == [.send(.releaseRP)])
    #expect(acceptor.received(.releaseRP) == [.confirmRelease])
    #expect(try acceptor.releaseResponded() == [.send(.releaseRP), .startARTIM])
    #expect(requestor.received(.releaseRP) == [.confirmRelease, .closeTransport])
    #expect(acceptor.transportClosed() == [.stopARTIM])
    #expect(requestor.state == .sta1 && acceptor.state == .sta1)
  }

  @Test func otherProtocolVersionIsRejectedByTheProvider() {
    var request = Self.request
    request.protocolVersion = 2
    var machine = AssociationMachine(role: .acceptor)
    _ = machine.transportAccepted()
    #expect(
      machine.received(.associateRQ(request)) == [
        .stopARTIM, .send(.associateRJ(AssociateRJ(result: 1, source: 2, reason: 2))), .startARTIM,
      ])
    #expect(machine.state == .sta13)
  }

  @Test func unknownPDUTypeIsNamedInTheAbort() {
    var machine = AssociationMachine(role: .acceptor, state: .sta6)
    #expect(
      machine.received(.unknown(type: 0x47)) == [
        .send(.abort(Abort(source: 2, reason: .unrecognizedPDU))), .indicateProviderAbort(.unrecognizedPDU),
        .startARTIM,
      ])
  }
}
