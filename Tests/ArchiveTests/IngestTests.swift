// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import Synchronization
import SystemTestKit
import Testing

@Suite struct IngestTests {
  let memory: MemoryArchive

  init() throws { memory = try MemoryArchive.started() }

  private func only(_ instance: TestInstance) throws -> StoredInstance {
    let versions = try memory.index.versions(of: instance.identity.instance)
    #expect(versions.count == 1)
    return try #require(versions.first)
  }

  @Test(arguments: [
    TransferSyntax.implicitVRLittleEndian, .explicitVRLittleEndian, .explicitVRBigEndian,
    .deflatedExplicitVRLittleEndian,
  ])
  func storesTheBytesAsReceived(_ transferSyntax: TransferSyntax) throws {
    let instance = try TestInstance(pixels: 40_000, transferSyntax: transferSyntax)
    #expect(try instance.send(to: memory.sink()) == .stored(instance.identity, version: 1))
    let stored = try only(instance)
    #expect(stored.identity == instance.identity)
    #expect(stored.transferSyntax == transferSyntax.uid)
    #expect(try memory.archive.dataSetBytes(stored) == instance.bytes)
    let file = try Part10File.read(memory.archive.readAll(stored.location))
    #expect(file.dataSet.uid(.sopInstanceUID) == instance.identity.instance)
    #expect(file.fileMetaInformation.uid(.transferSyntaxUID) == transferSyntax.uid)
    #expect(file.fileMetaInformation.uid(.mediaStorageSOPInstanceUID) == instance.identity.instance)
    #expect(file.fileMetaInformation.string(.implementationVersionName) == "MARTLET_1.0")
    #expect(file.fileMetaInformation.string(.sourceApplicationEntityTitle) == "CT1")
    #expect(Int64(file.dataSetOffset) == stored.location.dataSetOffset)
    if transferSyntax.isDeflated {
      #expect(stored.location.pixelDataOffset == nil)
    } else {
      let offset = try #require(stored.location.pixelDataOffset)
      let tag = try memory.archive.readAll(stored.location, from: offset, count: 4).array
      #expect(tag == (transferSyntax.byteOrder == .littleEndian ? [0xE0, 0x7F, 0x10, 0] : [0x7F, 0xE0, 0, 0x10]))
    }
  }

  @Test(arguments: [1, 7, 100, 16_384, 1 << 20], [true, false])
  func takesPiecesOfAnySize(_ pieces: Int, announced: Bool) throws {
    let instance = try TestInstance(pixels: 3000)
    let outcome = try instance.send(to: memory.sink(), pieces: pieces, announced: announced)
    #expect(outcome == .stored(instance.identity, version: 1))
    let stored = try only(instance)
    #expect(try memory.archive.dataSetBytes(stored) == instance.bytes)
    let file = try Part10File.read(memory.archive.readAll(stored.location))
    #expect(file.fileMetaInformation.uid(.mediaStorageSOPInstanceUID) == instance.identity.instance)
    #expect(file.fileMetaInformation.uid(.mediaStorageSOPClassUID) == instance.identity.sopClass)
  }

  @Test func keepsNoSecondCopyOfTheIdentical() throws {
    let instance = try TestInstance(pixels: 5000)
    let sink = try memory.sink()
    #expect(try instance.send(to: sink) == .stored(instance.identity, version: 1))
    #expect(try instance.send(to: sink) == .duplicate(instance.identity))
    _ = try only(instance)
    #expect(try memory.incidents.incidents(limit: 10).isEmpty)
  }

  @Test func keepsTheDifferentAsAVersion() throws {
    let first = try TestInstance(seed: 1)
    let second = try TestInstance(seed: 2)
    let sink = try memory.sink("CT2")
    #expect(try first.send(to: sink) == .stored(first.identity, version: 1))
    #expect(try second.send(to: sink) == .stored(first.identity, version: 2))
    #expect(try second.send(to: sink) == .duplicate(first.identity))
    let versions = try memory.index.versions(of: first.identity.instance)
    #expect(try versions.map { try memory.archive.dataSetBytes($0) } == [first.bytes, second.bytes])
    let incident = try #require(try memory.incidents.incidents(limit: 10).first)
    #expect(incident.kind == .conflict && incident.sender == "CT2")
    #expect(incident.instanceUID == first.identity.instance.rawValue)
  }

  /// CRC-32C is linear: a pattern of the polynomial's bits changes the bytes and not the checksum.
  @Test func equalChecksumsAreNotTakenForEqualBytes() throws {
    let first = try TestInstance(pixels: 1000)
    var second = first
    let polynomial: UInt64 = 0x1_1EDC_6F41
    for bit in 0...32 where polynomial >> (32 - UInt64(bit)) & 1 == 1 {
      second.bytes[second.bytes.count - 500 + bit / 8] ^= 1 << UInt8(bit % 8)
    }
    #expect(try first.send(to: memory.sink()) == .stored(first.identity, version: 1))
    #expect(try second.send(to: memory.sink()) == .stored(first.identity, version: 2))
    let versions = try memory.index.versions(of: first.identity.instance)
    #expect(Set(versions.map(\.dataSetChecksum)).count == 1)
    #expect(try versions.map { try memory.archive.dataSetBytes($0) } == [first.bytes, second.bytes])
  }

  @Test func refusesWhatContradictsTheRequest() throws {
    for change in [\InstanceIdentity.instance, \.sopClass] {
      var instance = try TestInstance()
      instance.identity[keyPath: change] = "1.2.999"
      guard case .refused(.mismatch(let reason)) = try instance.send(to: memory.sink()) else {
        Issue.record("was taken")
        continue
      }
      #expect(reason.contains("1.2.999"))
    }
    #expect(try memory.incidents.incidents(limit: 10).count == 2)
    #expect(memory.index.transactionCount == 0)
  }

  @Test(
    arguments: [DICOMCore.Tag.sopInstanceUID, .studyInstanceUID, .seriesInstanceUID],
    ["", "1.2.x", "..", "../../etc", ".1.2"])
  func refusesMissingAndMalformedUIDs(_ tag: DICOMCore.Tag, _ value: String) throws {
    let instance = try TestInstance { dataSet in
      if value.isEmpty { dataSet.remove(tag) } else { dataSet.set(tag, .UI, value) }
    }
    guard case .refused(.unusable(let reason)) = try instance.send(to: memory.sink()) else {
      Issue.record("was taken")
      return
    }
    let incident = try #require(try memory.incidents.incidents(limit: 10).first)
    #expect(incident.kind == .quarantined && incident.reason == reason && incident.sender == "CT1")
    let kept = try #require(memory.quarantine.bytes(incident.file))
    #expect(Array(kept.suffix(instance.bytes.count)) == instance.bytes)
    #expect(incident.size == Int64(kept.count))
  }

  @Test(arguments: [true, false])
  func refusesWhatIsNoDataSet(_ announced: Bool) throws {
    for bytes in [[], [1, 2, 3], [UInt8](repeating: 0xFF, count: 200_000), testBytes(70_000, seed: 3)] {
      var instance = try TestInstance()
      instance.bytes = bytes
      guard case .refused(.unusable) = try instance.send(to: memory.sink(), announced: announced) else {
        Issue.record("was taken")
        continue
      }
    }
    #expect(memory.index.transactionCount == 0)
  }

  @Test func forgetsWhatIsAbandoned() throws {
    let instance = try TestInstance(pixels: 100_000)
    do {
      let sink = try memory.sink()
      try sink.begin(
        affectedSOPClass: instance.identity.sopClass, affectedSOPInstance: instance.identity.instance,
        transferSyntax: instance.transferSyntax)
      try instance.bytes.withUnsafeBytes { try sink.append(UnsafeRawBufferPointer(rebasing: $0[..<1000])) }
      sink.abandon()
      #expect(try instance.send(to: sink) == .stored(instance.identity, version: 1))
      sink.close()
    }
    _ = try only(instance)
  }

  @Test func keepsAttributesInUTF8AndLittleEndian() throws {
    let instance = try TestInstance(transferSyntax: .explicitVRBigEndian) { dataSet in
      dataSet.set(.specificCharacterSet, .CS, "ISO_IR 100")
      dataSet.set(DataElement(tag: .patientName, vr: .PN, value: .bytes(ByteSlice([0x4D, 0xFC, 0x6C, 0x20]))))
    }
    try instance.send(to: memory.sink())
    let attributes = try #require(
      try memory.index.attributes(ofStudy: instance.identity.study).first?.attributes)
    #expect(attributes.string(.patientName) == "Mül")
    #expect(attributes.characterSet == .utf8)
    #expect(attributes.bytes(.patientName)?.array == Array("Mül".utf8))
    #expect(attributes.integer(.rows) == 16)
    #expect(attributes[.pixelData] == nil)
  }

  @Test func storesFromManyThreads() throws {
    let outcomes = Mutex<[IngestOutcome]>([])
    let memory = memory
    Threads.run(8) { thread in
      do {
        let sink = try memory.sink("T\(thread)")
        for number in 0..<10 {
          let own = try TestInstance(2 + thread, 1, number).send(to: sink)
          let shared = try TestInstance(1, 1, number).send(to: sink)
          outcomes.withLock { $0 += [own, shared] }
        }
      } catch {
        Issue.record(error)
      }
    }
    let all = outcomes.withLock { $0 }
    #expect(all.filter { if case .stored(_, version: 1) = $0 { true } else { false } }.count == 90)
    #expect(all.filter { if case .duplicate = $0 { true } else { false } }.count == 70)
    #expect(try memory.index.instances(InstanceSelection()).count == 90)
  }

  @Test func takesNothingBeforeStartAndAfterStop() throws {
    let fresh = MemoryArchive()
    #expect(throws: ArchiveError(.misuse, "")) { try fresh.sink() }
    memory.archive.stop()
    #expect(throws: ArchiveError(.misuse, "")) { try memory.sink() }
  }
}
