// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMTestKit
import DICOMValidation

/// Objects that conform, for tests to break.
enum SampleObjects {
  /// A CT image of 4 × 4 pixels.
  static func ct() -> DataSet {
    DataSet.build([
      .imageType: ["ORIGINAL", "PRIMARY", "AXIAL"], .sopClassUID: "1.2.840.10008.5.1.4.1.1.2",
      .sopInstanceUID: "2.25.4",
      .studyDate: "20240131", .studyTime: "101500.25", .accessionNumber: "A1", .modality: "CT",
      .manufacturer: "Acme", .referringPhysicianName: "Smith^Jo", .patientName: "Doe^Jane", .patientID: "P1",
      .patientBirthDate: "19800229", .patientSex: "F", .bodyPartExamined: "CHEST", .sliceThickness: "2.5", .kvp: "120",
      .patientPosition: "HFS", .studyInstanceUID: "2.25.1", .seriesInstanceUID: "2.25.2", .studyID: "S1",
      .seriesNumber: "3", .acquisitionNumber: "1", .instanceNumber: "7", .imagePositionPatient: ["-10", "0", "5.5"],
      .imageOrientationPatient: ["1", "0", "0", "0", "1", "0"], .frameOfReferenceUID: "2.25.3",
      .positionReferenceIndicator: [], .samplesPerPixel: 1, .photometricInterpretation: "MONOCHROME2", .rows: 4,
      .columns: 4, .pixelSpacing: ["0.5", "0.5"], .bitsAllocated: 16, .bitsStored: 12, .highBit: 11,
      .pixelRepresentation: 0, .rescaleIntercept: "-1024", .rescaleSlope: "1",
      .pixelData: .typed(.OW, .bytes([UInt8](repeating: 0, count: 32))),
    ])
  }

  /// An SR document: a title and one text.
  static func basicText() -> DataSet {
    func code(_ value: String, _ meaning: String) -> DataSet {
      DataSet.build([.codeValue: .text([value]), .codingSchemeDesignator: "DCM", .codeMeaning: .text([meaning])])
    }
    let text = DataSet.build([
      .relationshipType: "CONTAINS", .valueType: "TEXT", .conceptNameCodeSequence: .items([code("121071", "Finding")]),
      .textValue: "No finding.",
    ])
    return DataSet.build([
      .sopClassUID: "1.2.840.10008.5.1.4.1.1.88.11", .sopInstanceUID: "2.25.4", .studyDate: "20240131",
      .contentDate: "20240131", .studyTime: "1015", .contentTime: "1020", .accessionNumber: "A1", .modality: "SR",
      .manufacturer: "Acme", .referringPhysicianName: "Smith^Jo", .referencedPerformedProcedureStepSequence: .items([]),
      .patientName: "Doe^Jane", .patientID: "P1", .patientBirthDate: [], .patientSex: "F", .studyInstanceUID: "2.25.1",
      .seriesInstanceUID: "2.25.2", .studyID: "S1", .seriesNumber: "3", .instanceNumber: "1", .valueType: "CONTAINER",
      .conceptNameCodeSequence: .items([code("121058", "Procedure Reported")]), .continuityOfContent: "SEPARATE",
      .performedProcedureCodeSequence: .items([]), .completionFlag: "COMPLETE", .verificationFlag: "UNVERIFIED",
      .contentSequence: .items([text]),
    ])
  }

  /// A parametric map of two frames with integer pixels, whose frames differ in position only.
  static func enhanced() -> DataSet {
    var image = ct()
    for tag in [
      Tag.imagePositionPatient, .imageOrientationPatient, .pixelSpacing, .rescaleIntercept, .rescaleSlope,
      .sliceThickness,
      .kvp, .imageType, .pixelData, .acquisitionNumber,
    ] { image.remove(tag) }
    image.set(.sopClassUID, "1.2.840.10008.5.1.4.1.1.2.1")
    image.set(.numberOfFrames, .IS, "2")
    let shared = DataSet.build([
      .pixelMeasuresSequence: .items([DataSet.build([.sliceThickness: "1", .pixelSpacing: ["1", "1"]])]),
      .planeOrientationSequence: .items([DataSet.build([.imageOrientationPatient: ["1", "0", "0", "0", "1", "0"]])]),
    ])
    let frames = (0..<2).map { frame in
      DataSet.build([
        .frameContentSequence: .items([DataSet.build([.frameAcquisitionNumber: 1])]),
        .planePositionSequence: .items([DataSet.build([.imagePositionPatient: ["0", "0", .text(["\(frame)"])]])]),
      ])
    }
    image.set(.sharedFunctionalGroupsSequence, items: [shared])
    image.set(.perFrameFunctionalGroupsSequence, items: frames)
    return image
  }
}

extension [ValidationFinding] {
  /// The kinds of what concerns an attribute, by path.
  func kinds(_ path: String) -> Set<ValidationKind> { Set(filter { $0.path == path }.map(\.kind)) }

  /// Findings in a line each, for messages of tests.
  var lines: [String] { map { "\($0.severity) \($0.kind) \($0.path): \($0.text)" } }
}
