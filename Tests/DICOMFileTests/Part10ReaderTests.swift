// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

struct Part10ReaderTests {
  /// Every root element of every file is the one that reading the whole file gives.
  @Test(arguments: [64, 4096])
  func findsWhatTheWholeFileHas(block: Int) throws {
    var compared = 0
    for entry in Corpus.files("synthetic/") where block == 4096 || entry.id.contains("/odd/") {
      let bytes = try entry.bytes()
      guard entry.isValid, let file = try? Part10File.read(bytes), bytes.count < 200_000,
        !file.findings.map(\.leniency).contains(.unorderedTags)
      else { continue }
      var reader = try Part10Reader(bytes, blockLength: block)
      for element in file.dataSet.elements.reversed() {
        #expect(try reader.element(element.tag) == element, "\(entry.id) \(element.tag)")
      }
      #expect(try reader.element(Tag(0x0010, 0x2222)) == nil)
      #expect(try reader.allTags() == file.dataSet.elements.map(\.tag), "\(entry.id)")
      let part = try reader.dataSet([.patientName, .patientID])
      #expect(part.string(.patientName) == file.dataSet.string(.patientName))
      compared += 1
    }
    #expect(compared > 20)
  }

  /// A file with holes, which no disk has to hold.
  private struct SparseFile {
    let path: String
    private let descriptor: Int32
    private var end = 0

    init() {
      path = "/tmp/martlet-sparse-\(UInt64.random(in: 0...(.max))).dcm"
      descriptor = open(path, O_RDWR | O_CREAT | O_EXCL, 0o600)
    }

    mutating func append(_ bytes: [UInt8]) {
      end += pwrite(descriptor, bytes, bytes.count, off_t(end))
    }

    mutating func appendHole(_ count: Int) {
      end += count
      ftruncate(descriptor, off_t(end))
    }

    func remove() {
      close(descriptor)
      unlink(path)
    }
  }

  private static let image = DataSet.build([
    .specificCharacterSet: "ISO_IR 100", .sopClassUID: "1.2.3", .sopInstanceUID: "1.2.3.4",
    .patientName: .bytes([0x4D, 0xFC, 0x6C, 0x20]), .procedureCodeSequence: .items([.build([.codeValue: "A"])]),
    .rows: 1, .pixelRepresentation: 1, .smallestImagePixelValue: .typed(.SS, -2),
  ])

  @Test func itemsInheritACharacterSetThatIsLongerThanABlock() throws {
    let dataSet = DataSet.build([
      .specificCharacterSet: "ISO 2022 IR 13\\ISO 2022 IR 87", .sopClassUID: "1.2.3", .sopInstanceUID: "1.2.3.4",
      .procedureCodeSequence: .items([.build([.codeValue: "A"])]),
    ])
    let bytes = ByteSlice(try DataSetWriter.writeFile(dataSet, transferSyntax: .explicitVRLittleEndian))
    var reader = try Part10Reader(bytes, blockLength: 16)
    let whole = try Part10File.read(bytes).dataSet
    #expect(try reader.element(.procedureCodeSequence) == whole[.procedureCodeSequence])
  }

  @Test func aNameInTwoGigabytesCostsKilobytes() throws {
    for syntax in [TransferSyntax.explicitVRLittleEndian, .implicitVRLittleEndian, .explicitVRBigEndian] {
      var file = SparseFile()
      defer { file.remove() }
      file.append(try DataSetWriter.writeFile(Self.image, transferSyntax: syntax))
      let length: UInt32 = 2_500_000_000
      let pixels = DataSet.build([.pixelData: .typed(.OW, .bytes([]))])
      var header = try DataSetWriter.write(pixels, transferSyntax: syntax)
      let ordered = syntax.byteOrder == .littleEndian ? length.littleEndian : length.bigEndian
      header.replaceSubrange(header.count - 4..<header.count, with: withUnsafeBytes(of: ordered) { Array($0) })
      file.append(header)
      file.appendHole(Int(length))
      let padding = DataSet.build([.dataSetTrailingPadding: .bytes([1, 2, 3, 4])])
      file.append(try DataSetWriter.write(padding, transferSyntax: syntax))

      var reader = try Part10File.open(file.path)
      let part = try reader.dataSet([.patientName, .smallestImagePixelValue, .procedureCodeSequence])
      #expect(part.string(.patientName) == "Mül")
      #expect(part.integer(.smallestImagePixelValue) == -2)
      #expect(part.items(.procedureCodeSequence).first?.string(.codeValue) == "A")
      #expect(reader.bytesRead < 8_192)
      // What follows the pixels costs a block more.
      #expect(try reader.element(.dataSetTrailingPadding)?.bytes?.array == [1, 2, 3, 4])
      #expect(try reader.location(of: .pixelData)?.value.count == Int(length))
      #expect(reader.bytesRead < 16_384)
      #expect(reader.findings.isEmpty)
    }
  }

  @Test func fragmentsMayHaveMoreThanFourGigabytes() throws {
    var file = SparseFile()
    defer { file.remove() }
    file.append(
      try DataSetWriter.writeFile(Self.image, transferSyntax: .encapsulatedUncompressedExplicitVRLittleEndian))
    file.append([0xE0, 0x7F, 0x10, 0x00, 0x4F, 0x42, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0])
    for _ in 0..<3 {
      file.append([0xFE, 0xFF, 0x00, 0xE0, 0x00, 0x00, 0x00, 0x80])
      file.appendHole(1 << 31)
    }
    file.append([0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0, 0xFC, 0xFF, 0xFC, 0xFF, 0x4F, 0x42, 0, 0, 2, 0, 0, 0, 7, 7])
    var reader = try Part10File.open(file.path)
    #expect(try reader.element(.dataSetTrailingPadding)?.bytes?.array == [7, 7])
    #expect(try reader.location(of: .pixelData)?.value.count == 3 * (1 << 31) + 3 * 8 + 16)
    #expect(reader.bytesRead < 32_768)
    #expect(reader.findings.isEmpty)
  }

  @Test func sourcesThatFail() {
    let absent = #expect(throws: ReadError.self) { try Part10File.open("/tmp/no-such-file.dcm") }
    #expect(absent?.code == .inputFailed)
    let folder = #expect(throws: ReadError.self) { try Part10File.open("/tmp") }
    #expect(folder?.code == .inputFailed)
    let text = #expect(throws: ReadError.self) { try Part10Reader(ByteSlice(Array("no DICOM".utf8))) }
    #expect(text?.code == .notDICOM)
  }

  @Test func filesCutAnywhereAreReadAsFarAsTheyGo() throws {
    let bytes = ByteSlice(try DataSetWriter.writeFile(Self.image, transferSyntax: .explicitVRLittleEndian))
    for count in 0..<bytes.count {
      guard var reader = try? Part10Reader(bytes[0..<count], blockLength: 16) else { continue }
      for tag in Self.image.elements.map(\.tag) { _ = try? reader.element(tag) }
      _ = try? reader.allTags()
    }
  }

  @Test func deflatedDataSetsAreInflatedAsFarAsAsked() throws {
    var dataSet = DataSet.build([.sopClassUID: "1.2.3", .sopInstanceUID: "1.2.3.4", .patientName: "Far^Away"])
    var generator = SystemRandomNumberGenerator()
    let noise = (0..<1 << 20).map { _ in UInt8.random(in: 0...255, using: &generator) }
    dataSet.set(DataElement(tag: .pixelData, vr: .OB, value: .bytes(ByteSlice(noise))))
    let file = ByteSlice(try DataSetWriter.writeFile(dataSet, transferSyntax: .deflatedExplicitVRLittleEndian))
    var reader = try Part10Reader(file)
    #expect(try reader.dataSet([.patientName]).string(.patientName) == "Far^Away")
    #expect(try reader.element(.studyInstanceUID) == nil)
    #expect(reader.bytesRead < 20_000)
    #expect(try reader.element(.pixelData)?.value == .bytes(ByteSlice(noise)))
    #expect(reader.bytesRead > 1 << 20)
  }
}
