// SPDX-License-Identifier: Apache-2.0

import DICOMNetwork

/// How an association ended before its time.
public enum AssociationEnd: Error, CustomStringConvertible {
  /// The connection failed or closed without A-RELEASE.
  case transport(TransportError)
  /// The peer sent A-ABORT.
  case abortedByPeer(Abort)
  /// The peer refused the association.
  case rejected(AssociateRJ)
  /// The peer broke the protocol: we abort for this reason.
  case violation(String, Abort.Reason)
  /// The peer released the association while something was asked of it.
  case released
  /// The peer accepted no presentation context that the operation needs.
  case noPresentationContext(String)

  public var description: String {
    switch self {
    case .transport(let error): error.description
    case .abortedByPeer(let abort): abort.description
    case .rejected(let rejection): rejection.description
    case .violation(let reason, _): "protocol violated: \(reason)"
    case .released: "released by the peer"
    case .noPresentationContext(let what): "no presentation context accepted for \(what)"
    }
  }
}
