// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMNetwork
import NIOCore

/// What the association handler tells: indications and confirmations of PS3.8 §7.
enum AssociationEvent: Sendable {
  case requested(AssociateRQ)
  case accepted(AssociateAC)
  case rejected(AssociateRJ)
  case value(PresentationDataValue)
  case releaseRequested
  case released
  case aborted(Abort)
  case providerAborted(Abort.Reason, String)
  case closed

  /// Bytes that this event holds.
  var byteCount: Int { if case .value(let value) = self { value.bytes.count } else { 0 } }

  /// Nothing comes after it.
  var isLast: Bool {
    switch self {
    case .rejected, .released, .aborted, .providerAborted, .closed: true
    default: false
    }
  }
}

/// What the association handler is asked: requests and responses of PS3.8 §7.
enum AssociationRequest: Sendable {
  case accept(AssociateAC)
  case reject(AssociateRJ)
  /// Whole P-DATA-TF PDUs.
  case data(ByteBuffer)
  case release
  case respondToRelease
  case abort
}
