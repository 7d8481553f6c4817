// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Who or what made the observations (TID 1002 to 1004).
public enum Observer: Sendable, Hashable {
  case person(name: String, organization: String = "", role: CodedConcept? = nil)
  case device(uid: UID, name: String = "", manufacturer: String = "", model: String = "", serialNumber: String = "")

  /// The content items of the context.
  func items() -> [ContentItem] {
    let context = Relationship.hasObservationContext
    var items: [ContentItem] = []
    func add(_ concept: CodedConcept, _ text: String) {
      if !text.isEmpty { items.append(ContentItem(context, concept, .text(text))) }
    }
    switch self {
    case .person(let name, let organization, let role):
      items.append(ContentItem(context, ReportConcepts.observerType, .code(ReportConcepts.person)))
      items.append(ContentItem(context, ReportConcepts.personObserverName, .personName(name)))
      add(ReportConcepts.personObserverOrganization, organization)
      if let role { items.append(ContentItem(context, ReportConcepts.personObserverRole, .code(role))) }
    case .device(let uid, let name, let manufacturer, let model, let serialNumber):
      items.append(ContentItem(context, ReportConcepts.observerType, .code(ReportConcepts.device)))
      items.append(ContentItem(context, ReportConcepts.deviceObserverUID, .uidReference(uid)))
      add(ReportConcepts.deviceObserverName, name)
      add(ReportConcepts.deviceObserverManufacturer, manufacturer)
      add(ReportConcepts.deviceObserverModel, model)
      add(ReportConcepts.deviceObserverSerialNumber, serialNumber)
    }
    return items
  }

  /// Reads the observers of a container: each begins with its type, or with the name of a person.
  static func read(_ container: ContentItem) -> [Observer] {
    var observers: [Observer] = []
    for item in container.children where item.relationship == .hasObservationContext {
      switch (item.concept, item.value) {
      case (ReportConcepts.personObserverName, .personName(let name)): observers.append(.person(name: name))
      case (ReportConcepts.deviceObserverUID, .uidReference(let uid)): observers.append(.device(uid: uid))
      default:
        if let last = observers.popLast() { observers.append(last.adding(item)) }
      }
    }
    return observers
  }

  private func adding(_ item: ContentItem) -> Observer {
    switch self {
    case .person(let name, let organization, let role):
      return .person(
        name: name,
        organization: item.concept == ReportConcepts.personObserverOrganization ? item.text ?? "" : organization,
        role: item.concept == ReportConcepts.personObserverRole ? item.code : role)
    case .device(let uid, let name, let manufacturer, let model, let serialNumber):
      let text = item.text ?? ""
      return .device(
        uid: uid, name: item.concept == ReportConcepts.deviceObserverName ? text : name,
        manufacturer: item.concept == ReportConcepts.deviceObserverManufacturer ? text : manufacturer,
        model: item.concept == ReportConcepts.deviceObserverModel ? text : model,
        serialNumber: item.concept == ReportConcepts.deviceObserverSerialNumber ? text : serialNumber)
    }
  }
}

/// Whom the observations are about, where it is not the patient (TID 1006 to 1008).
public enum Subject: Sendable, Hashable {
  /// A fetus of the patient, told apart by an identifier.
  case fetus(identifier: String, mother: String = "")
  /// A specimen.
  case specimen(uid: UID, identifier: String = "")

  func items() -> [ContentItem] {
    let context = Relationship.hasObservationContext
    let subjectClass = ReportConcepts.dcm("121024", "Subject Class")
    switch self {
    case .fetus(let identifier, let mother):
      var items = [ContentItem(context, subjectClass, .code(ReportConcepts.dcm("121026", "Fetus")))]
      if !mother.isEmpty {
        items.append(ContentItem(context, ReportConcepts.dcm("121036", "Mother of fetus"), .personName(mother)))
      }
      items.append(ContentItem(context, ReportConcepts.dcm("121030", "Subject ID"), .text(identifier)))
      return items
    case .specimen(let uid, let identifier):
      var items = [ContentItem(context, subjectClass, .code(ReportConcepts.dcm("121027", "Specimen")))]
      items.append(ContentItem(context, ReportConcepts.dcm("121039", "Specimen UID"), .uidReference(uid)))
      if !identifier.isEmpty {
        items.append(ContentItem(context, ReportConcepts.dcm("121041", "Specimen Identifier"), .text(identifier)))
      }
      return items
    }
  }

  static func read(_ container: ContentItem) -> Subject? {
    func child(_ code: String) -> ContentItem? { container.child(ReportConcepts.dcm(code, "")) }
    switch child("121024")?.code?.value {
    case "121026":
      return .fetus(identifier: child("121030")?.text ?? "", mother: child("121036")?.personName ?? "")
    case "121027":
      return .specimen(uid: child("121039")?.uid ?? "", identifier: child("121041")?.text ?? "")
    default: return nil
    }
  }
}

/// The language of a document (TID 1204).
enum DocumentLanguage {
  static func item(_ tag: String) -> ContentItem {
    let meanings = [
      "en": "English", "en-US": "English (United States)", "en-GB": "English (United Kingdom)", "de": "German",
      "fr": "French", "es": "Spanish", "it": "Italian", "nl": "Dutch", "pt": "Portuguese", "ja": "Japanese",
    ]
    return ContentItem(
      .hasConceptModifier, ReportConcepts.language, .code(CodedConcept(tag, "RFC5646", meanings[tag] ?? tag)))
  }

  static func read(_ root: ContentItem) -> String? { root.child(ReportConcepts.language)?.code?.value }
}
