// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMObjects
import Testing

@Suite struct PresentationStateTests {
  static func grayscale() -> PresentationState {
    let image = ImageReference(Samples.image)
    var state = PresentationState(
      context: Samples.context(41), content: ContentIdentification(label: "WITH_ARROW", description: "The nodule"),
      images: [image],
      displayedAreas: [
        DisplayedArea(
          topLeft: .init(column: 5, row: 6), bottomRight: .init(column: 100, row: 90), size: .magnify(2),
          pixel: .spacing([0.5, 0.5]), images: [image])
      ])
    state.kind = .grayscale(.inverse)
    state.modality = .rescale(slope: 1, intercept: -1024, type: "HU")
    state.voi = [
      VOITransformation(windows: [FrameWindow(center: 40, width: 400, explanation: "Soft tissue")]),
      VOITransformation(tables: [LookupTable(firstMapped: -10, entries: [0, 100, 4095], bits: 12)], images: [image]),
    ]
    state.voi[0].images = [image]
    state.voi.removeLast()
    state.spatial = .init(isFlippedHorizontally: true, rotation: 90)
    state.graphics = PresentationGraphics(
      layers: [.init("MEASURE", order: 1, description: "Lines", grayscaleValue: 65_535)],
      groups: [.init(id: 1, label: "Nodule")],
      annotations: [
        GraphicAnnotation(
          layer: "MEASURE", images: [image],
          texts: [
            TextObject(
              "12 mm\nspiculated", box: .init(.init(10, 10), .init(60, 30)), anchor: .init(.init(40, 50)), group: 1,
              style: TextStyle(lab: [65_535, 32_896, 32_896], isBold: true))
          ],
          figures: [
            GraphicObject(.polyline, [.init(10, 20), .init(30.5, 40)], line: LineStyle(lab: [40_000, 1, 2])),
            GraphicObject(
              .ellipse, [.init(1, 5), .init(9, 5), .init(5, 2), .init(5, 8)], isFilled: true,
              fill: FillStyle(lab: [1, 2, 3], opacity: 0.5)),
            GraphicObject(.circle, [.init(0.5, 0.5), .init(0.75, 0.5)], units: .display),
          ])
      ])
    state.shutter = DisplayShutter(
      [.rectangular(left: 2, right: 99, upper: 3, lower: 98), .circular(row: 50, column: 50, radius: 40)])
    state.overlays = [
      OverlayPlane(
        rows: 4, columns: 6, pixels: (0..<24).map { $0 % 3 == 0 }, activationLayer: "MEASURE")
    ]
    return state
  }

  static func color() -> PresentationState {
    let image = InstanceReference(
      sopClass: .secondaryCaptureImageStorage, sopInstance: "1.2.3.4.9.7", study: "1.2.3.4", series: "1.2.3.4.9")
    return PresentationState(
      context: Samples.context(42), kind: .color(profile: ColourProfile.sRGB),
      content: ContentIdentification(label: "COLOUR"), images: [ImageReference(image)],
      displayedAreas: [DisplayedArea(bottomRight: .init(column: 100, row: 90))])
  }

  static func pseudoColor() -> PresentationState {
    let image = ImageReference(Samples.image)
    let ramp = (0..<256).map { UInt16($0 * 257) }
    var state = PresentationState(
      context: Samples.context(43),
      kind: .pseudoColor(
        PaletteColorTable(red: ramp, green: ramp.reversed(), blue: ramp.map { $0 &* 3 }),
        profile: ColourProfile.sRGB),
      content: ContentIdentification(label: "PSEUDO"), images: [image],
      displayedAreas: [DisplayedArea(bottomRight: .init(column: 100, row: 90), images: [image])])
    state.voi = [VOITransformation(windows: [FrameWindow(center: 40, width: 400)])]
    return state
  }

  static func blending() -> BlendingPresentationState {
    let ramp = (0..<1_024).map { UInt16($0 * 64) }
    return BlendingPresentationState(
      context: Samples.context(44), content: ContentIdentification(label: "FUSION"),
      underlying: .init(
        images: [ImageReference(Samples.image)],
        modality: .rescale(slope: 1, intercept: -1_024, type: "HU"),
        voi: [VOITransformation(windows: [FrameWindow(center: 40, width: 400)])]),
      superimposed: .init(
        images: [ImageReference(Samples.multiFrame, frames: [2])],
        modality: .rescale(slope: 2, intercept: 0, type: "US"),
        voi: [VOITransformation(windows: [FrameWindow(center: 500, width: 1_000)])]),
      opacity: 0.25,
      palette: PaletteColorTable(red: ramp, green: ramp.map { 65_472 - $0 }, blue: ramp.map { $0 &* 3 }),
      profile: ColourProfile.sRGB, displayedAreas: [DisplayedArea(bottomRight: .init(column: 100, row: 90))])
  }

  @Test func blendingReadsAsItWasBuilt() throws {
    let state = Self.blending()
    let read = try BlendingPresentationState(Samples.reread(state.dataSet()))
    #expect(read.underlying == state.underlying && read.superimposed == state.superimposed)
    #expect(read.palette == state.palette && read.opacity == 0.25 && read.profile.count > 300)
    #expect(read.content == state.content && read.displayedAreas.count == 1)
    var wrong = state
    wrong.opacity = 1.5
    #expect(throws: ObjectError.self) { try wrong.dataSet() }
    wrong = state
    wrong.palette.bits = 8
    #expect(throws: ObjectError.self) { try wrong.dataSet() }
    #expect(throws: ObjectError.self) { try BlendingPresentationState(Self.color().dataSet()) }
  }

  @Test func statesReadAsTheyWereBuilt() throws {
    for state in [Self.grayscale(), Self.color(), Self.pseudoColor()] {
      let read = try PresentationState(Samples.reread(state.dataSet()))
      #expect(read.kind == state.kind && read.images == state.images && read.content == state.content)
      #expect(read.displayedAreas == state.displayedAreas || read.displayedAreas.count == 1)
      #expect(read.modality == state.modality && read.voi.map(\.windows) == state.voi.map(\.windows))
      #expect(read.spatial == state.spatial && read.shutter == state.shutter && read.overlays == state.overlays)
      #expect(read.graphics.layers == state.graphics.layers && read.graphics.groups == state.graphics.groups)
      #expect(read.graphics.annotations.map(\.figures) == state.graphics.annotations.map(\.figures))
      #expect(read.graphics.annotations.map(\.texts) == state.graphics.annotations.map(\.texts))
      #expect(read.context.created == state.context.created)
    }
  }

  @Test func tablesOfEveryFormAreWritten() throws {
    var state = Self.grayscale()
    let big = LookupTable(firstMapped: 0, entries: (0..<65_536).map { UInt16($0) })
    let signed = LookupTable(firstMapped: -40_00, entries: (0..<40_000).map { UInt16($0) })
    state.kind = .grayscale(.table(big))
    state.voi = [VOITransformation(tables: [signed])]
    let read = try PresentationState(Samples.reread(state.dataSet()))
    #expect(read.kind == state.kind)
    #expect(read.voi.first?.tables == [signed])
    state.kind = .grayscale(.table(signed))
    #expect(throws: ObjectError.self) { try state.dataSet() }
    state.kind = .grayscale(.table(LookupTable(firstMapped: 0, entries: [256], bits: 8)))
    #expect(throws: ObjectError.self) { try state.dataSet() }
  }

  @Test func rulesAreKept() {
    func error(_ change: (inout PresentationState) -> Void) -> ObjectError? {
      var state = Self.grayscale()
      change(&state)
      return #expect(throws: ObjectError.self) { try state.dataSet() }
    }
    #expect(error { $0.spatial?.rotation = 45 }?.path == "ImageRotation")
    #expect(error { $0.graphics.layers = [] }?.path == "GraphicAnnotationSequence[0].GraphicLayer")
    #expect(error { $0.images = [] }?.path == "ReferencedSeriesSequence")
    #expect(error { $0.displayedAreas = [] }?.path == "DisplayedAreaSelectionSequence")
    #expect(error { $0.content.label = "lower case" }?.path == "ContentLabel")
    #expect(error { $0.voi[0].windows[0].width = 0.5 }?.path == "SoftcopyVOILUTSequence[0].WindowWidth")
    #expect(
      error { $0.displayedAreas[0] = DisplayedArea(bottomRight: .init(column: 1, row: 1), size: .trueSize) }?.path
        == "DisplayedAreaSelectionSequence[0].PresentationPixelSpacing")
    let open = GraphicObject(.polyline, [.init(0, 0), .init(1, 1)], isFilled: true)
    #expect(
      error { $0.graphics.annotations[0].figures = [open] }?.path
        == "GraphicAnnotationSequence[0].GraphicObjectSequence[0].GraphicFilled")
    #expect(error { $0.overlays[0].activationLayer = "OTHER" }?.code == .invalid)
    #expect(error { $0.kind = .color(profile: ColourProfile.sRGB) }?.code == .notPermitted)
  }

  @Test func thePhantomsStateReads() throws {
    guard let dataSet = try Samples.read("synthetic/volume/gsps.dcm") else { return }
    let state = try PresentationState(dataSet)
    #expect(!state.images.isEmpty && !state.displayedAreas.isEmpty && !state.content.label.isEmpty)
    let again = try PresentationState(Samples.reread(state.dataSet()))
    #expect(again.graphics == state.graphics && again.voi == state.voi && again.images == state.images)
  }
}
