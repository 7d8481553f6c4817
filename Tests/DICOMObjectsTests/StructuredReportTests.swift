// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMObjects
import DICOMTestKit
import Testing

@Suite struct StructuredReportTests {
  /// All SR documents of the corpus that hold a tree.
  static let documents: [Corpus.Entry] = Corpus.files().filter { entry in
    let sopClass = entry.text("sop_class") ?? ""
    return sopClass.hasPrefix("1.2.840.10008.5.1.4.1.1.88") && !entry.id.hasPrefix("synthetic/sop")
  }

  @Test func theCorpusHasDocuments() { #expect(Self.documents.count >= 12) }

  @Test(arguments: documents)
  func realDocumentsReadAndRender(_ entry: Corpus.Entry) throws {
    let dataSet = try Part10File.read(entry.bytes()).dataSet
    guard dataSet[.valueType] != nil else { return }
    let report = try StructuredReport(dataSet)
    let html = ReportHTML.render(report)
    let text = ReportText.render(report)
    for item in report.root.flattened {
      if let words = item.text, let first = words.split(whereSeparator: \.isWhitespace).first, first.count > 3 {
        #expect(text.contains(first))
      }
    }
    #expect(HTMLChecker.problems(html) == [])
    let items = dataSet.contentItemCount
    #expect(report.root.flattened.count == items)
  }

  @Test(arguments: documents)
  func treesAreWrittenAsTheyWereRead(_ entry: Corpus.Entry) throws {
    let dataSet = try Part10File.read(entry.bytes()).dataSet
    guard dataSet[.valueType] != nil else { return }
    let report = try StructuredReport(dataSet)
    let again: ContentItem
    do {
      again = try ContentItem(Samples.reread(report.root.dataSet()))
    } catch let error as ObjectError {
      // A few real documents break rules that are kept when writing.
      print("\(entry): \(error)")
      #expect([.missing, .invalid, .notPermitted].contains(error.code))
      return
    }
    #expect(again.stripped == report.root.stripped)
  }

  @Test func everyValueTypeIsWrittenAndRead() throws {
    let root = ContentItem.container(nil, CodedConcept("121070", "DCM", "Findings"), Self.everyValueType)
    let report = StructuredReport(sopClass: .comprehensive3DSRStorage, context: Samples.context(), root: root)
    let read = try StructuredReport(Samples.reread(report.dataSet()))
    #expect(read.root == root)
    #expect(read.context.patient == report.context.patient)
    #expect(read.header.evidence.map(\.sopInstance).count == 3)
  }

  @Test func relationshipsAreChecked() throws {
    var report = StructuredReport(
      sopClass: .basicTextSRStorage, context: Samples.context(),
      root: .container(nil, CodedConcept("121070", "DCM"), Self.everyValueType))
    let error = #expect(throws: ObjectError.self) { try report.dataSet() }
    #expect(error?.code == .notPermitted && error?.path == "1.2" && error?.reason.contains("NUM") == true)
    report.root.children = [
      ContentItem(
        .contains, CodedConcept("121071", "DCM"), .text("a"),
        children: [ContentItem(.inferredFrom, nil, .reference([1]))])
    ]
    let reference = #expect(throws: ObjectError.self) { try report.dataSet() }
    #expect(reference?.code == .notPermitted && reference?.path == "1.1.1")
  }

  @Test func referencesHaveToPointToAnItem() throws {
    let finding = CodedConcept("121071", "DCM")
    func report(_ identifier: [Int]) -> StructuredReport {
      StructuredReport(
        sopClass: .comprehensiveSRStorage, context: Samples.context(),
        root: .container(
          nil, finding,
          [
            ContentItem(.contains, finding, .text("a")),
            ContentItem(
              .contains, finding, .text("b"), children: [ContentItem(.inferredFrom, nil, .reference(identifier))]),
          ]))
    }
    _ = try report([1, 1]).dataSet()
    #expect(throws: ObjectError.self) { try report([1, 7]).dataSet() }
    #expect(throws: ObjectError.self) { try report([1, 2]).dataSet() }
    #expect(throws: ObjectError.self) { try report([]).dataSet() }
  }

  @Test func evidenceNeedsStudyAndSeries() {
    let stray = InstanceReference(sopClass: .ctImageStorage, sopInstance: "1.2.3")
    let report = StructuredReport(
      sopClass: .comprehensiveSRStorage, context: Samples.context(),
      root: .container(nil, CodedConcept("121070", "DCM"), [ContentItem(.contains, nil, .image(ImageReference(stray)))])
    )
    let error = #expect(throws: ObjectError.self) { try report.dataSet() }
    #expect(error?.path == "CurrentRequestedProcedureEvidenceSequence" && error?.reason.contains("1.2.3") == true)
  }

  @Test func framesAndSegmentsHaveToFitTheImage() {
    func write(_ image: ImageReference) throws -> DataSet {
      try ContentItem(.contains, ReportConcepts.finding, .image(image)).dataSet()
    }
    let segmentation = InstanceReference(sopClass: .segmentationStorage, sopInstance: "1.2.3")
    for wrong in [
      ImageReference(Samples.image, frames: [1]), ImageReference(Samples.multiFrame, segments: [1]),
      ImageReference(segmentation, frames: [1], segments: [1]), ImageReference(Samples.multiFrame, frames: [0]),
    ] {
      #expect(throws: ObjectError.self) { try write(wrong) }
    }
    #expect(throws: Never.self) { try write(ImageReference(segmentation, segments: [1])) }
  }

  @Test func aVerifiedDocumentNamesWhoAndWhen() throws {
    var report = StructuredReport(
      sopClass: .basicTextSRStorage, context: Samples.context(),
      root: .container(nil, CodedConcept("121070", "DCM"), []))
    report.header.verifyingObservers = [VerifyingObserver(name: "Who^Doctor", organization: "", dateTime: "20240229")]
    let error = #expect(throws: ObjectError.self) { try report.dataSet() }
    #expect(error?.path == "VerifyingObserverSequence[0].VerifyingOrganization")
    report.header.verifyingObservers[0].organization = "Clinic"
    #expect(try report.dataSet().string(.verificationFlag) == "VERIFIED")
    report.header.completion = .partial
    #expect(throws: ObjectError.self) { try report.dataSet() }
  }

  @Test func depthIsLimited() throws {
    var item = DataSet.build([.valueType: "CONTAINER", .relationshipType: "CONTAINS"])
    for _ in 0..<150 {
      var outer = DataSet.build([.valueType: "CONTAINER", .relationshipType: "CONTAINS"])
      outer.set(.contentSequence, items: [item])
      item = outer
    }
    let error = #expect(throws: ObjectError.self) { try ContentItem(item) }
    #expect(error?.code == .limitExceeded)
  }

  /// An item of every value type.
  static var everyValueType: [ContentItem] {
    func concept(_ meaning: String) -> CodedConcept { CodedConcept("X1", "99TEST", meaning) }
    let image = ImageReference(Samples.multiFrame, frames: [1, 3])
    let waveform = InstanceReference(
      sopClass: .twelveLeadECGWaveformStorage, sopInstance: "1.2.3.4.8.1", study: "1.2.3.4", series: "1.2.3.4.8")
    let other = InstanceReference(
      sopClass: .basicTextSRStorage, sopInstance: "1.2.3.5.1", study: "1.2.3.5", series: "1.2.3.5.2")
    return [
      ContentItem(.contains, concept("Text"), .text("Zeile 1\nZeile 2 ä\\b <&>")),
      ContentItem(.contains, concept("Number"), .number(NumericValue(0.1 + 0.2, .unit("mm")))),
      ContentItem(
        .contains, concept("No number"),
        .number(NumericValue(absentBecause: CodedConcept("114000", "DCM", "Not a number")))),
      ContentItem(.contains, concept("Code"), .code(concept("Value"))),
      ContentItem(.contains, concept("Date"), .date("20240229")),
      ContentItem(.contains, concept("Time"), .time("235959.5")),
      ContentItem(.contains, concept("DateTime"), .dateTime("20240229101112.25+0100")),
      ContentItem(.hasObservationContext, concept("UID"), .uidReference("1.2.3")),
      ContentItem(.hasObservationContext, concept("Name"), .personName("Doe^Jane=山田^太郎")),
      ContentItem(
        .contains, concept("Region"), .spatialCoordinates(SpatialCoordinates(.circle, [.init(1.5, 2), .init(3, 4)])),
        children: [ContentItem(.selectedFrom, nil, .image(image))]),
      ContentItem(
        .contains, concept("Point"),
        .spatialCoordinates3D(SpatialCoordinates3D(.point, [.init(1, 2, 3)], frameOfReference: "1.2.3.4.7"))),
      ContentItem(
        .contains, concept("Span"), .temporalCoordinates(TemporalCoordinates(.segment, .seconds([0.5, 1]))),
        children: [
          ContentItem(
            .selectedFrom, nil,
            .waveform(WaveformReference(waveform, channels: [.init(group: 1, channel: 2)])))
        ]),
      ContentItem(.contains, nil, .composite(other)),
      ContentItem(.contains, nil, .image(image)),
      ContentItem(.contains, nil, .waveform(WaveformReference(waveform))),
      .container(.contains, nil, continuity: .continuous, [ContentItem(.contains, concept("Part"), .text("part"))]),
    ]
  }
}

extension ContentItem {
  /// Without study and series, which only the evidence lists know.
  var stripped: ContentItem {
    var result = self
    func strip(_ instance: InstanceReference) -> InstanceReference {
      InstanceReference(sopClass: instance.sopClass, sopInstance: instance.sopInstance)
    }
    switch value {
    case .composite(let instance): result.value = .composite(strip(instance))
    case .image(var image):
      image.instance = strip(image.instance)
      image.presentationState = image.presentationState.map(strip)
      image.realWorldValueMapping = image.realWorldValueMapping.map(strip)
      result.value = .image(image)
    case .waveform(var waveform):
      waveform.instance = strip(waveform.instance)
      result.value = .waveform(waveform)
    default: break
    }
    result.children = children.map(\.stripped)
    return result
  }
}

extension DataSet {
  /// Content items of a tree, by counting.
  var contentItemCount: Int { 1 + items(.contentSequence).reduce(0) { $0 + $1.contentItemCount } }
}
