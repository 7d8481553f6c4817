// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMObjects
import DICOMTestKit
import Testing

@Suite struct SegmentationTests {
  static let body = Segment(
    number: 1, label: "Body", category: CodedConcept("123037004", "SCT", "Anatomical Structure"),
    type: CodedConcept("38266002", "SCT", "Entire body"), algorithm: .automatic("threshold"),
    displayLab: [32_768, 40_000, 30_000])
  static let sphere = Segment(
    number: 2, label: "Sphere", category: CodedConcept("49755003", "SCT", "Morphologically Abnormal Structure"),
    type: CodedConcept("4147007", "SCT", "Mass"), trackingID: "Lesion 1", trackingUID: "1.2.3.4.100")

  /// Masks of the pixels above two thresholds in every fourth slice of the phantom, slices in reverse order.
  static func masks(_ images: [DataSet], _ value: (Bool, Bool) -> UInt16?) throws -> [SegmentMask] {
    var masks: [SegmentMask] = []
    for (index, image) in images.enumerated().reversed() where index % 4 == 0 {
      let plane = try SourcePlane(image)
      let stored = image.integers(.pixelData) ?? []
      let pairs = stored.map { ($0 >= 1000, $0 >= 1090) }
      for segment in 1...2 {
        let pixels = pairs.map { pair in value(segment == 1 ? pair.0 : pair.1, segment == 2) ?? 0 }
        masks.append(SegmentMask(segment: segment, plane: plane, pixels: pixels))
      }
    }
    return masks
  }

  static func binary() throws -> Segmentation? {
    let images = try Samples.volume("ct")
    guard let first = images.first else { return nil }
    return try Segmentation(
      context: Samples.context(in: first, 31), kind: .binary, segments: [body, sphere],
      masks: masks(images) { isInside, _ in isInside ? 1 : 0 })
  }

  static func fractional() throws -> Segmentation? {
    let images = try Samples.volume("ct")
    guard let first = images.first else { return nil }
    return try Segmentation(
      context: Samples.context(in: first, 32), kind: .fractional(.probability, maximum: 200), segments: [body, sphere],
      masks: masks(images) { isInside, isSphere in isInside ? (isSphere ? 150 : 200) : 0 })
  }

  static func labelMap() throws -> Segmentation? {
    let images = try Samples.volume("ct")
    guard let first = images.first else { return nil }
    let masks = try images.map { image in
      SegmentMask(
        segment: 0, plane: try SourcePlane(image),
        pixels: (image.integers(.pixelData) ?? []).map { $0 >= 1090 ? 2 : $0 >= 1000 ? 1 : 0 })
    }
    return try Segmentation(
      context: Samples.context(in: first, 33), kind: .labelMap, segments: [body, sphere], masks: masks)
  }

  @Test(arguments: [0, 1, 2])
  func segmentationsReadAsTheyWereBuilt(_ kind: Int) throws {
    guard let built = try [Self.binary(), Self.fractional(), Self.labelMap()][kind] else { return }
    let read = try Segmentation(Samples.reread(built.dataSet()))
    #expect(read.kind == built.kind && read.segments == built.segments)
    #expect(read.frameCount == built.frameCount && read.frameCount >= 20)
    for frame in 0..<read.frameCount {
      #expect(try read.samples(frame) == built.samples(frame))
      #expect(read.segmentNumber(frame) == built.segmentNumber(frame))
    }
    let isSame = read.multiFrame.frames == built.multiFrame.frames
    #expect(isSame && read.multiFrame.dimensions == built.multiFrame.dimensions)
    #expect(read.multiFrame.framesByDimension == Array(0..<read.frameCount))
    #expect(read.sourceImages.count >= 10)
  }

  @Test func everySegmentHasItsFrames() throws {
    guard let built = try Self.binary() else { return }
    #expect(built.frames(of: 1).count == 10 && built.frames(of: 2).count == 10)
    let positions = built.frames(of: 1).compactMap { built.multiFrame.frames[$0].planePosition?[2] }
    #expect(positions == positions.sorted() && positions.count == 10)
  }

  @Test func masksAreChecked() throws {
    let images = try Samples.volume("ct")
    guard let first = images.first else { return }
    let plane = try SourcePlane(first)
    let size = plane.rows * plane.columns
    func build(_ kind: Segmentation.Kind, _ segments: [Segment], _ mask: SegmentMask) throws -> Segmentation {
      try Segmentation(context: Samples.context(in: first), kind: kind, segments: segments, masks: [mask])
    }
    let full = [UInt16](repeating: 1, count: size)
    #expect(throws: Never.self) { try build(.binary, [Self.body], SegmentMask(segment: 1, plane: plane, pixels: full)) }
    let wrong: [(Segmentation.Kind, [Segment], SegmentMask, String)] = [
      (.binary, [Self.body], SegmentMask(segment: 1, plane: plane, pixels: full.map { _ in 2 }), "PixelData"),
      (.binary, [Self.body], SegmentMask(segment: 1, plane: plane, pixels: [1]), "PixelData"),
      (.binary, [Self.body], SegmentMask(segment: 2, plane: plane, pixels: full), "ReferencedSegmentNumber"),
      (.binary, [Self.sphere], SegmentMask(segment: 2, plane: plane, pixels: full), "SegmentNumber"),
      (.labelMap, [Self.sphere], SegmentMask(segment: 0, plane: plane, pixels: full), "PixelData"),
      (
        .fractional(.occupancy, maximum: 100), [Self.body],
        SegmentMask(segment: 1, plane: plane, pixels: full.map { _ in 101 }), "PixelData"
      ),
      (.binary, [], SegmentMask(segment: 1, plane: plane, pixels: full), "SegmentSequence"),
    ]
    for (kind, segments, mask, path) in wrong {
      let error = #expect(throws: ObjectError.self) { try build(kind, segments, mask) }
      #expect(error?.path == path)
    }
  }

  static let files: [Corpus.Entry] = Corpus.files().filter { entry in
    let sopClass = entry.text("sop_class") ?? ""
    return sopClass.hasPrefix("1.2.840.10008.5.1.4.1.1.66.4") && !entry.id.hasPrefix("synthetic/sop")
      || sopClass == "1.2.840.10008.5.1.4.1.1.66.7" && !entry.id.hasPrefix("synthetic/sop")
  }

  @Test(arguments: files)
  func realSegmentationsRead(_ entry: Corpus.Entry) throws {
    let file = try Part10File.read(entry.bytes())
    let reader = try FrameReader(file.dataSet, transferSyntax: file.transferSyntax)
    let segmentation = try Segmentation(file.dataSet) { try reader.frame($0) }
    #expect(!segmentation.segments.isEmpty && segmentation.frameCount > 0)
    let numbers = Set(segmentation.segments.map(\.number))
    var used: Set<Int> = []
    for frame in 0..<min(segmentation.frameCount, reader.frameCount, 4) {
      let samples: [UInt16]
      do {
        samples = try segmentation.samples(frame)
      } catch let error as CodecError where error.code == .unsupported {
        print("\(entry): \(error)")
        #expect(entry.id.contains("rle"))
        return
      }
      #expect(samples.count == segmentation.rows * segmentation.columns)
      switch segmentation.kind {
      case .binary: #expect(samples.allSatisfy { $0 <= 1 })
      case .fractional(_, let maximum): #expect(samples.allSatisfy { Int($0) <= maximum })
      case .labelMap: used.formUnion(samples.map { Int($0) })
      }
      if let number = segmentation.segmentNumber(frame) { used.insert(number) }
    }
    #expect(used.subtracting([0]).isSubset(of: numbers))
  }

  /// The phantom's label map has the volume of its sphere.
  @Test func thePhantomHasItsVolume() throws {
    guard let dataSet = try Samples.read("synthetic/volume/seg_binary.dcm") else { return }
    let segmentation = try Segmentation(dataSet)
    let sphere = try #require(segmentation.segments.first { $0.label.lowercased().contains("sphere") })
    var pixels = 0
    for frame in segmentation.frames(of: sphere.number) {
      pixels += try segmentation.mask(frame, segment: sphere.number).count { $0 }
    }
    let measures = try #require(segmentation.multiFrame.frames[0].pixelMeasures)
    let spacing = measures.spacingBetweenSlices ?? measures.sliceThickness ?? 0
    let volume = Double(pixels) * measures.pixelSpacing[0] * measures.pixelSpacing[1] * spacing
    #expect(abs(volume - 14_137) < 400, "\(volume) mm³")
  }

  @Test func parametricMapsHaveTheirValues() throws {
    guard let dataSet = try Samples.read("synthetic/volume/parametric_map_float.dcm") else { return }
    let map = try ParametricMap(dataSet)
    let values = try map.values(map.frameCount / 2)
    #expect(values.count == map.rows * map.columns && values.contains { $0.isFinite })
    let mapping = try #require(map.multiFrame.frames[0].realWorldValueMappings.first)
    #expect(!mapping.unit.value.isEmpty)
    #expect(throws: ObjectError.self) { try map.values(0, mapping: 9) }
  }

  @Test func realWorldValueMapsReadAsTheyWereBuilt() throws {
    let map = try Self.realWorldValueMap()
    let read = try RealWorldValueMap(Samples.reread(map.dataSet()))
    #expect(read.entries == map.entries)
    #expect(read.entries[0].mappings[0].value(100) == 50.5)
    #expect(read.entries[0].mappings[0].value(5000) == nil)
    #expect(read.entries[0].mappings[1].value(11) == 2)
    let broken = RealWorldValueMapping(0...10, .table([1]), unit: .unit("mm"), label: "X")
    #expect(throws: ObjectError.self) {
      try RealWorldValueMap(
        context: Samples.context(), content: ContentIdentification(label: "RWV"),
        entries: [.init(images: [ImageReference(Samples.image)], mappings: [broken])]
      ).dataSet()
    }
  }

  static func realWorldValueMap() throws -> RealWorldValueMap {
    RealWorldValueMap(
      context: Samples.context(35), content: ContentIdentification(label: "SUV"),
      entries: [
        .init(
          images: [ImageReference(Samples.image)],
          mappings: [
            RealWorldValueMapping(
              0...4095, .linear(slope: 0.5, intercept: 0.5), unit: CodedConcept("g/ml{SUVbw}", "UCUM", "SUVbw"),
              label: "SUVbw", quantity: CodedConcept("126401", "DCM", "SUVbw")),
            RealWorldValueMapping(10...12, .table([1, 2, 4]), unit: .unit("mm"), label: "TABLE"),
          ])
      ])
  }
}
