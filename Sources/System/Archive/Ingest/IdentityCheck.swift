// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Whether a data set says who it is, and whether that is what was announced (PS3.4 §B.2.3).
struct IdentityCheck {
  struct Failed: Error { let refusal: Refusal }

  let affectedSOPClass: UID?
  let affectedSOPInstance: UID?

  func run(_ scan: AttributeScan) -> Result<InstanceIdentity, Failed> {
    let attributes = scan.raw
    let instance = uid(attributes, .sopInstanceUID, "SOP Instance UID")
    let sopClass = uid(attributes, .sopClassUID, "SOP Class UID")
    let study = uid(attributes, .studyInstanceUID, "Study Instance UID")
    let series = uid(attributes, .seriesInstanceUID, "Series Instance UID")
    switch (instance, sopClass, study, series) {
    case (.success(let instance), .success(let sopClass), .success(let study), .success(let series)):
      if let affectedSOPInstance, affectedSOPInstance != instance {
        return mismatch("SOP Instance UID", instance, affectedSOPInstance)
      }
      if let affectedSOPClass, affectedSOPClass != sopClass {
        return mismatch("SOP Class UID", sopClass, affectedSOPClass)
      }
      return .success(InstanceIdentity(study: study, series: series, instance: instance, sopClass: sopClass))
    default:
      var reasons: [String] = []
      for result in [instance, sopClass, study, series] {
        if case .failure(let failed) = result { reasons.append(failed.refusal.reason) }
      }
      if let problem = scan.problem { reasons.append(problem) }
      return .failure(Failed(refusal: .unusable(reasons.joined(separator: "; "))))
    }
  }

  private func mismatch(_ name: String, _ found: UID, _ announced: UID) -> Result<InstanceIdentity, Failed> {
    .failure(Failed(refusal: .mismatch("\(name) is \(found) in the data set, \(announced) in the request")))
  }

  /// Digits and points is what is asked: leading zeros are common, and do no harm.
  private func uid(_ attributes: DataSet, _ tag: Tag, _ name: String) -> Result<UID, Failed> {
    guard let uid = attributes.uid(tag), !uid.rawValue.isEmpty else {
      return .failure(Failed(refusal: .unusable("\(name) \(tag) is missing")))
    }
    let bytes = uid.rawValue.utf8
    let isWellFormed =
      bytes.count <= 64 && bytes.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) }
      && bytes.first.map { $0 != 0x2E } == true
    guard isWellFormed else {
      return .failure(Failed(refusal: .unusable("\(name) \(tag) is malformed: \(uid.rawValue.prefix(80))")))
    }
    return .success(uid)
  }
}
