// SPDX-License-Identifier: Apache-2.0

/// The upper layer protocol machine (PS3.8 §9.2): tables 9-6 to 9-10, without a socket and without a clock.
///
/// Each event is a method and returns what is to be done, in order. Received PDUs and transport events may come in any
/// state; a primitive of the local user in a state that does not allow it throws. The body of a P-DATA-TF does not pass
/// through here: on `.indicateData` the holder of the bytes delivers them, on `.sendData` it sends them.
public struct AssociationMachine: Sendable {
  /// Which side of the association this is.
  public enum Role: Sendable {
    case requestor
    case acceptor
  }

  /// What the holder of the transport connection does.
  public enum Action: Sendable, Hashable {
    case openTransport
    case closeTransport
    case startARTIM
    case stopARTIM
    case send(PDU)
    /// Send the P-DATA-TF of the request.
    case sendData
    case indicateAssociate(AssociateRQ)
    case confirmAccepted(AssociateAC)
    case confirmRejected(AssociateRJ)
    /// Deliver the P-DATA-TF that was received.
    case indicateData
    case indicateRelease
    case confirmRelease
    /// A-ABORT or A-P-ABORT indication by the peer's PDU.
    case indicateAbort(Abort)
    /// A-P-ABORT indication of our own making, with the reason that went to the peer.
    case indicateProviderAbort(Abort.Reason)
    /// A-P-ABORT indication because the transport connection is gone.
    case indicateTransportClosed
  }

  /// Reference default of the ARTIM timer; the standard leaves its value to the implementation (PS3.8 §9.1.5).
  public static let defaultARTIMSeconds = 30

  public let role: Role
  public private(set) var state: AssociationState
  private var request: AssociateRQ?

  public init(role: Role) { self.init(role: role, state: .sta1) }

  init(role: Role, state: AssociationState, request: AssociateRQ? = nil) {
    self.role = role
    self.state = state
    self.request = request
  }

  public var isEstablished: Bool { state == .sta6 }
  /// Whether the table allows a P-DATA request now.
  public var canSendData: Bool { AssociationTransition.entry(.dataRequest, state) != nil }
  /// Nothing is left to do but to let the connection go.
  public var isFinished: Bool { state == .sta1 || state == .sta13 }

  // MARK: Primitives of the local user

  /// A-ASSOCIATE request primitive.
  public mutating func associateRequested(_ request: AssociateRQ) throws(AssociationStateError) -> [Action] {
    self.request = request
    return try local(.associateRequest)
  }
  /// A-ASSOCIATE response primitive, accepted.
  public mutating func associateAccepted(_ acceptance: AssociateAC) throws(AssociationStateError) -> [Action] {
    try local(.associateResponseAccept, .associateAC(acceptance))
  }
  /// A-ASSOCIATE response primitive, rejected.
  public mutating func associateRejected(_ rejection: AssociateRJ) throws(AssociationStateError) -> [Action] {
    try local(.associateResponseReject, .associateRJ(rejection))
  }
  /// P-DATA request primitive.
  public mutating func dataRequested() throws(AssociationStateError) -> [Action] { try local(.dataRequest) }
  /// A-RELEASE request primitive.
  public mutating func releaseRequested() throws(AssociationStateError) -> [Action] { try local(.releaseRequest) }
  /// A-RELEASE response primitive.
  public mutating func releaseResponded() throws(AssociationStateError) -> [Action] { try local(.releaseResponse) }
  /// A-ABORT request primitive.
  public mutating func abortRequested() throws(AssociationStateError) -> [Action] { try local(.abortRequest) }

  // MARK: Transport and timer

  /// Transport connection confirmation.
  public mutating func transportConnected() -> [Action] { handle(.transportConnectConfirmation) }
  /// Transport connection indication.
  public mutating func transportAccepted() -> [Action] { handle(.transportConnectIndication) }
  /// The transport connection is closed.
  public mutating func transportClosed() -> [Action] { handle(.transportClosed) }
  /// The ARTIM timer has run out (PS3.8 §9.1.5).
  public mutating func artimExpired() -> [Action] { handle(.artimExpired) }

  // MARK: Received PDUs

  /// A PDU has come.
  public mutating func received(_ pdu: PDU) -> [Action] {
    switch pdu {
    case .associateRQ: handle(.associateRQReceived, pdu)
    case .associateAC: handle(.associateACReceived, pdu)
    case .associateRJ: handle(.associateRJReceived, pdu)
    case .data: receivedData()
    case .releaseRQ: handle(.releaseRQReceived)
    case .releaseRP: handle(.releaseRPReceived)
    case .abort: handle(.abortReceived, pdu)
    case .unknown: receivedInvalidPDU(.unrecognizedPDU)
    }
  }

  /// A P-DATA-TF, whose body the caller holds.
  public mutating func receivedData() -> [Action] { handle(.dataReceived) }

  /// Bytes that are no PDU, or a PDU whose content makes no sense (event 19).
  public mutating func receivedInvalidPDU(_ reason: Abort.Reason) -> [Action] {
    handle(.invalidPDUReceived, reason: reason)
  }

  // MARK: The table

  private mutating func local(
    _ event: AssociationEvent, _ pdu: PDU? = nil
  ) throws(AssociationStateError) -> [Action] {
    guard AssociationTransition.entry(event, state) != nil else { throw AssociationStateError(state: state) }
    return handle(event, pdu)
  }

  private mutating func handle(
    _ event: AssociationEvent, _ pdu: PDU? = nil, reason: Abort.Reason = .unexpectedPDU
  ) -> [Action] {
    guard let transition = AssociationTransition.entry(event, state) else { return [] }
    switch transition {
    case .ae1, .ae2, .ae3, .ae4, .ae5, .ae6, .ae7, .ae8: return establish(transition, pdu)
    case .dt1, .ar7: return [.sendData]
    case .dt2, .ar6: return [.indicateData]
    case .ar1, .ar2, .ar3, .ar4, .ar5, .ar8, .ar9, .ar10: return release(transition)
    case .aa1, .aa2, .aa3, .aa4, .aa5, .aa6, .aa7, .aa8: return abort(transition, pdu, reason)
    }
  }

  /// PS3.8 table 9-6.
  private mutating func establish(_ transition: AssociationTransition, _ pdu: PDU?) -> [Action] {
    switch (transition, pdu) {
    case (.ae1, _): return enter(.sta4, [.openTransport])
    case (.ae2, _): return enter(.sta5, request.map { [.send(.associateRQ($0))] } ?? [])
    case (.ae3, .associateAC(let acceptance)): return enter(.sta6, [.confirmAccepted(acceptance)])
    case (.ae4, .associateRJ(let rejection)): return enter(.sta1, [.confirmRejected(rejection), .closeTransport])
    case (.ae5, _): return enter(.sta2, [.startARTIM])
    case (.ae6, .associateRQ(let request)):
      // The service provider itself knows only version 1 (PS3.8 §9.3.2, bit 0).
      guard request.protocolVersion & AssociateRQ.protocolVersion1 != 0 else {
        return enter(.sta13, [.stopARTIM, .send(.associateRJ(.protocolVersionNotSupported)), .startARTIM])
      }
      self.request = request
      return enter(.sta3, [.stopARTIM, .indicateAssociate(request)])
    case (.ae7, let pdu?): return enter(.sta6, [.send(pdu)])
    case (.ae8, let pdu?): return enter(.sta13, [.send(pdu), .startARTIM])
    default: return []
    }
  }

  /// PS3.8 table 9-8.
  private mutating func release(_ transition: AssociationTransition) -> [Action] {
    switch transition {
    case .ar1: enter(.sta7, [.send(.releaseRQ)])
    case .ar2: enter(.sta8, [.indicateRelease])
    case .ar3: enter(.sta1, [.confirmRelease, .closeTransport])
    case .ar4: enter(.sta13, [.send(.releaseRP), .startARTIM])
    case .ar5: enter(.sta1, [.stopARTIM])
    case .ar8: enter(role == .requestor ? .sta9 : .sta10, [.indicateRelease])
    case .ar9: enter(.sta11, [.send(.releaseRP)])
    case .ar10: enter(.sta12, [.confirmRelease])
    default: []
    }
  }

  /// PS3.8 table 9-9.
  private mutating func abort(
    _ transition: AssociationTransition, _ pdu: PDU?, _ reason: Abort.Reason
  ) -> [Action] {
    switch transition {
    case .aa1: return enter(.sta13, [.send(.abort(.byUser)), .startARTIM])
    case .aa2: return enter(.sta1, [.stopARTIM, .closeTransport])
    case .aa3:
      let abort = if case .abort(let abort) = pdu { abort } else { Abort.byUser }
      return enter(.sta1, [.indicateAbort(abort), .closeTransport])
    case .aa4: return enter(.sta1, [.indicateTransportClosed])
    case .aa5: return enter(.sta1, [.stopARTIM])
    case .aa6: return enter(.sta13, [])
    case .aa7: return enter(.sta13, [.send(.abort(.byProvider(reason)))])
    case .aa8:
      return enter(.sta13, [.send(.abort(.byProvider(reason))), .indicateProviderAbort(reason), .startARTIM])
    default: return []
    }
  }

  private mutating func enter(_ next: AssociationState, _ actions: [Action]) -> [Action] {
    state = next
    return actions
  }
}

/// A primitive of the local user in a state that does not allow it.
public struct AssociationStateError: Error, Sendable, Hashable, CustomStringConvertible {
  public let state: AssociationState

  public init(state: AssociationState) { self.state = state }

  public var description: String { "not possible in state Sta\(state.rawValue) of the association" }
}
