// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
public import DICOMNetwork
public import DICOMServices

/// Why an association, or an operation on it, came to nothing.
public struct AssociationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What happened.
  public enum Code: Sendable, Hashable {
    case connectFailed
    case rejected(AssociateRJ)
    /// A-ABORT by the peer.
    case aborted(Abort)
    /// We aborted because the peer broke the protocol.
    case protocolViolation
    /// The transport connection ended without a word.
    case connectionClosed
    /// The peer released the association in the middle.
    case releasedByPeer
    case timedOut
    /// No presentation context was accepted for what was to be done.
    case contextNotAccepted(UID)
    /// Another operation is under way on this association.
    case busy
    /// The association has been released or aborted before.
    case notEstablished
    /// The peer answered with a failure.
    case failed(DIMSEStatus)
    /// Something of ours does not fit a message.
    case notEncodable
  }

  public let code: Code
  public let reason: String

  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  public var description: String { reason }

  /// The association goes on after this error.
  var leavesAssociationUsable: Bool {
    switch code {
    case .contextNotAccepted, .busy, .failed, .notEncodable: true
    default: false
    }
  }
}
