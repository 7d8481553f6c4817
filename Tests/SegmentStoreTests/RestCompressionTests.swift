// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile
import Foundation
import SQLStore
import SQLTestKit
import SegmentStore
import SystemTestKit
import Testing

/// Images that are compressed on their way into study files, and given back as they came.
@Suite struct RestCompressionTests {
  private let rules = ["MR=jpeg2000", "US=none", "*=jpegls"].compactMap { CompressionRule($0) }

  private func images() throws -> [TestInstance] {
    [
      try .image(1, 1, 1), try .image(1, 1, 2, side: 31, transferSyntax: .implicitVRLittleEndian),
      try .image(1, 1, 3, side: 200) { $0.set(.modality, .CS, "MR") },
      try .image(1, 1, 4) { $0.set(.modality, .CS, "US") },
      // Noise, nothing that is an image, and another body under a known UID.
      try TestInstance(1, 2, 5, pixels: 5000), try TestInstance(1, 2, 6, pixels: 0), try .image(1, 1, 1, seed: 3),
      try .image(1, 2, 7, transferSyntax: .explicitVRBigEndian),
    ]
  }

  private func settled(_ engine: Engine) throws -> (CorrectionSite, [TestInstance], LifeCycleSummary) {
    let site = try CorrectionSite(engine)
    let images = try images()
    try site.send(images)
    site.compression = rules
    return (site, images, try site.lifeCycle.run())
  }

  private func check(_ site: CorrectionSite, _ images: [TestInstance]) throws {
    for image in images {
      let found = try site.index.versions(of: image.identity.instance).map { try site.archive.dataSetBytes($0) }
      #expect(found.filter { $0 == image.bytes }.count == 1)
    }
    #expect(try site.findings().isEmpty)
  }

  @Test(arguments: Engine.available) func imagesAreCompressedByTheirModality(_ engine: Engine) throws {
    let (site, images, summary) = try settled(engine)
    #expect(summary.settled == 1 && summary.compression.compressed == 4 && summary.compression.savedBytes > 1000)
    #expect(summary.compression.kept == [.samples: 1])
    func syntaxes(_ number: Int) throws -> [UID] {
      try site.index.versions(of: images[number].identity.instance).map(\.transferSyntax)
    }
    #expect(try syntaxes(0) == ["1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.80"])
    #expect(try syntaxes(1) == ["1.2.840.10008.1.2.4.80"])
    #expect(try syntaxes(2) == ["1.2.840.10008.1.2.4.90"])
    #expect(try syntaxes(3) == ["1.2.840.10008.1.2.1"])
    #expect(try syntaxes(7) == ["1.2.840.10008.1.2.2"])
    try check(site, images)
    // What was received is told of each, and what stands there is what its file says.
    for instance in try site.index.instances(InstanceSelection()) {
      let file = try Part10File.read(site.archive.readAll(instance.location))
      #expect(file.transferSyntax.uid == instance.transferSyntax)
      #expect(file.dataSet.uid(.sopInstanceUID) == instance.identity.instance)
      let sent = images.first { $0.identity == instance.identity }
      #expect(instance.receivedTransferSyntax == sent?.transferSyntax)
    }
  }

  @Test(arguments: Engine.available) func theIndexIsBuiltFromCompressedFiles(_ engine: Engine) throws {
    let (site, images, _) = try settled(engine)
    #expect(try site.lifeCycle.run().released == 0)
    let (other, summary) = try site.reindexed()
    #expect(summary.unusable.isEmpty)
    #expect(try other.dump() == site.dump())
    try check(other, images)
  }

  /// The place before compression is still there, and both tell of one object.
  @Test(arguments: Engine.available) func originalsThatAreStillThereAreDuplicates(_ engine: Engine) throws {
    let site = try CorrectionSite(engine)
    let images = try images()
    try site.send(images)
    site.archive.stop()
    let lifeCycle = LifeCycle(
      index: site.index, store: site.store,
      options: LifeCycleOptions(quietTime: -1_000_000, releaseDelay: 60_000_000, compression: rules))
    #expect(try lifeCycle.run().compression.compressed == 4)
    let (other, summary) = try site.reindexed()
    #expect(summary.unusable.isEmpty && summary.duplicates == images.count && summary.indexed == images.count)
    try check(other, images)
  }

  @Test(arguments: Engine.available) func theSameImageAgainIsKnown(_ engine: Engine) throws {
    let (site, images, _) = try settled(engine)
    for outcome in try site.send(images) {
      guard case .duplicate = outcome else {
        Issue.record("\(outcome)")
        continue
      }
    }
    let changed = try TestInstance.image(1, 1, 2, side: 31, seed: 7, transferSyntax: .implicitVRLittleEndian)
    guard case .stored(_, let version) = try site.send([changed])[0] else {
      Issue.record("not stored")
      return
    }
    #expect(version == 2)
    try check(site, images + [changed])
    // Settled again with what is compressed already.
    let summary = try site.lifeCycle.run()
    #expect(summary.settled == 1 && summary.compression.compressed == 1)
    try check(site, images + [changed])
    #expect(try site.reindexed().site.dump() == site.dump())
  }

  @Test(arguments: Engine.available) func correctionsAreAppliedToBothForms(_ engine: Engine) throws {
    let (site, images, _) = try settled(engine)
    _ = try site.corrections.update(
      .patient(PatientKey(id: "P1")), values: [CorrectedValue(.patientName, .PN, "ROE^RICHARD")],
      by: Corrector("test"))
    for image in [images[1], images[2]] {
      let stored = try site.stored(image.identity.instance)
      let original = try DataSetReader.read(
        ByteSlice(site.archive.originalDataSet(of: stored)), transferSyntax: TransferSyntax(image.transferSyntax))
      #expect(original.string(.patientName) == "ROE^RICHARD")
      let sent = try DataSetReader.read(
        ByteSlice(image.bytes), transferSyntax: TransferSyntax(image.transferSyntax))
      #expect(original[.pixelData]?.bytes == sent[.pixelData]?.bytes)
      #expect(try site.outgoing(image.identity.instance).string(.patientName) == "ROE^RICHARD")
      let object = try site.archive.original(stored)
      #expect(Int(object.count) == (try site.archive.originalDataSet(of: stored)).count)
    }
    try check(site, images)
    #expect(try site.reindexed().site.dump() == site.dump())
  }

  /// The manifest tells what each member was, and is held to it.
  @Test func aStopDoesNotWaitForTheWholeStudy() throws {
    let site = try CorrectionSite(.sqlite)
    let images = try images()
    try site.send(images)
    site.compression = rules
    var asked = 0
    let stopped = try site.lifeCycle.run {
      asked += 1
      return asked > 3
    }
    #expect(asked == 4 && stopped.settled == 0 && stopped.unsettled.isEmpty)
    try check(site, images)
    #expect(try site.lifeCycle.run().settled == 1)
    try check(site, images)
  }

  @Test func theManifestTellsOfIt() throws {
    let (site, images, _) = try settled(.sqlite)
    let file = try site.stored(images[0].identity.instance).location.file
    let seal = try #require(try site.store.seal(of: file, readsBodies: true))
    #expect(seal.contradiction == nil)
    let manifest = String(decoding: seal.manifest, as: UTF8.self)
    #expect(manifest.components(separatedBy: "\"original\":\"1.2.840.10008.1.2.1 ").count - 1 == 3)
    #expect(manifest.components(separatedBy: "\"original\":\"1.2.840.10008.1.2 ").count - 1 == 1)
  }

  /// What cannot be decoded any more is an error, not another image.
  @Test func damageIsFound() throws {
    let (site, images, _) = try settled(.sqlite)
    let location = try site.stored(images[2].identity.instance).location
    let file = try FileHandle(forUpdating: URL(filePath: site.folder.path + "/" + location.file))
    try file.seek(toOffset: UInt64(location.offset + location.length - 400))
    try file.write(contentsOf: Data(repeating: 0xFF, count: 300))
    try file.synchronize()
    #expect(try site.findings().map(\.kind) == [.damaged])
  }
}
