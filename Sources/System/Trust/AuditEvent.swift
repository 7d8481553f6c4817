// SPDX-License-Identifier: Apache-2.0

/// One access or act, in the terms of the audit trail message (PS3.15 §A.5).
public struct AuditEvent: Sendable, Hashable {
  /// Microseconds since 1970-01-01 UTC.
  public var at: Int64
  /// Event ID code meaning of PS3.15 table A.5.3, such as `DICOM Instances Accessed`.
  public var event: String
  /// Success, or why not.
  public var outcome: String
  /// Who did it: user name or AE title.
  public var actor: String
  public var address: String
  /// What it was done to: study UID, account, node.
  public var object: String
  /// Patient ID where patient data was touched.
  public var patientID: String

  public init(
    at: Int64, event: String, outcome: String = "success", actor: String, address: String, object: String,
    patientID: String = ""
  ) {
    self.at = at
    self.event = event
    self.outcome = outcome
    self.actor = actor
    self.address = address
    self.object = object
    self.patientID = patientID
  }
}
