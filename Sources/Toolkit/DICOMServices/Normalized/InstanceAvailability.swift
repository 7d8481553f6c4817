// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary
import DICOMNetwork

extension ServiceClass {
  /// Instance availability notification (PS3.4 Annex R).
  public static let instanceAvailability = ServiceClass(
    name: "Instance Availability Notification", annex: "R",
    operations: [Operation(request: .nCreateRQ, sopClasses: [.instanceAvailabilityNotification], statuses: [])])
}

/// What an instance availability notification says of a study (PS3.4 table R.3.2-1).
public struct InstanceAvailability: Sendable, Hashable {
  /// A series of the study with its instances that are available.
  public struct Series: Sendable, Hashable {
    public var uid: UID
    public var instances: [SOPReference]

    public init(uid: UID, instances: [SOPReference]) {
      self.uid = uid
      self.instances = instances
    }
  }

  public var study: UID
  public var series: [Series]
  /// Modality performed procedure steps that made the instances.
  public var performedSteps: [UID]
  /// From where they can be retrieved.
  public var retrieveAETitle: String

  public init(study: UID, series: [Series], performedSteps: [UID], retrieveAETitle: String) {
    self.study = study
    self.series = series
    self.performedSteps = performedSteps
    self.retrieveAETitle = retrieveAETitle
  }

  public var attributes: DataSet {
    var attributes = DataSet()
    attributes.set(
      .referencedPerformedProcedureStepSequence,
      items: performedSteps.map { uid in
        var item = SOPReference(sopClass: .modalityPerformedProcedureStep, sopInstance: uid).item
        item.set(.performedWorkitemCodeSequence, items: [])
        return item
      })
    attributes.set(.studyInstanceUID, study)
    attributes.set(
      .referencedSeriesSequence,
      items: series.map { series in
        var item = DataSet()
        item.set(.seriesInstanceUID, series.uid)
        item.set(
          .referencedSOPSequence,
          items: series.instances.map { reference in
            var instance = reference.item
            instance.set(.instanceAvailability, .CS, "ONLINE")
            instance.set(.retrieveAETitle, .AE, retrieveAETitle)
            return instance
          })
        return item
      })
    return attributes
  }
}
