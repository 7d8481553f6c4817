// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Who a patient is to the archive: an ID and its issuer (PS3.3 §C.7.1.1); where there is no ID, the study that stands
/// for the patient.
public struct PatientKey: Hashable, Sendable {
  public var id: String
  public var issuer: String
  /// Study Instance UID; empty where there is an ID.
  public var unidentified: String

  public init(id: String, issuer: String = "") {
    self.id = id
    self.issuer = id.isEmpty ? "" : issuer
    unidentified = ""
  }

  public init(id: String, issuer: String, unidentified: String) {
    self.id = id
    self.issuer = issuer
    self.unidentified = unidentified
  }

  /// The patient that attributes of an instance tell of.
  public init(_ attributes: DataSet, study: UID) {
    id = attributes.string(.patientID) ?? ""
    issuer = id.isEmpty ? "" : attributes.string(.issuerOfPatientID) ?? ""
    unidentified = id.isEmpty ? study.rawValue : ""
  }
}
