// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMMedia
import Testing

@Suite struct DirectoryTests {
  private func written() throws -> (FileSetDirectory, [UInt8]) {
    let directory = try MediaSamples.builder().directory(instance: "2.25.77")
    return (directory, try directory.encoded())
  }

  @Test func aDirectoryIsReadAsItWasWritten() throws {
    let (directory, bytes) = try written()
    let result = try DirectoryReader.read(ByteSlice(bytes))
    #expect(result.findings.isEmpty)
    #expect(result.directory.fileSetID == "TEST" && result.directory.instance == "2.25.77")
    #expect(result.directory.allRecords.map(\.type) == directory.allRecords.map(\.type))
    #expect(result.directory.referencedFiles.map(\.reference) == directory.referencedFiles.map(\.reference))
    for (one, other) in zip(result.directory.allRecords, directory.allRecords) {
      #expect(one.keys.elements.map(\.tag) == other.keys.elements.map(\.tag))
    }
    #expect(result.directory.records.first?.keys.string(.patientName) == "Müller^Anna")
    #expect(try result.directory.encoded() == bytes)
  }

  @Test func offsetsAreThoseOfItems() throws {
    let (_, bytes) = try written()
    let file = try Part10File.read(ByteSlice(bytes))
    #expect(file.transferSyntax == .explicitVRLittleEndian)
    var offsets = file.dataSet.items(.directoryRecordSequence).flatMap { item in
      [DICOMCore.Tag.offsetOfTheNextDirectoryRecord, .offsetOfReferencedLowerLevelDirectoryEntity].compactMap {
        item.integer($0)
      }
    }
    offsets += [
      DICOMCore.Tag.offsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity,
      .offsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity,
    ].compactMap { file.dataSet.integer($0) }
    let named = Set(offsets.filter { $0 != 0 })
    // Each record but none twice is named by an offset.
    #expect(named.count == file.dataSet.items(.directoryRecordSequence).count)
    for offset in named { #expect(Array(bytes[offset..<offset + 4]) == [0xFE, 0xFF, 0x00, 0xE0]) }
  }

  @Test(arguments: [
    DICOMCore.Tag.offsetOfTheNextDirectoryRecord, .offsetOfReferencedLowerLevelDirectoryEntity,
    .offsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity,
  ])
  func wrongOffsetsAreBorne(_ tag: DICOMCore.Tag) throws {
    let (directory, bytes) = try written()
    let place = try #require(MediaSamples.value(of: tag, in: bytes))
    for wrong in [UInt32(7), 0x7FFF_FFFF, UInt32(bytes.count)] {
      let result = try DirectoryReader.read(ByteSlice(MediaSamples.patch(bytes, at: place, wrong)))
      #expect(result.findings.contains { $0.kind == .wrongOffset })
      #expect(result.directory.referencedFiles.count == directory.referencedFiles.count)
      #expect(result.directory.allRecords.map(\.type) == directory.allRecords.map(\.type))
    }
  }

  @Test func cyclesEnd() throws {
    let (directory, bytes) = try written()
    let file = try Part10File.read(ByteSlice(bytes))
    let first = try #require(file.dataSet.integer(.offsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity))
    for number in 0..<12 {
      guard let place = MediaSamples.value(of: .offsetOfTheNextDirectoryRecord, number, in: bytes) else { break }
      let result = try DirectoryReader.read(ByteSlice(MediaSamples.patch(bytes, at: place, UInt32(first))))
      #expect(result.findings.contains { $0.kind == .cycle })
      #expect(result.directory.referencedFiles.count == directory.referencedFiles.count)
    }
  }

  @Test func aFirstOffsetOfZeroLosesNothing() throws {
    let (directory, bytes) = try written()
    let tag = DICOMCore.Tag.offsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity
    let place = try #require(MediaSamples.value(of: tag, in: bytes))
    let result = try DirectoryReader.read(ByteSlice(MediaSamples.patch(bytes, at: place, 0)))
    #expect(result.directory.referencedFiles.count == directory.referencedFiles.count)
    #expect(result.findings.contains { $0.kind == .unreachedRecord })
  }

  @Test func aFileNamedByARecordOfItsOwnIsFound() throws {
    var keys = DataSet()
    keys.set(.instanceNumber, .IS, "1")
    var shared = DataSet()
    shared.set(.directoryRecordType, .CS, "MRDR")
    shared.set(.recordInUseFlag, .US, integers: [0xFFFF])
    shared.set(.referencedFileID, .CS, ["DICOM", "IM1"])
    shared.set(.referencedSOPInstanceUIDInFile, "2.25.5")
    var record = DataSet()
    record.set(.directoryRecordType, .CS, "PATIENT")
    record.set(.recordInUseFlag, .US, integers: [0xFFFF])
    var root = DataSet()
    func bytes(_ first: Int, _ multi: Int) throws -> [UInt8] {
      record.set(.mrdrDirectoryRecordOffset, .UL, integers: [multi])
      root.set(.offsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity, .UL, integers: [first])
      root.set(.directoryRecordSequence, items: [shared, record])
      return try DataSetWriter.writeFile(root, transferSyntax: .explicitVRLittleEndian)
    }
    let draft = try bytes(0, 0)
    let starts = (0..<draft.count - 4).filter { Array(draft[$0..<$0 + 4]) == [0xFE, 0xFF, 0x00, 0xE0] }
    let result = try DirectoryReader.read(ByteSlice(bytes(starts[1], starts[0])))
    #expect(result.directory.records.map(\.type) == [.patient])
    #expect(result.directory.records.first?.reference?.fileID.path == "DICOM/IM1")
    #expect(result.findings.map(\.kind) == [.multiReferencedFile])
  }

  @Test func recordsThatAreNotInUseDoNotCount() throws {
    var directory = try MediaSamples.builder().directory()
    directory.records[1].isInUse = false
    let read = try DirectoryReader.read(ByteSlice(directory.encoded())).directory
    #expect(read.records.map(\.isInUse) == [true, false])
  }

  @Test func limitsHold() throws {
    let (_, bytes) = try written()
    #expect(throws: MediaError(.limitExceeded, "")) {
      try DirectoryReader.read(ByteSlice(bytes), limits: DirectoryLimits(records: 3))
    }
    #expect(throws: MediaError(.notADirectory, "")) { try DirectoryReader.read(ByteSlice([1, 2, 3])) }
    var image = DataSet()
    image.set(.sopClassUID, .ctImageStorage)
    let file = try DataSetWriter.writeFile(image, transferSyntax: .explicitVRLittleEndian)
    #expect(throws: MediaError(.notADirectory, "")) { try DirectoryReader.read(ByteSlice(file)) }
    var deep = DirectoryRecord(type: .privateRecord, privateRecordUID: "2.25.1")
    for _ in 0..<40 { deep = DirectoryRecord(type: .privateRecord, privateRecordUID: "2.25.1", children: [deep]) }
    #expect(throws: MediaError(.limitExceeded, "")) { try FileSetDirectory(records: [deep]).encoded() }
  }

  @Test func everyCutIsBorne() throws {
    let (_, bytes) = try written()
    for length in stride(from: 0, to: bytes.count, by: 7) {
      _ = try? DirectoryReader.read(ByteSlice(Array(bytes[..<length])))
    }
  }

  @Test func wrongNamesAreRefused() throws {
    #expect(throws: MediaError(.invalidFileSetID, "")) { try FileSetDirectory(fileSetID: "lower").encoded() }
    #expect(throws: MediaError(.invalidFileSetID, "")) {
      try FileSetDirectory(fileSetID: "LONGER THAN 16 CH").encoded()
    }
    for wrong in [[], ["abc"], ["TOOLONGER"], ["A.B"], [""], [String](repeating: "A", count: 9)] {
      #expect(throws: MediaError(.invalidFileID, "")) { try FileID(wrong) }
    }
    #expect(try FileID(["A_1", "B2345678"]).path == "A_1/B2345678")
    for wrong in [[".."], ["A", ".."], ["A/B"], ["A\\B"], ["."], [""], [], ["A\0"]] {
      #expect(FileID(unchecked: wrong).path == nil)
    }
    #expect(FileID(unchecked: ["IMG0001.dcm"]).path == "IMG0001.dcm")
  }
}
