// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary

extension PerformedProcedureStep {
  /// An item of the Scheduled Step Attributes Sequence: which order and study the step belongs to.
  public struct ScheduledStep: Sendable, Hashable {
    public var studyInstanceUID: UID?
    public var accessionNumber: String
    public var requestedProcedureID: String
    public var scheduledProcedureStepID: String
  }

  /// What was scheduled; one item without numbers where the step was not.
  public var scheduledSteps: [ScheduledStep] {
    attributes.items(.scheduledStepAttributesSequence).map { item in
      ScheduledStep(
        studyInstanceUID: item.uid(.studyInstanceUID), accessionNumber: item.string(.accessionNumber) ?? "",
        requestedProcedureID: item.string(.requestedProcedureID) ?? "",
        scheduledProcedureStepID: item.string(.scheduledProcedureStepID) ?? "")
    }
  }

  /// An object that the modality says it made.
  public struct Produced: Sendable, Hashable {
    public var series: UID
    public var reference: SOPReference
  }

  /// Images and other objects of all performed series.
  public var produced: [Produced] {
    attributes.items(.performedSeriesSequence).flatMap { series in
      let uid = series.uid(.seriesInstanceUID) ?? ""
      return (series.items(.referencedImageSequence) + series.items(.referencedNonImageCompositeSOPInstanceSequence))
        .compactMap { item in SOPReference(item).map { Produced(series: uid, reference: $0) } }
    }
  }

  /// The attributes that an N-GET asks for (PS3.4 §F.8.2.1), and whether one of them is not held.
  public func selected(_ tags: [Tag]) -> (attributes: DataSet, isComplete: Bool) {
    guard !tags.isEmpty else { return (attributes, true) }
    var selected = DataSet(inheritedCharacterSet: attributes.inheritedCharacterSet)
    for tag in Set(tags + [.specificCharacterSet]).sorted() {
      if let element = attributes[tag] { selected.set(element) }
    }
    return (selected, tags.allSatisfy { attributes[$0] != nil || $0 == .specificCharacterSet })
  }
}
