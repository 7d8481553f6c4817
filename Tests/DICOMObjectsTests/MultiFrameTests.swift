// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMObjects
import DICOMTestKit
import Testing

@Suite struct MultiFrameTests {
  static func converted(_ prefix: String, _ number: Int) throws -> (images: [DataSet], dataSet: DataSet)? {
    let images = Array(try Samples.volume(prefix).prefix(6).reversed())
    guard let first = images.first else { return nil }
    return (images, try LegacyConversion.convert(images, context: Samples.context(in: first, number)))
  }

  @Test(arguments: ["ct", "mr", "pt"])
  func convertedImagesHoldTheirFrames(_ prefix: String) throws {
    guard let (images, dataSet) = try Self.converted(prefix, 71) else { return }
    let read = try Samples.reread(dataSet)
    let multiFrame = try MultiFrame(read)
    #expect(multiFrame.frames.count == images.count)
    #expect(multiFrame.stacks.map(\.frames) == [Array(0..<images.count)])
    #expect(multiFrame.framesByDimension == Array(0..<images.count))
    let classic = try ClassicFrames.split(read)
    for (index, frame) in multiFrame.frames.enumerated() {
      let source = try #require(images.first { $0.doubles(.imagePositionPatient) == frame.planePosition })
      #expect(frame.pixelMeasures?.pixelSpacing == source.doubles(.pixelSpacing))
      #expect(frame.planeOrientation == source.doubles(.imageOrientationPatient))
      #expect(frame.pixelValueTransformation?.intercept == source.double(.rescaleIntercept))
      let reference = frame.item(.conversionSourceAttributesSequence)
      #expect(reference?.uid(.referencedSOPInstanceUID) == source.uid(.sopInstanceUID))
      #expect(classic[index].bytes(.pixelData) == source.bytes(.pixelData))
      #expect(classic[index].uid(.sopClassUID) == source.uid(.sopClassUID))
      for tag: DICOMCore.Tag in [.imagePositionPatient, .rescaleSlope, .kvp, .sliceThickness, .units, .echoTime] {
        #expect(classic[index].strings(tag) == source.strings(tag), "\(tag)")
      }
    }
  }

  @Test func imagesThatDifferAreNotConverted() throws {
    guard let (images, _) = try Self.converted("ct", 72), let first = images.first else { return }
    var other = images[1]
    other.set(.rows, .US, integers: [7])
    let error = #expect(throws: ObjectError.self) {
      try LegacyConversion.convert([images[0], other], context: Samples.context(in: first))
    }
    #expect(error?.path == "Rows")
    var placeless = images[1]
    placeless.remove(.imagePositionPatient)
    #expect(throws: ObjectError.self) {
      try LegacyConversion.convert([images[0], placeless], context: Samples.context(in: first))
    }
  }

  @Test(arguments: [0, 1, 5])
  func functionalGroupsOfClassicImagesAreNoFrames(_ count: Int) throws {
    let images = try Samples.volume("ct").prefix(3).map { image in
      var image = image
      image.set(.numberOfFrames, .IS, String(count))
      image.set(.sharedFunctionalGroupsSequence, items: [.build([.rows: 1])])
      return image
    }
    guard let first = images.first else { return }
    let made = try LegacyConversion.header(of: images, context: Samples.context(in: first, 74))
    #expect(made.order.sorted() == Array(images.indices))
    #expect(
      try MultiFrame(made.dataSet).frames.map(\.planePosition)
        == made.order.map {
          images[$0].doubles(.imagePositionPatient)
        })
  }

  static let files = Corpus.files().filter { entry in
    ["1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.4.1", "1.2.840.10008.5.1.4.1.1.2.2"]
      .contains(entry.text("sop_class") ?? "") && !entry.id.hasPrefix("synthetic/sop")
  }

  @Test(arguments: files)
  func realEnhancedImagesReadAndSplit(_ entry: Corpus.Entry) throws {
    let dataSet = try Part10File.read(entry.bytes()).dataSet
    guard dataSet[.sharedFunctionalGroupsSequence] != nil else { return }
    let multiFrame = try MultiFrame(dataSet)
    #expect(!multiFrame.frames.isEmpty)
    let placed = multiFrame.frames.filter { $0.planePosition != nil && $0.planeOrientation != nil }
    #expect(placed.count == multiFrame.frames.count || placed.isEmpty)
    guard let images = try? ClassicFrames.split(dataSet) else { return }
    #expect(images.count == multiFrame.frames.count)
    #expect(images.first?.doubles(.imagePositionPatient) == multiFrame.frames[0].planePosition)
  }

  @Test func absurdNumbersOfFramesAreRefused() {
    var dataSet = DataSet.build([.numberOfFrames: 2_000_000_000])
    dataSet.set(.sharedFunctionalGroupsSequence, items: [DataSet()])
    let error = #expect(throws: ObjectError.self) { try MultiFrame(dataSet) }
    #expect(error?.code == .limitExceeded)
  }

  @Test func indexValuesMatchTheDimensions() throws {
    guard let images = try Self.converted("ct", 73)?.images else { return }
    let planes = try SourcePlane.planes(of: images)
    #expect(planes.count == images.count && planes.allSatisfy { $0.image.frames.isEmpty })
    var groups = FunctionalGroups()
    #expect(throws: ObjectError.self) { try groups.setPlaneOrientation([1, 0, 0, 1, 0, 0]) }
    #expect(throws: ObjectError.self) { try groups.set(PixelMeasures(pixelSpacing: [0, 1])) }
    #expect(throws: ObjectError.self) { try groups.set(windows: [FrameWindow(center: 0, width: 0)]) }
  }
}
