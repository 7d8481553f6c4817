// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMObjects

/// What `martlet report --json` says of an object.
struct ObjectDescription: Encodable {
  let sopClass: String
  let sopClassName: String
  let sopInstance: String
  let patient: PatientDescription
  let study: String
  let series: String
  var document: DocumentDescription?
  var measurementGroups: [MeasurementGroupDescription]?
  var segmentation: SegmentationDescription?
  var parametricMap: ParametricMapDescription?
  var presentationState: PresentationStateDescription?
  var blending: BlendingDescription?
  var waveform: [MultiplexGroupDescription]?
  var encapsulated: EncapsulatedDescription?
  var frames: [FrameDescription]?

  struct PatientDescription: Encodable {
    let name: String
    let id: String
    let birthDate: String
    let sex: String

    init(_ patient: Patient) {
      name = patient.name
      id = patient.id
      birthDate = patient.birthDate
      sex = patient.sex
    }
  }

  init(_ object: ReportedObject) throws {
    let context = ObjectContext(object.dataSet)
    sopClass = object.sopClass.rawValue
    sopClassName = object.className
    sopInstance = context.instance.rawValue
    patient = PatientDescription(context.patient)
    study = context.study.uid.rawValue
    series = context.series.uid.rawValue
    try describe(object)
  }

  private mutating func describe(_ object: ReportedObject) throws {
    let dataSet = object.dataSet
    if object.isStructuredReport {
      let report = try StructuredReport(dataSet)
      document = DocumentDescription(report)
      measurementGroups = (try? MeasurementReport(report))?.groups.map { MeasurementGroupDescription($0) }
    } else if object.isEncapsulatedDocument {
      encapsulated = EncapsulatedDescription(try EncapsulatedDocument(dataSet))
    } else if dataSet[.segmentationType] != nil {
      segmentation = try SegmentationDescription(Segmentation(dataSet, frames: object.frames()))
    } else if object.sopClass == .parametricMapStorage {
      parametricMap = try ParametricMapDescription(ParametricMap(dataSet, frames: object.frames()))
    } else if dataSet[.waveformSequence] != nil {
      waveform = try Waveform(dataSet).groups.map { MultiplexGroupDescription($0) }
    } else if object.sopClass == .blendingSoftcopyPresentationStateStorage {
      blending = BlendingDescription(try BlendingPresentationState(dataSet))
    } else if dataSet[.displayedAreaSelectionSequence] != nil {
      presentationState = PresentationStateDescription(try PresentationState(dataSet))
    } else if dataSet[.sharedFunctionalGroupsSequence] != nil {
      frames = try MultiFrame(dataSet).frames.map { FrameDescription($0) }
    } else {
      throw CommandFailure("\(object.className) is no object that can be described")
    }
  }
}
