// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMServices
import Testing

@testable import DICOMGateway

@Suite struct ReferenceUpdateTests {
  private func identity(_ instance: UID, _ series: UID, _ sopClass: UID) -> InstanceIdentity {
    InstanceIdentity(study: "1.2", series: series, instance: instance, sopClass: sopClass)
  }

  private func reference(_ uid: UID, frames: [String] = []) -> DataSet {
    var item = DataSet()
    item.set(.referencedSOPClassUID, .enhancedMRImageStorage)
    item.set(.referencedSOPInstanceUID, uid)
    if !frames.isEmpty { item.set(.referencedFrameNumber, .IS, frames) }
    return item
  }

  private func updated(_ dataSet: DataSet, _ view: QueryRetrieveView, _ fates: [UID: ViewFate]) -> DataSet {
    var update = ReferenceUpdate(view: view) { fates[$0] }
    var result = dataSet
    update.apply(to: &result)
    return result
  }

  private let split: [UID: ViewFate] = ["1.2.1": .split(frames: 3, sopClass: .mrImageStorage, series: "1.2.9")]

  @Test func aReferenceToFramesIsOneToEachImage() {
    var object = DataSet()
    object.set(.referencedImageSequence, items: [reference("1.2.1", frames: ["1", "3", "7"]), reference("1.2.2")])
    let items = updated(object, .classic, split).items(.referencedImageSequence)
    #expect(
      items.map { $0.uid(.referencedSOPInstanceUID) } == [
        ViewUID.instance(.classic, "1.2.1", frame: 0), ViewUID.instance(.classic, "1.2.1", frame: 2), "1.2.2",
      ])
    #expect(items.map { $0.uid(.referencedSOPClassUID) }.dropLast() == [.mrImageStorage, .mrImageStorage])
    #expect(items.allSatisfy { $0[.referencedFrameNumber] == nil })
  }

  @Test func aReferenceToNoFrameIsOneToAll() {
    var object = DataSet()
    object.set(.referencedImageSequence, items: [reference("1.2.1")])
    #expect(updated(object, .classic, split).items(.referencedImageSequence).count == 3)
  }

  @Test func aContentItemRefersToOneImage() {
    var content = DataSet()
    content.set(.valueType, .CS, "IMAGE")
    content.set(.referencedSOPSequence, items: [reference("1.2.1", frames: ["2", "3"])])
    var object = DataSet()
    object.set(.contentSequence, items: [content])
    let items = updated(object, .classic, split).items(.contentSequence)
    #expect(items.count == 2)
    #expect(items.allSatisfy { $0.items(.referencedSOPSequence).count == 1 && $0.string(.valueType) == "IMAGE" })
  }

  @Test func seriesAreSplitAndListTheirInstancesOnce() {
    let joined = identity("1.2.8", "1.2.88", .legacyConvertedEnhancedMRImageStorage)
    let copy = identity("1.2.7", "1.2.77", .mrImageStorage)
    let fates: [UID: ViewFate] = [
      "1.2.1": .joined(joined, frame: 0), "1.2.2": .joined(joined, frame: 1), "1.2.3": .updated(copy),
    ]
    var series = DataSet()
    series.set(.seriesInstanceUID, "1.2.5")
    series.set(
      .referencedSOPSequence,
      items: [reference("1.2.1"), reference("1.2.2"), reference("1.2.3"), reference("1.2.4")])
    var object = DataSet()
    object.set(.referencedSeriesSequence, items: [series])
    let items = updated(object, .enhanced, fates).items(.referencedSeriesSequence)
    #expect(items.map { $0.uid(.seriesInstanceUID) } == ["1.2.88", "1.2.77", "1.2.5"])
    #expect(
      items.map { $0.items(.referencedSOPSequence).map { $0.uid(.referencedSOPInstanceUID) } } == [
        ["1.2.8"], ["1.2.7"], ["1.2.4"],
      ])
    #expect(items[0].items(.referencedSOPSequence)[0][.referencedFrameNumber] == nil)
  }

  @Test func framesOfOneImageAreNamedTogether() {
    let joined = identity("1.2.8", "1.2.88", .legacyConvertedEnhancedMRImageStorage)
    var object = DataSet()
    object.set(.referencedImageSequence, items: [reference("1.2.1"), reference("1.2.2")])
    let items = updated(
      object, .enhanced, ["1.2.1": .joined(joined, frame: 4), "1.2.2": .joined(joined, frame: 0)]
    ).items(.referencedImageSequence)
    #expect(items.count == 1)
    #expect(items.first?.strings(.referencedFrameNumber) == ["5", "1"])
    #expect(items.first?.uid(.referencedSOPClassUID) == .legacyConvertedEnhancedMRImageStorage)
  }

  @Test func sourcesOfAConversionStayAsTheyAre() {
    var object = DataSet()
    object.set(.conversionSourceAttributesSequence, items: [reference("1.2.1")])
    #expect(updated(object, .classic, split) == object)
  }

  @Test func manyFramesDoNotFillTheMemory() {
    let many: [UID: ViewFate] = ["1.2.1": .split(frames: 65_536, sopClass: .mrImageStorage, series: "1.2.9")]
    var object = DataSet()
    object.set(.referencedImageSequence, items: Array(repeating: reference("1.2.1"), count: 100))
    let items = updated(object, .classic, many).items(.referencedImageSequence)
    #expect(items.count == 3 * 65_536 + 97)
  }

  @Test func uidsAreTheSameEachTimeAndForNothingElse() {
    let uid = ViewUID.instance(.classic, "1.2.3", frame: 4)
    #expect(uid == ViewUID.instance(.classic, "1.2.3", frame: 4))
    #expect(uid.isValid && ViewUID.isOne(uid))
    let others = [
      ViewUID.instance(.enhanced, "1.2.3", frame: 4), ViewUID.instance(.classic, "1.2.3", frame: 5),
      ViewUID.instance(.classic, "1.2.3"), ViewUID.series(.classic, "1.2.3"), ViewUID.joined(.classic, ["1.2.3"]),
      ViewUID.instance(.classic, "1.2.34"),
    ]
    #expect(Set(others + [uid]).count == others.count + 1)
    #expect(ViewUID.joined(.enhanced, ["1.2", "1.3"]) == ViewUID.joined(.enhanced, ["1.3", "1.2"]))
    // A UUID of version 8 and the variant of RFC 9562.
    let number = UInt128(uid.rawValue.dropFirst(5)) ?? 0
    #expect(number >> 76 & 0xF == 8 && number >> 62 & 3 == 2)
  }
}
