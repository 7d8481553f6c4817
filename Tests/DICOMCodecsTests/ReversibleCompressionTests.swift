// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMPixels
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

/// Data sets that are compressed and come back byte by byte.
@Suite struct ReversibleCompressionTests {
  struct Image: Sendable, CustomTestStringConvertible {
    var rows = 33
    var columns = 47
    var samples = 1
    var allocated = 16
    var stored = 12
    var isSigned = false
    var frames = 1
    var isPlanar = false

    var testDescription: String {
      "\(frames) × \(rows) × \(columns), \(samples) × \(allocated)/\(stored)\(isSigned ? " signed" : "")"
    }

    /// Smooth with a little noise.
    var pixels: [UInt8] {
      var bytes: [UInt8] = []
      var noise: UInt32 = 12_345
      for index in 0..<frames * rows * columns * samples {
        noise = noise &* 1_664_525 &+ 1_013_904_223
        let range = 1 << (stored - 1)
        let row = index / samples / columns
        var value = min(row % rows * range / rows + (index % 11 == 0 ? Int(noise >> 29) : 0), range - 1)
        if isSigned, row % 3 == 0 { value = -value }
        for byte in 0..<allocated / 8 { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
      }
      return bytes.count % 2 == 0 ? bytes : bytes + [0]
    }

    var dataSet: DataSet {
      var dataSet = DataSet.build([
        .sopClassUID: "1.2.840.10008.5.1.4.1.1.7", .sopInstanceUID: "1.2.3", .modality: "OT",
        .patientName: "DOE^JANE", .samplesPerPixel: .integers([samples]),
        .photometricInterpretation: .text([samples == 3 ? "RGB" : "MONOCHROME2"]), .rows: .integers([rows]),
        .columns: .integers([columns]), .bitsAllocated: .integers([allocated]), .bitsStored: .integers([stored]),
        .highBit: .integers([stored - 1]), .pixelRepresentation: .integers([isSigned ? 1 : 0]),
        .numberOfFrames: .text([String(frames)]),
      ])
      if samples == 3 { dataSet.set(.planarConfiguration, .US, integers: [isPlanar ? 1 : 0]) }
      // Sequences of both kinds of length, and private elements that no dictionary knows.
      var item = DataSet.build([.codeValue: "1", .codeMeaning: "ONE"])
      item.itemLength = DataElement.undefinedLength
      dataSet.set(.procedureCodeSequence, items: [item])
      dataSet.set(.conceptNameCodeSequence, items: [DataSet.build([.codeValue: "2"])])
      dataSet.set(Tag(0x0029, 0x0010), .LO, "SOMEBODY")
      dataSet.set(DataElement(tag: Tag(0x0029, 0x1001), vr: .UN, value: .bytes(ByteSlice([1, 2, 3, 4]))))
      dataSet.set(
        DataElement(tag: .pixelData, vr: allocated == 8 ? .OB : .OW, value: .bytes(ByteSlice(pixels))))
      dataSet.set(
        DataElement(tag: .dataSetTrailingPadding, vr: .OB, value: .bytes(ByteSlice([UInt8](repeating: 0, count: 8)))))
      return dataSet
    }
  }

  static let images: [Image] = [
    Image(), Image(allocated: 8, stored: 8), Image(rows: 31, columns: 31, allocated: 8, stored: 8),
    Image(isSigned: true), Image(stored: 16), Image(stored: 16, isSigned: true),
    Image(samples: 3, allocated: 8, stored: 8), Image(allocated: 8, stored: 8, frames: 5), Image(stored: 10, frames: 3),
    Image(rows: 31, columns: 31, samples: 3, allocated: 8, stored: 8, frames: 3),
  ]
  static let syntaxes = ["4.80", "4.70", "4.90", "4.201", "5"].map { TransferSyntax(UID("1.2.840.10008.1.2." + $0)) }

  private static func offset(_ dataSet: DataSet, _ syntax: TransferSyntax) throws -> Int {
    var head = dataSet
    head.keep { $0.tag < .pixelData }
    return try DataSetWriter.write(head, transferSyntax: syntax).count
  }

  private static func compress(
    _ image: Image, _ source: TransferSyntax, _ target: TransferSyntax, change: (inout DataSet) -> Void = { _ in }
  ) throws -> (bytes: [UInt8], ReversibleCompression.Compressed) {
    var dataSet = image.dataSet
    change(&dataSet)
    let bytes = try DataSetWriter.write(dataSet, transferSyntax: source)
    let compressed = try ReversibleCompression(to: target).compress(
      ByteSlice(bytes), from: source, pixelDataOffset: offset(dataSet, source))
    return (bytes, compressed)
  }

  @Test(arguments: images, syntaxes)
  func everyByteComesBack(_ image: Image, _ target: TransferSyntax) throws {
    for source in [TransferSyntax.explicitVRLittleEndian, .implicitVRLittleEndian] {
      let (bytes, compressed) = try Self.compress(image, source, target)
      #expect(compressed.bytes.count < bytes.count)
      #expect(compressed.form.dataSetLength == bytes.count)
      var restored: [UInt8] = []
      try ReversibleRestoration(to: compressed.form, from: target).run(
        ByteSlice(compressed.bytes), pixelDataOffset: compressed.pixelDataOffset
      ) { restored.append(contentsOf: $0) }
      #expect(restored == bytes)
      // It is what it says it is for everybody else too, and nothing else changed.
      let read = try DataSetReader.read(ByteSlice(compressed.bytes), transferSyntax: target)
      let frames = try FrameReader(read, transferSyntax: target)
      let native = try (0..<image.frames).flatMap { try frames.frame($0).bytes }
      #expect(native == Array(image.pixels.prefix(native.count)))
      var (before, after) = (image.dataSet, read)
      before.remove(.pixelData)
      after.remove(.pixelData)
      #expect(
        try DataSetWriter.write(before, transferSyntax: .explicitVRLittleEndian)
          == DataSetWriter.write(after, transferSyntax: .explicitVRLittleEndian))
    }
  }

  private func reason(_ body: () throws -> Void) -> CompressionRefusal.Reason? {
    do {
      try body()
      return nil
    } catch let refusal as CompressionRefusal {
      return refusal.reason
    } catch {
      Issue.record(error)
      return nil
    }
  }

  @Test func whatWouldNotComeBackStaysAsItIs() throws {
    let (native, target) = (TransferSyntax.explicitVRLittleEndian, Self.syntaxes[0])
    func refused(
      _ image: Image, from source: TransferSyntax = native, to target: TransferSyntax = target,
      change: @escaping (inout DataSet) -> Void = { _ in }
    ) -> CompressionRefusal.Reason? {
      reason { _ = try Self.compress(image, source, target, change: change) }
    }
    func pixels(_ bytes: [UInt8]) -> (inout DataSet) -> Void {
      { $0.set(DataElement(tag: .pixelData, vr: .OW, value: .bytes(ByteSlice(bytes)))) }
    }
    #expect(refused(Image(), from: .explicitVRBigEndian) == .notNative)
    #expect(refused(Image(samples: 3, allocated: 8, stored: 8, isPlanar: true)) == .samples)
    // Something in the spare bits, such as an overlay.
    var used = Image().pixels
    used[1] |= 0x40
    #expect(refused(Image(), change: pixels(used)) == .samples)
    #expect(refused(Image(), change: pixels(Image().pixels + [1, 2, 3, 4])) == .different)
    #expect(refused(Image(), change: pixels(Array(Image().pixels.dropLast(2)))) == .samples)
    // Padding that is no zero.
    let odd = Image(rows: 31, columns: 31, allocated: 8, stored: 8)
    #expect(refused(odd, change: pixels(Array(odd.pixels.dropLast()) + [7])) == .different)
    #expect(refused(Image(rows: 2, columns: 2, allocated: 8, stored: 8)) == .notSmaller)
    #expect(refused(Image(), change: { $0.remove(.rows) }) == .samples)
    let grouped: (inout DataSet) -> Void = { $0.set(Tag(0x0008, 0x0000), .UL, integers: [4]) }
    #expect(refused(Image(), from: .implicitVRLittleEndian, change: grouped) == .header)
  }

  /// What is cut off is missed, unless it is what stands there in its absence, as a zero does.
  @Test func damageIsNoCrash() throws {
    let (bytes, compressed) = try Self.compress(Image(frames: 2), .implicitVRLittleEndian, Self.syntaxes[0])
    let restoration = ReversibleRestoration(to: compressed.form, from: Self.syntaxes[0])
    var refused = 0
    for cut in 0..<compressed.bytes.count {
      var restored: [UInt8] = []
      do {
        try restoration.run(
          ByteSlice(Array(compressed.bytes.prefix(cut))), pixelDataOffset: compressed.pixelDataOffset
        ) { restored.append(contentsOf: $0) }
        #expect(restored == bytes)
      } catch {
        refused += 1
      }
    }
    #expect(refused >= compressed.bytes.count - 8)
  }

  @Test func onlyLosslessCodecsAreTaken() {
    for suffix in ["4.50", "4.81", "4.91", "1", "4.100"] {
      #expect(throws: CodecError.self) {
        _ = try ReversibleCompression(to: TransferSyntax(UID("1.2.840.10008.1.2." + suffix)))
      }
    }
  }
}
