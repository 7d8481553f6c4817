// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A report in words with headings (TID 2000, Basic Diagnostic Imaging Report, as Basic Text SR).
public struct BasicTextReport: Sendable, Hashable {
  /// A heading of CID 7001 with its paragraphs.
  public struct Section: Sendable, Hashable {
    /// Such as `.findings`.
    public var heading: CodedConcept
    public var paragraphs: [String]
    /// Images that the paragraphs cite.
    public var images: [ImageReference]

    public init(_ heading: CodedConcept, _ paragraphs: [String], images: [ImageReference] = []) {
      self.heading = heading
      self.paragraphs = paragraphs
      self.images = images
    }

    /// The concept of a paragraph below a heading (CID 7002): findings below Findings, and so on.
    var element: CodedConcept {
      switch heading {
      case BasicTextReport.impressions: ReportConcepts.dcm("121073", "Impression")
      case BasicTextReport.recommendations: ReportConcepts.dcm("121075", "Recommendation")
      case BasicTextReport.conclusions: ReportConcepts.dcm("121077", "Conclusion")
      case BasicTextReport.procedures, BasicTextReport.priorProcedures:
        ReportConcepts.dcm("121065", "Procedure Description")
      case BasicTextReport.previousFindings: ReportConcepts.dcm("121069", "Previous Finding")
      case BasicTextReport.history, BasicTextReport.request, BasicTextReport.patientPresentation: heading
      default: ReportConcepts.finding
      }
    }
  }

  /// Headings of CID 7001.
  public static let history = CodedConcept("11329-0", "LN", "History")
  public static let request = CodedConcept("55115-0", "LN", "Request")
  public static let patientPresentation = CodedConcept("55108-5", "LN", "Patient Presentation")
  public static let indications = CodedConcept("18785-6", "LN", "Indications for Procedure")
  public static let procedures = CodedConcept("55111-9", "LN", "Current Procedure Descriptions")
  public static let priorProcedures = CodedConcept("55114-3", "LN", "Prior Procedure Descriptions")
  public static let previousFindings = CodedConcept("18834-2", "LN", "Previous Findings")
  public static let findings = CodedConcept("59776-5", "LN", "Findings")
  public static let impressions = CodedConcept("19005-8", "LN", "Impressions")
  public static let recommendations = CodedConcept("18783-1", "LN", "Recommendations")
  public static let conclusions = CodedConcept("55110-1", "LN", "Conclusions")
  public static let addendum = CodedConcept("55107-7", "LN", "Addendum")

  public var context: ObjectContext
  public var header: DocumentHeader
  /// The document title (CID 7000).
  public var title: CodedConcept
  /// A tag of RFC 5646, such as `en`.
  public var language: String
  public var observers: [Observer]
  public var proceduresReported: [CodedConcept]
  public var sections: [Section]

  public init(
    context: ObjectContext, observers: [Observer], sections: [Section],
    title: CodedConcept = CodedConcept("18748-4", "LN", "Diagnostic Imaging Report"), language: String = "en",
    proceduresReported: [CodedConcept] = [], header: DocumentHeader = DocumentHeader()
  ) {
    self.context = context
    self.header = header
    self.title = title
    self.language = language
    self.observers = observers
    self.proceduresReported = proceduresReported
    self.sections = sections
  }

  /// Reads the sections of any document whose root holds containers of texts.
  public init(_ report: StructuredReport) throws(ObjectError) {
    guard let title = report.root.concept else {
      throw ObjectError(.missing, .conceptNameCodeSequence, "the document has no title")
    }
    context = report.context
    header = report.header
    self.title = title
    language = DocumentLanguage.read(report.root) ?? "en"
    observers = Observer.read(report.root)
    proceduresReported = report.root.children(ReportConcepts.procedureReported).compactMap(\.code)
    sections = report.root.children.compactMap { item in
      guard case .container = item.value, let heading = item.concept else { return nil }
      return Section(heading, item.children.compactMap(\.text), images: item.flattened.compactMap(\.image))
    }
  }

  /// The document.
  public func report() throws(ObjectError) -> StructuredReport {
    guard !observers.isEmpty else {
      throw ObjectError(.missing, "a report names its observer (TID 2000, row 5)")
    }
    var items = [DocumentLanguage.item(language)]
    items += proceduresReported.map { ContentItem(.hasConceptModifier, ReportConcepts.procedureReported, .code($0)) }
    items += observers.flatMap { $0.items() }
    for section in sections {
      guard !section.paragraphs.isEmpty || !section.images.isEmpty else {
        throw ObjectError(.missing, "the section \(section.heading.meaning) is empty (TID 2002)")
      }
      let texts = section.paragraphs.map { ContentItem(.contains, section.element, .text($0)) }
      let images = section.images.map { ContentItem(.contains, nil, .image($0)) }
      items.append(.container(.contains, section.heading, texts + images))
    }
    return StructuredReport(
      sopClass: .basicTextSRStorage, context: context, header: header,
      root: .container(nil, title, template: "2000", items))
  }

  /// The data set of the document.
  public func dataSet() throws(ObjectError) -> DataSet { try report().dataSet() }
}
