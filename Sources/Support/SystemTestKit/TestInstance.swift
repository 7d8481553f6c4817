// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMTestKit

/// An instance to be sent to an archive, made in a line.
public struct TestInstance: Sendable {
  public var identity: InstanceIdentity
  public var transferSyntax: UID
  /// The encoded data set.
  public var bytes: [UInt8]

  /// - Parameters:
  ///   - pixels: bytes of pixel data that follow from `seed`; 0 makes none.
  ///   - change: changes the data set before it is encoded.
  public init(
    _ study: Int = 1, _ series: Int = 1, _ number: Int = 1, pixels: Int = 512, seed: UInt64 = 0,
    transferSyntax: TransferSyntax = .explicitVRLittleEndian, change: (inout DataSet) -> Void = { _ in }
  ) throws {
    identity = InstanceIdentity(
      study: UID("1.2.\(study)"), series: UID("1.2.\(study).\(series)"),
      instance: UID("1.2.\(study).\(series).\(number)"), sopClass: "1.2.840.10008.5.1.4.1.1.2")
    self.transferSyntax = transferSyntax.uid
    var dataSet = DataSet.build(
      [
        .sopClassUID: .text([identity.sopClass.rawValue]), .sopInstanceUID: .text([identity.instance.rawValue]),
        .modality: "CT", .patientName: "DOE^JANE", .patientID: .text(["P\(study)"]),
        .studyInstanceUID: .text([identity.study.rawValue]), .seriesInstanceUID: .text([identity.series.rawValue]),
        .seriesNumber: .integers([series]), .instanceNumber: .integers([number]), .rows: 16, .columns: 16,
      ], byteOrder: transferSyntax.byteOrder)
    if pixels > 0 {
      dataSet.set(DataElement(tag: .pixelData, vr: .OW, value: .bytes(ByteSlice(testBytes(pixels, seed: seed)))))
    }
    change(&dataSet)
    bytes = try DataSetWriter.write(dataSet, transferSyntax: transferSyntax)
  }

  /// A grey image of 12 bits that compresses well.
  /// - Parameter side: rows and columns.
  public static func image(
    _ study: Int = 1, _ series: Int = 1, _ number: Int = 1, side: Int = 24, seed: UInt64 = 0,
    transferSyntax: TransferSyntax = .explicitVRLittleEndian, change: (inout DataSet) -> Void = { _ in }
  ) throws -> TestInstance {
    let noise = testBytes(side * side, seed: seed)
    let pixels = (0..<side * side).flatMap { index in
      let value = index / side * 9 + index % side * 5 + Int(noise[index] & 3)
      return [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8) & 0xF]
    }
    return try TestInstance(study, series, number, pixels: 0, transferSyntax: transferSyntax) { dataSet in
      let numbers: KeyValuePairs<Tag, Int> = [
        .rows: side, .columns: side, .samplesPerPixel: 1, .bitsAllocated: 16, .bitsStored: 12, .highBit: 11,
        .pixelRepresentation: 0,
      ]
      for (tag, number) in numbers { dataSet.set(tag, .US, integers: [number]) }
      dataSet.set(.photometricInterpretation, .CS, "MONOCHROME2")
      dataSet.set(DataElement(tag: .pixelData, vr: .OW, value: .bytes(ByteSlice(pixels))))
      change(&dataSet)
    }
  }

  /// Sends it through a sink in pieces.
  @discardableResult
  public func send(to sink: IngestSink, pieces: Int = 16_384, announced: Bool = true) throws -> IngestOutcome {
    try sink.begin(
      affectedSOPClass: announced ? identity.sopClass : nil, affectedSOPInstance: announced ? identity.instance : nil,
      transferSyntax: transferSyntax)
    try bytes.withUnsafeBytes { all in
      var position = 0
      while position < all.count {
        let end = min(position + pieces, all.count)
        try sink.append(UnsafeRawBufferPointer(rebasing: all[position..<end]))
        position = end
      }
    }
    return try sink.finish()
  }
}

extension ImageArchive {
  /// The data set's bytes of a stored instance, as they were received.
  public func dataSetBytes(_ stored: StoredInstance) throws -> [UInt8] {
    var received = stored
    received.change = nil
    return try originalDataSet(of: received)
  }
}
