// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMNetwork

extension ServiceClass {
  /// Basic worklist management: the modality worklist (PS3.4 Annex K).
  public static let modalityWorklist = ServiceClass(
    name: "Basic Worklist Management", annex: "K",
    operations: [
      Operation(
        request: .cFindRQ, sopClasses: [.modalityWorklistInformationModelFind],
        statuses: [
          StatusRange(0xA700, .failure, "Refused: out of resources"),
          StatusRange(0xA900, .failure, "Identifier does not match SOP class"),
          StatusRange(0xC000...0xCFFF, .failure, "Unable to process"),
          StatusRange(0xFF00, .pending, "Matches are continuing"),
          StatusRange(0xFF01, .pending, "Matches are continuing, an optional key was not supported"),
        ])
    ])
}
