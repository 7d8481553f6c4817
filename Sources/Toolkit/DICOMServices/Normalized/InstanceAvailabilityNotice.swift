// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary

/// An instance availability notification as its receiver reads it (PS3.4 table R.3.2-1).
public struct InstanceAvailabilityNotice: Sendable, Hashable {
  /// Instance Availability (0008,0056).
  public enum Availability: String, Sendable, CaseIterable {
    case online = "ONLINE"
    case nearline = "NEARLINE"
    case offline = "OFFLINE"
    case unavailable = "UNAVAILABLE"
  }

  /// An instance, and from where it can be had.
  public struct Instance: Sendable, Hashable {
    public var series: UID
    public var reference: SOPReference
    public var availability: Availability
    public var retrieveAETitle: String

    public init(series: UID, reference: SOPReference, availability: Availability, retrieveAETitle: String) {
      self.series = series
      self.reference = reference
      self.availability = availability
      self.retrieveAETitle = retrieveAETitle
    }
  }

  /// Instances that one notification may name, so that nobody can make it grow without end.
  public static let maximumInstances = 100_000

  public var study: UID
  /// Modality performed procedure steps that made the instances.
  public var performedSteps: [UID]
  public var instances: [Instance]

  public init(study: UID, performedSteps: [UID], instances: [Instance]) {
    self.study = study
    self.performedSteps = performedSteps
    self.instances = instances
  }

  /// Reads the attributes of an N-CREATE.
  public init(_ attributes: DataSet) throws(AttributeFault) {
    if let fault = Self.rows.fault(in: attributes, .creation) { throw fault }
    study = attributes.uid(.studyInstanceUID) ?? ""
    guard Self.isUID(study) else {
      throw AttributeFault(.invalidAttributeValue, .studyInstanceUID, "\(study) is no UID")
    }
    performedSteps = attributes.items(.referencedPerformedProcedureStepSequence).compactMap {
      $0.uid(.referencedSOPInstanceUID)
    }
    instances = []
    for series in attributes.items(.referencedSeriesSequence) {
      for item in series.items(.referencedSOPSequence) {
        guard instances.count < Self.maximumInstances else {
          throw AttributeFault(
            .resourceLimitation, .referencedSOPSequence, "more than \(Self.maximumInstances) instances")
        }
        instances.append(try Self.instance(item, of: series.uid(.seriesInstanceUID) ?? ""))
      }
    }
  }

  private static func instance(_ item: DataSet, of series: UID) throws(AttributeFault) -> Instance {
    let named = item.string(.instanceAvailability) ?? ""
    guard let availability = Availability(rawValue: named) else {
      throw AttributeFault(.invalidAttributeValue, .instanceAvailability, "\(named) is no availability")
    }
    guard let reference = SOPReference(item), isUID(reference.sopInstance) else {
      throw AttributeFault(.invalidAttributeValue, .referencedSOPInstanceUID, "an instance is no UID")
    }
    return Instance(
      series: series, reference: reference, availability: availability,
      retrieveAETitle: item.string(.retrieveAETitle) ?? "")
  }

  /// Digits and points: leading zeros, which some senders have, do no harm.
  static func isUID(_ uid: UID) -> Bool {
    (1...64).contains(uid.rawValue.utf8.count)
      && uid.rawValue.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
  }

  private typealias Row = AttributeRequirement

  private static let reference: [AttributeRequirement] = [
    Row(.referencedSOPClassUID, .mandatory, .notAllowed), Row(.referencedSOPInstanceUID, .mandatory, .notAllowed),
  ]

  /// Table R.3.2-1.
  static let rows: [AttributeRequirement] = [
    Row(
      .referencedPerformedProcedureStepSequence, .mayBeEmpty, .notAllowed,
      items: reference + [
        Row(
          .performedWorkitemCodeSequence, .mayBeEmpty, .notAllowed,
          items: [Row(.codeMeaning, .mandatory, .notAllowed)])
      ]),
    Row(.studyInstanceUID, .mandatory, .notAllowed),
    Row(
      .referencedSeriesSequence, .mandatory, .notAllowed,
      items: [
        Row(.seriesInstanceUID, .mandatory, .notAllowed),
        Row(
          .referencedSOPSequence, .mandatory, .notAllowed,
          items: reference + [
            Row(.instanceAvailability, .mandatory, .notAllowed), Row(.retrieveAETitle, .mandatory, .notAllowed),
          ]),
      ]),
  ]
}
