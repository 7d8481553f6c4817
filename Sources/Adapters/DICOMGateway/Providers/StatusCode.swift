// SPDX-License-Identifier: Apache-2.0

/// The status codes that the providers answer with (PS3.7 Annex C, PS3.4 §B.2.3, §C.4).
enum StatusCode {
  static let success: UInt16 = 0x0000
  static let pending: UInt16 = 0xFF00
  /// Matches continue, but one or more optional keys were not supported.
  static let pendingOptionalKeysUnsupported: UInt16 = 0xFF01
  static let cancelled: UInt16 = 0xFE00
  static let processingFailure: UInt16 = 0x0110
  static let noSuchSOPClass: UInt16 = 0x0118
  static let unrecognizedOperation: UInt16 = 0x0211
  static let outOfResources: UInt16 = 0xA700
  /// Unable to perform sub-operations.
  static let subOperationsNotPerformed: UInt16 = 0xA702
  static let moveDestinationUnknown: UInt16 = 0xA801
  static let dataSetDoesNotMatchSOPClass: UInt16 = 0xA900
  static let subOperationsCompleteWithFailures: UInt16 = 0xB000
  static let invalidRequest: UInt16 = 0xAA04
  static let cannotUnderstand: UInt16 = 0xC000
  static let notAuthorized: UInt16 = 0x0124

  /// Success or a warning of C-STORE: the instance is kept by the receiver (PS3.4 §B.2.3).
  static func isStored(_ status: UInt16) -> Bool { status == success || isWarning(status) }
  static func isWarning(_ status: UInt16) -> Bool { status & 0xF000 == 0xB000 || status == 0x0107 || status == 0x0116 }
}
