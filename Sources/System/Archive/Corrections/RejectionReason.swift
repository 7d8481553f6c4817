// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Why instances are not to be used: document titles of key object selections that reject (PS3.16 CID 7011; IHE RAD
/// TF-2 4.66, Imaging Object Change Management).
public enum RejectionReason: String, Sendable, Hashable, CaseIterable {
  case quality = "113001"
  case patientSafety = "113037"
  case incorrectWorklistEntry = "113038"
  case retentionExpired = "113039"

  /// Code meaning.
  public var meaning: String {
    switch self {
    case .quality: "Rejected for Quality Reasons"
    case .patientSafety: "Rejected for Patient Safety Reasons"
    case .incorrectWorklistEntry: "Incorrect Modality Worklist Entry"
    case .retentionExpired: "Data Retention Policy Expired"
    }
  }
}

/// A key object selection that rejects what it refers to.
public struct RejectionNote: Sendable, Hashable {
  /// Key Object Selection Document Storage.
  static let sopClass: UID = "1.2.840.10008.5.1.4.1.1.88.59"
  /// No note refers to more.
  static let maximumReferences = 100_000

  public var instance: UID
  public var reason: RejectionReason
  /// The rejected instances.
  public var references: [UID]

  /// Nil where the data set is no such selection.
  init?(_ dataSet: DataSet) {
    guard dataSet.uid(.sopClassUID) == Self.sopClass, let instance = dataSet.uid(.sopInstanceUID),
      let title = dataSet.items(.conceptNameCodeSequence).first, title.string(.codingSchemeDesignator) == "DCM",
      let reason = title.string(.codeValue).flatMap({ RejectionReason(rawValue: $0) })
    else { return nil }
    self.instance = instance
    self.reason = reason
    references = dataSet.items(.currentRequestedProcedureEvidenceSequence).flatMap { study in
      study.items(.referencedSeriesSequence).flatMap { series in
        series.items(.referencedSOPSequence).compactMap { $0.uid(.referencedSOPInstanceUID) }
      }
    }
    references = Array(references.prefix(Self.maximumReferences))
  }
}
