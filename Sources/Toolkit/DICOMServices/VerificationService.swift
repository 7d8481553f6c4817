// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMNetwork

extension ServiceClass {
  /// Verification (PS3.4 Annex A).
  public static let verification = ServiceClass(
    name: "Verification", annex: "A",
    operations: [Operation(request: .cEchoRQ, sopClasses: [.verification], statuses: [])])
}
