// SPDX-License-Identifier: Apache-2.0

/// The actions of PS3.8 tables 9-6 to 9-9.
enum AssociationTransition: String {
  case ae1, ae2, ae3, ae4, ae5, ae6, ae7, ae8
  case dt1, dt2
  case ar1, ar2, ar3, ar4, ar5, ar6, ar7, ar8, ar9, ar10
  case aa1, aa2, aa3, aa4, aa5, aa6, aa7, aa8

  /// PS3.8 table 9-10; nil where the table is blank.
  static func entry(_ event: AssociationEvent, _ state: AssociationState) -> AssociationTransition? {
    switch event {
    case .associateRequest: state == .sta1 ? .ae1 : nil
    case .transportConnectConfirmation: state == .sta4 ? .ae2 : nil
    case .associateACReceived: received(state, in: .sta5, .ae3)
    case .associateRJReceived: received(state, in: .sta5, .ae4)
    case .transportConnectIndication: state == .sta1 ? .ae5 : nil
    case .associateRQReceived: associateRQReceived(state)
    case .associateResponseAccept: state == .sta3 ? .ae7 : nil
    case .associateResponseReject: state == .sta3 ? .ae8 : nil
    case .dataRequest: state == .sta6 ? .dt1 : state == .sta8 ? .ar7 : nil
    case .dataReceived: state == .sta6 ? .dt2 : received(state, in: .sta7, .ar6)
    case .releaseRequest: state == .sta6 ? .ar1 : nil
    case .releaseRQReceived: state == .sta6 ? .ar2 : received(state, in: .sta7, .ar8)
    case .releaseRPReceived: releaseRPReceived(state)
    case .releaseResponse: releaseResponse(state)
    case .abortRequest: abortRequest(state)
    case .abortReceived: abortReceived(state)
    case .transportClosed: transportClosed(state)
    case .artimExpired: state == .sta2 || state == .sta13 ? .aa2 : nil
    case .invalidPDUReceived: state == .sta13 ? .aa7 : received(state, in: nil, .aa8)
    }
  }

  /// The pattern of most rows of received PDUs: expected in one state, else an abort.
  private static func received(
    _ state: AssociationState, in expected: AssociationState?, _ transition: AssociationTransition
  ) -> AssociationTransition? {
    if state == expected { return transition }
    return switch state {
    case .sta1, .sta4: nil
    case .sta2: .aa1
    case .sta13: .aa6
    default: .aa8
    }
  }

  private static func associateRQReceived(_ state: AssociationState) -> AssociationTransition? {
    state == .sta13 ? .aa7 : received(state, in: .sta2, .ae6)
  }

  private static func releaseRPReceived(_ state: AssociationState) -> AssociationTransition? {
    switch state {
    case .sta7, .sta11: .ar3
    case .sta10: .ar10
    default: received(state, in: nil, .aa8)
    }
  }

  private static func releaseResponse(_ state: AssociationState) -> AssociationTransition? {
    switch state {
    case .sta8, .sta12: .ar4
    case .sta9: .ar9
    default: nil
    }
  }

  private static func abortRequest(_ state: AssociationState) -> AssociationTransition? {
    switch state {
    case .sta1, .sta2, .sta13: nil
    case .sta4: .aa2
    default: .aa1
    }
  }

  private static func abortReceived(_ state: AssociationState) -> AssociationTransition? {
    switch state {
    case .sta1, .sta4: nil
    case .sta2, .sta13: .aa2
    default: .aa3
    }
  }

  private static func transportClosed(_ state: AssociationState) -> AssociationTransition? {
    switch state {
    case .sta1: nil
    case .sta2: .aa5
    case .sta13: .ar5
    default: .aa4
    }
  }
}
