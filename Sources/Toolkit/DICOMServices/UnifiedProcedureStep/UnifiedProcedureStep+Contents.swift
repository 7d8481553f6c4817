// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary

/// An event of a unified procedure step (PS3.4 table CC.2.4-1).
public struct UnifiedProcedureStepEvent: Sendable, Hashable {
  public var type: UnifiedProcedureStepEventType
  /// The step; the well-known UID of the global subscription for a change of the SCP's own status.
  public var sopInstance: UID
  /// Event information.
  public var information: DataSet

  public init(_ type: UnifiedProcedureStepEventType, of sopInstance: UID, _ information: DataSet) {
    self.type = type
    self.sopInstance = sopInstance
    self.information = information
  }

  /// SCP Status Change: it runs again, with all steps and subscriptions that it had.
  public static var restarted: UnifiedProcedureStepEvent {
    var information = DataSet()
    information.set(.scpStatus, .CS, "RESTARTED")
    information.set(.subscriptionListStatus, .CS, "WARM START")
    information.set(.unifiedProcedureStepListStatus, .CS, "WARM START")
    return UnifiedProcedureStepEvent(.scpStatusChange, of: .upsGlobalSubscriptionInstance, information)
  }
}

extension UnifiedProcedureStep {
  /// The attributes that an N-GET asks for (PS3.4 §CC.2.7), and whether one of them is not held. All where none is
  /// named.
  public func selected(_ tags: [Tag]) -> (attributes: DataSet, isComplete: Bool) {
    guard !tags.isEmpty else { return (attributes, true) }
    var selected = DataSet(inheritedCharacterSet: attributes.inheritedCharacterSet)
    for tag in Set(tags + [.specificCharacterSet]).sorted() {
      if let element = attributes[tag] { selected.set(element) }
    }
    return (selected, tags.allSatisfy { attributes[$0] != nil || $0 == .specificCharacterSet })
  }

  private var sopInstance: UID { attributes.uid(.sopInstanceUID) ?? "" }

  /// UPS State Report, as the step is now.
  /// - Parameter passing: the state to tell of, where the step has gone on from there in the same request.
  public func stateReport(passing: UnifiedProcedureStepState? = nil) -> UnifiedProcedureStepEvent {
    var information = selected([.inputReadinessState]).attributes
    let state = passing ?? state
    information.set(.procedureStepState, .CS, state.rawValue)
    if state == .canceled, let progress = attributes.items(.procedureStepProgressInformationSequence).first {
      for tag in [Tag.reasonForCancellation, .procedureStepDiscontinuationReasonCodeSequence] {
        if let element = progress[tag], !element.isEmpty { information.set(element) }
      }
    }
    return UnifiedProcedureStepEvent(.stateReport, of: sopInstance, information)
  }

  /// UPS Progress Report.
  public var progressReport: UnifiedProcedureStepEvent {
    UnifiedProcedureStepEvent(
      .progressReport, of: sopInstance, selected([.procedureStepProgressInformationSequence]).attributes)
  }

  /// UPS Assigned; nil for a step that is assigned to nobody.
  public var assigned: UnifiedProcedureStepEvent? {
    var information = selected([.scheduledStationNameCodeSequence]).attributes
    let performers = attributes.items(.scheduledHumanPerformersSequence)
    guard !performers.isEmpty || !attributes.items(.scheduledStationNameCodeSequence).isEmpty else { return nil }
    information.set(
      .humanPerformerCodeSequence, items: performers.flatMap { $0.items(.humanPerformerCodeSequence) })
    if let organization = performers.first?.string(.humanPerformerOrganization) {
      information.set(.humanPerformerOrganization, .LO, organization)
    }
    return UnifiedProcedureStepEvent(.assigned, of: sopInstance, information)
  }

  /// UPS Cancel Requested.
  /// - Parameter request: action information of the request.
  public func cancelRequested(by requestingAE: String, _ request: DataSet) -> UnifiedProcedureStepEvent {
    var information = DataSet(inheritedCharacterSet: request.inheritedCharacterSet)
    let tags: [Tag] = [
      .specificCharacterSet, .reasonForCancellation, .procedureStepDiscontinuationReasonCodeSequence, .contactURI,
      .contactDisplayName,
    ]
    for tag in tags {
      if let element = request[tag] { information.set(element) }
    }
    information.set(.requestingAE, .AE, requestingAE)
    return UnifiedProcedureStepEvent(.cancelRequested, of: sopInstance, information)
  }

  /// What followed from a change by N-SET (PS3.4 §CC.2.4.3).
  public func events(since before: UnifiedProcedureStep) -> [UnifiedProcedureStepEvent] {
    func differs(_ tag: Tag) -> Bool { attributes[tag] != before.attributes[tag] }
    var events: [UnifiedProcedureStepEvent] = []
    if state != before.state
      || attributes.string(.inputReadinessState) != before.attributes.string(.inputReadinessState)
    {
      events.append(stateReport())
    }
    if differs(.procedureStepProgressInformationSequence) { events.append(progressReport) }
    if differs(.scheduledStationNameCodeSequence) || differs(.scheduledHumanPerformersSequence), let assigned {
      events.append(assigned)
    }
    return events
  }

  /// Progress information of a step that is canceled on request before anybody has begun it.
  static func cancellation(_ information: DataSet, at now: String) -> DataSet {
    var item = DataSet(inheritedCharacterSet: information.characterSet)
    item.set(.procedureStepCancellationDateTime, .DT, now)
    if let reason = information[.reasonForCancellation] { item.set(reason) }
    let reasons = information.items(.procedureStepDiscontinuationReasonCodeSequence)
    if reasons.isEmpty {
      // CID 9300.
      var code = DataSet()
      code.set(.codeValue, .SH, "110513")
      code.set(.codingSchemeDesignator, .SH, "DCM")
      code.set(.codeMeaning, .LO, "Discontinued for unspecified reason")
      item.set(.procedureStepDiscontinuationReasonCodeSequence, items: [code])
    } else {
      item.set(.procedureStepDiscontinuationReasonCodeSequence, items: reasons)
    }
    var progress = DataSet(inheritedCharacterSet: information.characterSet)
    progress.set(.procedureStepProgressInformationSequence, items: [item])
    if let contact = information[.contactURI], !contact.isEmpty {
      var uri = DataSet(inheritedCharacterSet: information.characterSet)
      uri.set(contact)
      if let name = information[.contactDisplayName] { uri.set(name) }
      item.set(.procedureStepCommunicationsURISequence, items: [uri])
      progress.set(.procedureStepProgressInformationSequence, items: [item])
    }
    return progress
  }
}
