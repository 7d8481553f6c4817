// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A key object selection document (TID 2010, PS3.3 §A.35.4): images that somebody marked, and why.
public struct KeyObjectSelection: Sendable, Hashable {
  public var context: ObjectContext
  public var header: DocumentHeader
  /// Why the objects were marked (CID 7010), such as `.ofInterest`.
  public var title: CodedConcept
  /// Reasons for rejection or details of the title (CID 7011, 7012).
  public var titleModifiers: [CodedConcept]
  public var observers: [Observer]
  public var description: String
  /// What was marked: images, waveforms or other objects, in order.
  public var objects: [ContentValue]

  /// Document titles of CID 7010 that are used most.
  public static let ofInterest = ReportConcepts.dcm("113000", "Of Interest")
  public static let rejectedForQuality = ReportConcepts.dcm("113001", "Rejected for Quality Reasons")
  public static let forReferringProvider = ReportConcepts.dcm("113002", "For Referring Provider")
  public static let forSurgery = ReportConcepts.dcm("113003", "For Surgery")
  public static let forTeaching = ReportConcepts.dcm("113004", "For Teaching")
  public static let forConference = ReportConcepts.dcm("113005", "For Conference")
  public static let signedManifest = ReportConcepts.dcm("113031", "Signed Manifest")
  public static let manifest = ReportConcepts.dcm("113030", "Manifest")
  public static let rejectedForPatientSafety = ReportConcepts.dcm("113037", "Rejected for Patient Safety Reasons")
  public static let incorrectWorklistEntry = ReportConcepts.dcm("113038", "Incorrect Modality Worklist Entry")
  public static let dataRetentionPolicyExpired = ReportConcepts.dcm("113039", "Data Retention Policy Expired")

  public init(
    context: ObjectContext, title: CodedConcept = ofInterest, objects: [ContentValue], observers: [Observer] = [],
    description: String = "", titleModifiers: [CodedConcept] = []
  ) {
    self.context = context
    header = DocumentHeader()
    self.title = title
    self.titleModifiers = titleModifiers
    self.observers = observers
    self.description = description
    self.objects = objects
  }

  /// Marks images.
  public init(
    context: ObjectContext, title: CodedConcept = ofInterest, images: [ImageReference], observers: [Observer] = [],
    description: String = ""
  ) {
    self.init(
      context: context, title: title, objects: images.map { .image($0) }, observers: observers,
      description: description)
  }

  /// Reads a key object selection document.
  public init(_ report: StructuredReport) throws(ObjectError) {
    guard report.sopClass == .keyObjectSelectionDocumentStorage, let title = report.root.concept else {
      throw ObjectError(.wrongClass, .sopClassUID, "\(report.sopClass) is no key object selection document")
    }
    context = report.context
    header = report.header
    self.title = title
    titleModifiers = report.root.children(ReportConcepts.documentTitleModifier).compactMap(\.code)
    observers = Observer.read(report.root)
    description = report.root.child(ReportConcepts.keyObjectDescription)?.text ?? ""
    objects = report.root.children.filter { $0.relationship == .contains }.map(\.value).filter { !$0.instances.isEmpty }
  }

  /// The images among the objects.
  public var images: [ImageReference] {
    objects.compactMap { if case .image(let image) = $0 { image } else { nil } }
  }

  /// The document.
  public func report() throws(ObjectError) -> StructuredReport {
    guard !objects.isEmpty else {
      throw ObjectError(.missing, "a key object selection selects something (TID 2010, rows 8 to 10)")
    }
    if ContextGroup(7010)?.contains(title) == false {
      throw ObjectError(.invalid, .conceptNameCodeSequence, "\(title) is no document title of CID 7010")
    }
    var items = titleModifiers.map {
      ContentItem(.hasConceptModifier, ReportConcepts.documentTitleModifier, .code($0))
    }
    items += observers.flatMap { $0.items() }
    if !description.isEmpty {
      items.append(ContentItem(.contains, ReportConcepts.keyObjectDescription, .text(description)))
    }
    items += objects.map { ContentItem(.contains, nil, $0) }
    return StructuredReport(
      sopClass: .keyObjectSelectionDocumentStorage, context: context, header: header,
      root: .container(nil, title, template: "2010", items))
  }

  /// The data set of the document.
  public func dataSet() throws(ObjectError) -> DataSet { try report().dataSet() }
}
