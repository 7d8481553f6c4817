// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMObjects
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Writes one object of every kind into the folder that MARTLET_OBJECTS names, for other programs to read.
@Suite struct WrittenObjectsTests {
  static func objects() throws -> [(name: String, dataSet: DataSet)] {
    var everything = StructuredReport(
      sopClass: .comprehensive3DSRStorage, context: Samples.context(21),
      root: .container(nil, CodedConcept("121070", "DCM", "Findings"), StructuredReportTests.everyValueType))
    everything.header.verifyingObservers = [
      VerifyingObserver(name: "Reader^One", organization: "Clinic", dateTime: "20240229101500")
    ]
    var text = BasicTextReport(
      context: Samples.context(22), observers: [.person(name: "Reader^One")],
      sections: [
        .init(BasicTextReport.findings, ["Kein Rundherd in der Lunge – größer als 4 mm.", "No effusion."]),
        .init(BasicTextReport.impressions, ["Normal chest."]),
      ], proceduresReported: [TemplateTests.ctOfChest])
    text.header.verifyingObservers = everything.header.verifyingObservers
    let selection = KeyObjectSelection(
      context: Samples.context(23), title: KeyObjectSelection.forTeaching,
      images: [ImageReference(Samples.multiFrame, frames: [2])], observers: [.person(name: "Reader^One")],
      description: "The nodule")
    var measurements = TemplateTests.measurementReport()
    measurements.context = Samples.context(24)
    let documents = [
      ("sr_every_type", try everything.dataSet()), ("sr_text", try text.dataSet()), ("ko", try selection.dataSet()),
      ("sr_measurements", try measurements.dataSet()), ("sr_dose", try DoseReportTests.report().dataSet()),
    ]
    return try documents + images()
  }

  private static func images() throws -> [(name: String, dataSet: DataSet)] {
    var objects = [
      ("rwvm", try SegmentationTests.realWorldValueMap().dataSet()),
      ("gsps", try PresentationStateTests.grayscale().dataSet()),
      ("csps", try PresentationStateTests.color().dataSet()),
      ("pcps", try PresentationStateTests.pseudoColor().dataSet()),
      ("bsps", try PresentationStateTests.blending().dataSet()), ("ecg", try WaveformTests.ecg().dataSet()),
      ("voice", try WaveformTests.voice(.muLaw).dataSet()), ("pdf", try EncapsulatedDocumentTests.pdf().dataSet()),
      ("cda", try EncapsulatedDocumentTests.cda().dataSet()), ("stl", try EncapsulatedDocumentTests.stl().dataSet()),
    ]
    let segmentations = [
      ("seg_binary", try SegmentationTests.binary()), ("seg_fractional", try SegmentationTests.fractional()),
      ("seg_labelmap", try SegmentationTests.labelMap()),
    ]
    for (name, segmentation) in segmentations {
      if let segmentation { objects.append((name, try segmentation.dataSet())) }
    }
    for prefix in ["ct", "mr", "pt"] {
      if let converted = try MultiFrameTests.converted(prefix, 74) {
        objects.append(("legacy_\(prefix)", converted.dataSet))
        objects.append(("classic_\(prefix)", try ClassicFrames.split(converted.dataSet)[0]))
      }
    }
    return objects
  }

  @Test func everyObjectIsWritten() throws {
    for (name, dataSet) in try Self.objects() {
      let bytes = try DataSetWriter.writeFile(dataSet, transferSyntax: .explicitVRLittleEndian)
      let read = try Part10File.read(ByteSlice(bytes))
      #expect(read.findings.isEmpty, "\(name)")
      let isSame = read.dataSet.elements == dataSet.elements
      #expect(isSame, "\(name)")
      guard let folder = getenv("MARTLET_OBJECTS").map({ String(cString: $0) }) else { continue }
      let path = "\(folder)/\(name).dcm"
      let file = try #require(fopen(path, "wb"), "\(path) cannot be written")
      #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
      fclose(file)
    }
  }
}
