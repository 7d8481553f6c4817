// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import Testing

import struct DICOMCore.Tag

/// The quick way through headers finds what the thorough one finds, and gives up on what it does not understand.
struct PlainHeaderScannerTests {
  private typealias Found = (outcome: PlainHeaderScanner.Outcome, values: [String?])

  private static let wanted: [Tag] = [.transferSyntaxUID, .patientName, .modality, .rows, .patientID]

  private static func file(_ syntax: TransferSyntax, _ change: (inout DataSet) -> Void = { _ in }) throws -> [UInt8] {
    var dataSet = DataSet()
    dataSet.set(.sopClassUID, UID("1.2.840.10008.5.1.4.1.1.7"))
    dataSet.set(.sopInstanceUID, UID("1.2.3.4"))
    dataSet.set(.modality, .CS, "OT")
    var item = DataSet()
    var inner = DataSet()
    inner.set(.codeValue, .SH, "T-1")
    item.set(.conceptNameCodeSequence, items: [inner])
    dataSet.set(.referencedStudySequence, items: [item, DataSet()])
    dataSet.set(.patientName, .PN, "Plain^Header")
    dataSet.set(.patientID, .LO, "7")
    dataSet.set(.rows, .US, integers: [12])
    change(&dataSet)
    return FileMetaInformation.encode(
      sopClass: "1.2.840.10008.5.1.4.1.1.7", sopInstance: "1.2.3.4", transferSyntax: syntax.uid)
      + (try DataSetWriter.write(dataSet, transferSyntax: syntax))
  }

  private static func scan(_ bytes: [UInt8], count: Int? = nil) -> Found {
    let scanner = PlainHeaderScanner(wanted: wanted)
    var places = [PlainHeaderScanner.Place?](repeating: nil, count: scanner.wanted.count)
    let outcome = bytes.withUnsafeBytes { all in
      let part = UnsafeRawBufferPointer(rebasing: all[..<(count ?? all.count)])
      return places.withUnsafeMutableBufferPointer { scanner.scan(part, isWhole: part.count == all.count, into: $0) }
    }
    let values = places.map { place in
      place.map { String(decoding: bytes[$0.offset..<$0.offset + $0.count], as: UTF8.self) }
    }
    return (outcome, values)
  }

  @Test(arguments: [TransferSyntax.explicitVRLittleEndian, .implicitVRLittleEndian])
  func findsWhatIsWanted(_ syntax: TransferSyntax) throws {
    let found = Self.scan(try Self.file(syntax))
    #expect(found.outcome == .complete)
    let uid = syntax.uid.rawValue
    #expect(found.values == [uid.utf8.count % 2 == 0 ? uid : uid + "\0", "OT", "Plain^Header", "7 ", "\u{0C}\0"])
  }

  @Test(arguments: [TransferSyntax.explicitVRBigEndian, .deflatedExplicitVRLittleEndian])
  func leavesOtherEncodings(_ syntax: TransferSyntax) throws {
    #expect(Self.scan(try Self.file(syntax)).outcome == .irregular)
  }

  @Test func asksForMoreWhereverTheBytesEnd() throws {
    let bytes = try Self.file(.explicitVRLittleEndian)
    for count in 0..<bytes.count - 10 {
      let outcome = Self.scan(bytes, count: count).outcome
      #expect(outcome == .needsMore, "\(count) bytes")
    }
  }

  @Test func leavesWhatIsNoPart10File() throws {
    let bytes = try Self.file(.explicitVRLittleEndian)
    #expect(Self.scan(Array(bytes[132...])).outcome == .irregular)
    #expect(Self.scan([]).outcome == .irregular)
    #expect(Self.scan([UInt8](repeating: 0, count: 1_000)).outcome == .irregular)
  }

  /// The declared encoding is not that of the data set: only the thorough reader finds out.
  @Test func leavesWhatIsEncodedOtherwise() throws {
    let implicit = try Self.file(.implicitVRLittleEndian)
    let explicit = try Self.file(.explicitVRLittleEndian)
    let start = { (bytes: [UInt8]) in try Part10Header.parse(ByteSlice(bytes)).dataSetOffset }
    #expect(
      Self.scan(Array(explicit[..<(try start(explicit))] + implicit[(try start(implicit))...])).outcome == .irregular)
    #expect(
      Self.scan(Array(implicit[..<(try start(implicit))] + explicit[(try start(explicit))...])).outcome == .irregular)
  }

  @Test func leavesSequencesAndUnknownValues() throws {
    let scanner = PlainHeaderScanner(wanted: [.referencedStudySequence])
    let bytes = try Self.file(.explicitVRLittleEndian)
    var places: [PlainHeaderScanner.Place?] = [nil]
    let outcome = bytes.withUnsafeBytes { all in
      places.withUnsafeMutableBufferPointer { scanner.scan(all, isWhole: true, into: $0) }
    }
    #expect(outcome == .irregular)
    let unknown = try Self.file(.explicitVRLittleEndian) {
      $0.set(DataElement(tag: .patientID, vr: .UN, value: .bytes(ByteSlice([0x37, 0x20]))))
    }
    #expect(Self.scan(unknown).outcome == .irregular)
  }

  /// Whatever byte is changed, nothing is read outside, and what is said to be complete is what the file has.
  @Test func survivesChangedBytes() throws {
    let bytes = try Self.file(.explicitVRLittleEndian)
    var complete = 0
    for position in bytes.indices {
      for value: UInt8 in [0, 0xFF, bytes[position] ^ 0x10] {
        var changed = bytes
        changed[position] = value
        if Self.scan(changed).outcome == .complete { complete += 1 }
      }
    }
    #expect(complete > 0)
  }
}
