// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMNetwork

extension ServiceClass {
  /// Query/Retrieve with the patient root and study root information models (PS3.4 Annex C).
  public static let queryRetrieve = ServiceClass(
    name: "Query/Retrieve", annex: "C",
    operations: [
      Operation(
        request: .cFindRQ,
        sopClasses: [.patientRootQueryRetrieveInformationModelFind, .studyRootQueryRetrieveInformationModelFind],
        statuses: [
          StatusRange(0xA700, .failure, "Refused: out of resources"),
          StatusRange(0xA710, .failure, "Invalid prior record key"),
          StatusRange(0xA900, .failure, "Identifier does not match SOP class"),
          StatusRange(0xB001, .warning, "Matching reached response limit"),
          StatusRange(0xC000...0xCFFF, .failure, "Unable to process"),
          StatusRange(0xFF00, .pending, "Matches are continuing"),
          StatusRange(0xFF01, .pending, "Matches are continuing, an optional key was not supported"),
        ]),
      Operation(
        request: .cMoveRQ,
        sopClasses: [.patientRootQueryRetrieveInformationModelMove, .studyRootQueryRetrieveInformationModelMove],
        statuses: [StatusRange(0xA801, .failure, "Refused: move destination unknown")] + retrieveStatuses),
      Operation(
        request: .cGetRQ,
        sopClasses: [.patientRootQueryRetrieveInformationModelGet, .studyRootQueryRetrieveInformationModelGet],
        statuses: retrieveStatuses),
    ])

  /// C-MOVE and C-GET alike (PS3.4 §C.4.2.1.5, §C.4.3.1.4).
  private static let retrieveStatuses: [StatusRange] = [
    StatusRange(0xA701, .failure, "Refused: out of resources, unable to calculate number of matches"),
    StatusRange(0xA702, .failure, "Refused: out of resources, unable to perform sub-operations"),
    StatusRange(0xA900, .failure, "Identifier does not match SOP class"),
    StatusRange(0xAA00, .failure, "None of the frames requested were found in the SOP instance"),
    StatusRange(0xAA01, .failure, "Unable to create new object for this SOP class"),
    StatusRange(0xAA02, .failure, "Unable to extract frames"),
    StatusRange(0xAA03, .failure, "Time-based request for a SOP instance that is not time-based"),
    StatusRange(0xAA04, .failure, "Invalid request"),
    StatusRange(0xB000, .warning, "Sub-operations complete, one or more failures or warnings"),
    StatusRange(0xC000...0xCFFF, .failure, "Unable to process"),
    StatusRange(0xFF00, .pending, "Sub-operations are continuing"),
  ]
}
