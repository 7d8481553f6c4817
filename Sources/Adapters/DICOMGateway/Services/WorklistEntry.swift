// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import Radiology

extension WorklistItem {
  /// All that the department knows of a scheduled step, as attributes of table K.6-1, in UTF-8.
  var entry: DataSet {
    var entry = DataSet(inheritedCharacterSet: .utf8)
    entry.set(.scheduledProcedureStepSequence, items: [stepAttributes])
    addProcedure(to: &entry)
    addRequest(to: &entry)
    addPatient(to: &entry)
    return entry
  }

  private var stepAttributes: DataSet {
    var attributes = DataSet(inheritedCharacterSet: .utf8)
    attributes.put(.scheduledStationAETitle, .AE, step.station.aeTitles)
    attributes.put(.scheduledProcedureStepStartDate, .DA, step.start?.date ?? "")
    attributes.put(.scheduledProcedureStepStartTime, .TM, step.start?.time ?? "")
    if let start = step.start, step.minutes > 0 {
      let end = LocalDateTime(minute: start.minute + Int64(step.minutes))
      attributes.put(.scheduledProcedureStepEndDate, .DA, end.date)
      attributes.put(.scheduledProcedureStepEndTime, .TM, end.time)
    }
    attributes.put(.modality, .CS, step.modality)
    attributes.put(.scheduledPerformingPhysicianName, .PN, step.performingPhysician)
    attributes.put(.scheduledProcedureStepDescription, .LO, step.description)
    attributes.put(.scheduledStationName, .SH, step.station.name)
    attributes.put(.scheduledProcedureStepLocation, .SH, step.station.location)
    attributes.put(.scheduledProtocolCodeSequence, step.protocolCodes)
    attributes.put(.preMedication, .LO, step.preMedication)
    attributes.put(.scheduledProcedureStepID, .SH, step.stepID)
    attributes.put(.requestedContrastAgent, .LO, step.contrastAgent)
    attributes.put(.scheduledProcedureStepStatus, .CS, step.status.rawValue)
    attributes.put(.commentsOnTheScheduledProcedureStep, .LT, step.comments)
    return attributes
  }

  private func addProcedure(to entry: inout DataSet) {
    entry.put(.requestedProcedureID, .SH, procedure.procedureID)
    entry.put(.requestedProcedureDescription, .LO, procedure.description)
    entry.put(.requestedProcedureCodeSequence, procedure.codes)
    entry.put(.studyInstanceUID, .UI, procedure.studyInstanceUID)
    entry.put(.requestedProcedurePriority, .SH, procedure.priority.rawValue)
    entry.put(.patientTransportArrangements, .LO, procedure.details.transport)
    entry.put(.requestedProcedureLocation, .LO, procedure.details.location)
    entry.put(.requestedProcedureComments, .LT, procedure.details.comments)
    entry.put(.namesOfIntendedRecipientsOfResults, .PN, procedure.details.recipients)
    entry.set(.referencedStudySequence, items: [])
  }

  private func addRequest(to entry: inout DataSet) {
    let request = order.request
    entry.put(.accessionNumber, .SH, order.accession.value)
    entry.put(.issuerOfAccessionNumberSequence, issuer: order.accession.issuer)
    entry.put(.placerOrderNumberImagingServiceRequest, .LO, order.placer.value)
    entry.put(.orderPlacerIdentifierSequence, issuer: order.placer.issuer)
    entry.put(.fillerOrderNumberImagingServiceRequest, .LO, order.filler.value)
    entry.put(.orderFillerIdentifierSequence, issuer: order.filler.issuer)
    entry.put(.requestingPhysician, .PN, request.requestingPhysician)
    entry.put(.requestingService, .LO, request.requestingService)
    entry.put(.referringPhysicianName, .PN, request.referringPhysician)
    entry.put(.reasonForTheRequestedProcedure, .LO, request.reason)
    entry.put(.reasonForRequestedProcedureCodeSequence, request.reasonCodes)
    entry.put(.additionalPatientHistory, .LT, request.history)
    entry.put(.imagingServiceRequestComments, .LT, request.comments)
    entry.put(.orderEnteredBy, .PN, request.enteredBy)
    entry.put(.orderCallbackPhoneNumber, .SH, request.callbackNumber)
    entry.put(.admissionID, .LO, order.visit.admissionID.value)
    entry.put(.issuerOfAdmissionIDSequence, issuer: order.visit.admissionID.issuer)
    entry.put(.currentPatientLocation, .LO, order.visit.location)
    entry.put(.patientInstitutionResidence, .LO, order.visit.residence)
    entry.set(.referencedPatientSequence, items: [])
  }

  private func addPatient(to entry: inout DataSet) {
    entry.put(.patientName, .PN, patient.name)
    let own = patient.identifiers.first
    entry.put(.patientID, .LO, own?.value ?? "")
    entry.put(.issuerOfPatientID, .LO, own?.issuer ?? "")
    let others = patient.identifiers.dropFirst().map { identifier in
      var item = DataSet(inheritedCharacterSet: .utf8)
      item.put(.patientID, .LO, identifier.value)
      item.put(.issuerOfPatientID, .LO, identifier.issuer)
      item.put(.typeOfPatientID, .CS, "TEXT")
      return item
    }
    if !others.isEmpty { entry.set(.otherPatientIDsSequence, items: others) }
    entry.put(.otherPatientNames, .PN, patient.otherNames)
    entry.put(.patientBirthDate, .DA, patient.birthDate)
    entry.put(.patientSex, .CS, patient.sex)
    entry.put(.patientAddress, .LO, patient.contact.address)
    entry.put(.patientTelephoneNumbers, .SH, patient.contact.telephone)
    addClinicalFacts(to: &entry)
  }

  private func addClinicalFacts(to entry: inout DataSet) {
    let facts = patient.clinical
    entry.put(.patientWeight, .DS, facts.weight.flatMap { DecimalString($0)?.description } ?? "")
    entry.put(.patientSize, .DS, facts.size.flatMap { DecimalString($0)?.description } ?? "")
    entry.put(.allergies, .LO, facts.allergies)
    entry.put(.medicalAlerts, .LO, facts.medicalAlerts)
    entry.put(.specialNeeds, .LO, facts.specialNeeds)
    entry.put(.patientState, .LO, facts.patientState)
    entry.put(.confidentialityConstraintOnPatientDataDescription, .LO, facts.confidentiality)
    if let pregnancy = facts.pregnancy { entry.set(.pregnancyStatus, .US, integers: [pregnancy.rawValue]) }
  }
}

extension DataSet {
  /// Sets text, or nothing where there is none.
  fileprivate mutating func put(_ tag: Tag, _ vr: VR, _ text: String) {
    if !text.isEmpty { set(tag, vr, text) }
  }

  fileprivate mutating func put(_ tag: Tag, _ vr: VR, _ texts: [String]) {
    if !texts.isEmpty { set(tag, vr, texts) }
  }

  fileprivate mutating func put(_ tag: Tag, _ codes: [CodedElement]) {
    guard !codes.isEmpty else { return }
    set(
      tag,
      items: codes.map { code in
        var item = DataSet(inheritedCharacterSet: .utf8)
        // Values over 16 characters have an attribute of their own (PS3.3 §8.1).
        item.set(code.value.unicodeScalars.count > 16 ? .longCodeValue : .codeValue, .SH, code.value)
        item.set(.codingSchemeDesignator, .SH, code.scheme)
        item.set(.codeMeaning, .LO, code.meaning)
        return item
      })
  }

  fileprivate mutating func put(_ tag: Tag, issuer: String) {
    guard !issuer.isEmpty else { return }
    var item = DataSet(inheritedCharacterSet: .utf8)
    item.set(.localNamespaceEntityID, .UT, issuer)
    set(tag, items: [item])
  }
}
