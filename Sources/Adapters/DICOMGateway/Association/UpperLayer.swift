// SPDX-License-Identifier: Apache-2.0

import DICOMNetwork
import Foundation

/// The upper layer protocol machine on a blocking socket: performs what the machine says.
final class UpperLayer {
  let stream: PDUStream
  private var machine: AssociationMachine
  private let artimSeconds: Int
  private let idleSeconds: Int

  init(_ stream: PDUStream, role: AssociationMachine.Role, artimSeconds: Int, idleSeconds: Int) {
    self.stream = stream
    machine = AssociationMachine(role: role)
    self.artimSeconds = artimSeconds
    self.idleSeconds = idleSeconds
  }

  // MARK: - Establishment

  /// As acceptor: waits for the request, lets `answer` decide and sends its answer.
  func accept(
    _ answer: (AssociateRQ) -> NegotiationOutcome
  ) throws(AssociationEnd) -> NegotiatedAssociation {
    try perform(machine.transportAccepted())
    let request = try awaitRequest()
    switch answer(request) {
    case .accept(let acceptance):
      try local { machine throws(AssociationStateError) in try machine.associateAccepted(acceptance) }
      return NegotiatedAssociation(request: request, acceptance: acceptance)
    case .reject(let rejection):
      try local { machine throws(AssociationStateError) in try machine.associateRejected(rejection) }
      awaitClose()
      throw .rejected(rejection)
    }
  }

  /// As requestor, on a connection that is open: asks for the association.
  func request(_ request: AssociateRQ) throws(AssociationEnd) -> NegotiatedAssociation {
    try local { machine throws(AssociationStateError) in try machine.associateRequested(request) }
    try perform(machine.transportConnected())
    stream.socket.setTimeouts(receive: artimSeconds, send: idleSeconds)
    for action in try receive() {
      switch action {
      case .confirmAccepted(let acceptance):
        stream.socket.setTimeouts(receive: idleSeconds, send: idleSeconds)
        return NegotiatedAssociation(request: request, acceptance: acceptance)
      case .confirmRejected(let rejection): throw .rejected(rejection)
      case .indicateAbort(let abort): throw .abortedByPeer(abort)
      default: continue
      }
    }
    throw .violation("no answer to the association request", .unexpectedPDU)
  }

  private func awaitRequest() throws(AssociationEnd) -> AssociateRQ {
    for action in try receive() {
      switch action {
      case .indicateAssociate(let request): return request
      case .indicateAbort(let abort): throw .abortedByPeer(abort)
      default: continue
      }
    }
    awaitClose()
    throw .violation("no association request", .unexpectedPDU)
  }

  // MARK: - Data

  /// The length of the next P-DATA-TF; nil once the peer has asked for release.
  func nextData() throws(AssociationEnd) -> Int? {
    while true {
      let header = try readHeader()
      if header.kind == .data {
        let actions = machine.receivedData()
        if actions == [.indicateData] { return header.length }
        try stream.skip(header.length)
        try perform(actions)
        continue
      }
      for action in try receive(header) {
        switch action {
        case .indicateRelease: return nil
        case .indicateAbort(let abort): throw .abortedByPeer(abort)
        case .indicateProviderAbort(let reason):
          awaitClose()
          throw .violation("PDU of type \(header.type) on an association", reason)
        default: continue
        }
      }
    }
  }

  // MARK: - Ends

  /// Answers the peer's A-RELEASE-RQ and waits for the end of the connection.
  func respondToRelease() throws(AssociationEnd) {
    try local { machine throws(AssociationStateError) in try machine.releaseResponded() }
    awaitClose()
  }

  /// Asks for release and waits for the confirmation.
  func release() throws(AssociationEnd) {
    try local { machine throws(AssociationStateError) in try machine.releaseRequested() }
    stream.socket.setTimeouts(receive: artimSeconds, send: idleSeconds)
    while !machine.isFinished {
      let header = try readHeader()
      for action in try receive(header) {
        switch action {
        case .confirmRelease: return
        case .indicateRelease:
          try local { machine throws(AssociationStateError) in try machine.releaseResponded() }
        default: continue
        }
      }
    }
  }

  /// Aborts: as the user, or for a violation as the provider with its reason.
  func abort(_ end: AssociationEnd?) {
    let actions: [AssociationMachine.Action]
    if case .violation(_, let reason) = end {
      actions = machine.receivedInvalidPDU(reason)
    } else {
      actions = (try? machine.abortRequested()) ?? []
    }
    guard !actions.isEmpty, (try? perform(actions)) != nil else { return stream.socket.shutdown() }
    awaitClose()
  }

  /// For how long the peer is left to close by itself, in milliseconds.
  private static let closePatience: Int32 = 50

  /// Lets the peer read what was sent last: waits for its end of the connection, at most as long as ARTIM.
  private func awaitClose() {
    guard machine.state == .sta13 else { return stream.socket.shutdown() }
    let end = Date(timeIntervalSinceNow: Double(artimSeconds))
    // Most peers close at once, and need not be told that nothing more comes.
    if !stream.socket.isReadable(within: Self.closePatience) { stream.socket.finishWriting() }
    stream.socket.setTimeouts(receive: artimSeconds, send: idleSeconds)
    let isClosed = withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { scratch in
      while Date() < end, let count = try? stream.socket.read(scratch) {
        if count == 0 { return true }
      }
      return false
    }
    _ = isClosed ? machine.transportClosed() : machine.artimExpired()
    if !isClosed { stream.socket.shutdown() }
  }

  // MARK: - The machine

  /// Reads a PDU that is not P-DATA-TF and gives what the machine makes of it, sends done.
  private func receive(_ known: PDUHeader? = nil) throws(AssociationEnd) -> [AssociationMachine.Action] {
    let header: PDUHeader
    if let known { header = known } else { header = try readHeader() }
    let actions: [AssociationMachine.Action]
    if header.kind == .data {
      try stream.skip(header.length)
      actions = machine.receivedData()
    } else {
      actions = machine.received(try stream.readPDU(header))
    }
    try perform(actions)
    return actions
  }

  private func readHeader() throws(AssociationEnd) -> PDUHeader {
    do {
      return try stream.readHeader()
    } catch {
      if case .transport(let failure) = error {
        _ = failure.code == .timedOut && !machine.isEstablished ? machine.artimExpired() : machine.transportClosed()
      }
      throw error
    }
  }

  private func local(
    _ primitive: (inout AssociationMachine) throws(AssociationStateError) -> [AssociationMachine.Action]
  ) throws(AssociationEnd) {
    let actions: [AssociationMachine.Action]
    do throws(AssociationStateError) {
      actions = try primitive(&machine)
    } catch {
      throw .violation(error.description, .unexpectedPDU)
    }
    try perform(actions)
  }

  private func perform(_ actions: [AssociationMachine.Action]) throws(AssociationEnd) {
    for action in actions {
      switch action {
      case .send(let pdu):
        let bytes: [UInt8]
        do throws(PDUError) { bytes = try pdu.encoded() } catch {
          throw .violation(error.description, .notSpecified)
        }
        try stream.write(bytes)
      case .startARTIM: stream.socket.setTimeouts(receive: artimSeconds, send: idleSeconds)
      case .stopARTIM: stream.socket.setTimeouts(receive: idleSeconds, send: idleSeconds)
      case .closeTransport: stream.socket.shutdown()
      default: continue
      }
    }
  }
}
