// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// An imaging measurement report (TID 1500): measurements and evaluations of findings, with their place in images.
public struct MeasurementReport: Sendable, Hashable {
  public var context: ObjectContext
  public var header: DocumentHeader
  /// A tag of RFC 5646, such as `en`.
  public var language: String
  public var observers: [Observer]
  /// The subject, where it is not the patient.
  public var subject: Subject?
  public var proceduresReported: [CodedConcept]
  /// Images that were looked at (TID 1600).
  public var imageLibrary: [ImageReference]
  public var groups: [MeasurementGroup]
  /// Statements about the whole examination.
  public var evaluations: [QualitativeEvaluation]

  public init(
    context: ObjectContext, observers: [Observer], proceduresReported: [CodedConcept], groups: [MeasurementGroup],
    language: String = "en", imageLibrary: [ImageReference] = [], evaluations: [QualitativeEvaluation] = [],
    header: DocumentHeader = DocumentHeader()
  ) {
    self.context = context
    self.header = header
    self.language = language
    self.observers = observers
    self.proceduresReported = proceduresReported
    self.imageLibrary = imageLibrary
    self.groups = groups
    self.evaluations = evaluations
  }

  /// Reads a document whose root template is 1500, or whose title is that of an imaging measurement report.
  public init(_ report: StructuredReport) throws(ObjectError) {
    let root = report.root
    guard root.template == "1500" || root.concept == ReportConcepts.imagingMeasurementReport else {
      throw ObjectError(.wrongClass, "the document is no imaging measurement report (TID 1500)")
    }
    context = report.context
    header = report.header
    language = DocumentLanguage.read(root) ?? "en"
    observers = Observer.read(root)
    subject = Subject.read(root)
    proceduresReported = root.children(ReportConcepts.procedureReported).compactMap(\.code)
    imageLibrary = root.child(ReportConcepts.imageLibrary)?.flattened.compactMap(\.image) ?? []
    groups = root.children(ReportConcepts.imagingMeasurements).flatMap(\.children).compactMap { MeasurementGroup($0) }
    evaluations = root.children(ReportConcepts.qualitativeEvaluations).flatMap(\.children)
      .compactMap { QualitativeEvaluation($0) }
  }

  /// The document: Comprehensive SR, or Comprehensive 3D SR where a region stands in space.
  public func report() throws(ObjectError) -> StructuredReport {
    guard !observers.isEmpty else {
      throw ObjectError(.missing, "a measurement report names its observer (TID 1500, row 3)")
    }
    guard !proceduresReported.isEmpty else {
      throw ObjectError(.missing, "a measurement report names the procedure reported (TID 1500, row 4)")
    }
    guard !groups.isEmpty || !evaluations.isEmpty else {
      throw ObjectError(.missing, "a measurement report has measurements or evaluations (TID 1500, rows 6 to 12)")
    }
    var items = [DocumentLanguage.item(language)]
    items += observers.flatMap { $0.items() } + (subject?.items() ?? [])
    items += proceduresReported.map {
      ContentItem(.hasConceptModifier, ReportConcepts.procedureReported, .code($0))
    }
    items.append(library())
    if !groups.isEmpty {
      var containers: [ContentItem] = []
      for group in groups { containers.append(try group.item()) }
      items.append(.container(.contains, ReportConcepts.imagingMeasurements, containers))
    }
    if !evaluations.isEmpty {
      items.append(.container(.contains, ReportConcepts.qualitativeEvaluations, evaluations.map { $0.item() }))
    }
    let isInSpace = groups.contains(where: \.usesSpace)
    return StructuredReport(
      sopClass: isInSpace ? .comprehensive3DSRStorage : .comprehensiveSRStorage, context: context, header: header,
      root: .container(nil, ReportConcepts.imagingMeasurementReport, template: "1500", items))
  }

  /// The data set of the document.
  public func dataSet() throws(ObjectError) -> DataSet { try report().dataSet() }

  private func library() -> ContentItem {
    let images = imageLibrary.map { ContentItem(.contains, nil, .image($0)) }
    let groups = images.isEmpty ? [] : [ContentItem.container(.contains, ReportConcepts.imageLibraryGroup, images)]
    return .container(.contains, ReportConcepts.imageLibrary, template: "1600", groups)
  }
}
