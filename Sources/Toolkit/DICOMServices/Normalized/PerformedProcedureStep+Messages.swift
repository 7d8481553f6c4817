// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary

extension PerformedProcedureStep {
  /// What is told to others to whom the step is passed on: attributes of N-CREATE, in progress and without results.
  public var creation: DataSet {
    var creation = attributes
    creation.set(.performedProcedureStepStatus, .CS, PerformedStepState.inProgress.rawValue)
    guard state.isFinal else { return creation }
    for (tag, vr) in [(Tag.performedProcedureStepEndDate, VR.DA), (.performedProcedureStepEndTime, .TM)] {
      creation.set(DataElement(tag: tag, vr: vr, value: .bytes(.empty)))
    }
    creation.set(.performedSeriesSequence, items: [])
    creation.remove(.performedProcedureStepDiscontinuationReasonCodeSequence)
    return creation
  }

  /// Attributes of the N-SET that ends the step; nil while it is in progress.
  public var modification: DataSet? {
    guard state.isFinal else { return nil }
    let fixed = Set(PerformedProcedureStepAttributes.all.filter { $0.setting == .notAllowed }.map(\.tag))
    var modification = attributes
    for tag in fixed { modification.remove(tag) }
    modification.set(.performedProcedureStepStatus, .CS, state.rawValue)
    return modification
  }

  /// Event information of the notification SOP class: the status and what it belongs to (PS3.4 table F.9.2-1).
  public var notice: DataSet {
    var notice = selected([.performedProcedureStepStatus, .scheduledStepAttributesSequence]).attributes
    notice.set(.performedProcedureStepStatus, .CS, state.rawValue)
    return notice
  }
}
