// SPDX-License-Identifier: Apache-2.0

/// States of the upper layer protocol machine (PS3.8 tables 9-1 to 9-5).
public enum AssociationState: Int, Sendable, CaseIterable {
  /// Idle.
  case sta1 = 1
  /// Transport connection open, awaiting A-ASSOCIATE-RQ.
  case sta2
  /// Awaiting the local A-ASSOCIATE response primitive.
  case sta3
  /// Awaiting transport connection opening to complete.
  case sta4
  /// Awaiting A-ASSOCIATE-AC or A-ASSOCIATE-RJ.
  case sta5
  /// Association established, ready for data transfer.
  case sta6
  /// Awaiting A-RELEASE-RP.
  case sta7
  /// Awaiting the local A-RELEASE response primitive.
  case sta8
  /// Release collision, requestor side: awaiting the A-RELEASE response primitive.
  case sta9
  /// Release collision, acceptor side: awaiting A-RELEASE-RP.
  case sta10
  /// Release collision, requestor side: awaiting A-RELEASE-RP.
  case sta11
  /// Release collision, acceptor side: awaiting the A-RELEASE response primitive.
  case sta12
  /// Awaiting the closing of the transport connection.
  case sta13
}

/// Events of the upper layer protocol machine, numbered as the rows of PS3.8 table 9-10.
enum AssociationEvent: Int, CaseIterable {
  case associateRequest = 1
  case transportConnectConfirmation
  case associateACReceived
  case associateRJReceived
  case transportConnectIndication
  case associateRQReceived
  case associateResponseAccept
  case associateResponseReject
  case dataRequest
  case dataReceived
  case releaseRequest
  case releaseRQReceived
  case releaseRPReceived
  case releaseResponse
  case abortRequest
  case abortReceived
  case transportClosed
  case artimExpired
  case invalidPDUReceived

  /// Primitives of the local user, which must not be given in a state without an entry.
  var isLocal: Bool {
    switch self {
    case .associateRequest, .associateResponseAccept, .associateResponseReject, .dataRequest, .releaseRequest,
      .releaseResponse, .abortRequest:
      true
    default: false
    }
  }
}
