// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMObjects
import Testing

/// The examples of the library's article.
struct ObjectsExample {
  func measurementReport(of image: DataSet, length: Double, line: SpatialCoordinates) throws -> DataSet {
    let equipment = Equipment(manufacturer: "Example", modelName: "Viewer", serialNumber: "1", softwareVersion: "1.0")
    let context = ObjectContext(inStudyOf: image, series: Series(number: 900), equipment: equipment)
    let place = ImageRegion(line, on: ImageReference(try InstanceReference(to: image)))
    let nodule = MeasurementGroup(
      trackingIdentifier: "Lesion 1", finding: CodedConcept("27925004", "SCT", "Nodule"), region: .planar(place),
      measurements: [Measurement(CodedConcept("410668003", "SCT", "Length"), length, .unit("mm"))])
    let report = MeasurementReport(
      context: context, observers: [.person(name: "Reader^One")],
      proceduresReported: [CodedConcept("77477000", "SCT", "Computed tomography")], groups: [nodule])
    return try report.dataSet()
  }

  func page(of file: ByteSlice) throws -> String {
    let report = try StructuredReport(Part10File.read(file).dataSet)
    return ReportHTML.render(report) { instance, frames in
      "/viewer?instance=\(instance.sopInstance)&frame=\(frames.first ?? 1)"
    }
  }

  func pixelCounts(of dataSet: DataSet) throws -> [String: Int] {
    let segmentation = try Segmentation(dataSet)
    var counts: [String: Int] = [:]
    for segment in segmentation.segments {
      for frame in segmentation.frames(of: segment.number) {
        counts[segment.label, default: 0] += try segmentation.mask(frame, segment: segment.number).count { $0 }
      }
    }
    return counts
  }

  @Test func theExamplesDoWhatTheArticleSays() throws {
    guard let image = try Samples.volume("ct").first else { return }
    let line = SpatialCoordinates(.polyline, [.init(10, 10), .init(20, 10)])
    let dataSet = try measurementReport(of: image, length: 12.5, line: line)
    let html = try page(
      of: ByteSlice(DataSetWriter.writeFile(dataSet, transferSyntax: .explicitVRLittleEndian)))
    #expect(html.contains("12.5 mm") && html.contains("href=\"/viewer?instance="))
    #expect(throws: ObjectError.self) {
      try measurementReport(of: image, length: 1, line: SpatialCoordinates(.polyline, []))
    }
    guard let segmentation = try SegmentationTests.binary() else { return }
    #expect(try (pixelCounts(of: segmentation.dataSet())["Body"] ?? 0) > 1000)
  }
}
