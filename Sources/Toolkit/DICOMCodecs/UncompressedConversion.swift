// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMPixels

/// Turns an image with encapsulated pixel data into its native form (PS3.5 §A.1), for receivers that do not take the
/// stored transfer syntax. Frames are decoded one at a time.
public struct UncompressedConversion: Sendable {
  /// The greatest even length that a value length field can hold.
  static let maximumLength = 0xFFFF_FFFE

  /// The data set without pixel data, its attributes as they are for the native form. Little endian.
  public let header: DataSet
  /// Length of the native Pixel Data value, padded to an even number.
  public let pixelDataLength: Int
  /// VR of Pixel Data where VRs are written.
  public let pixelDataVR: VR
  let reader: FrameReader
  private let convertsToRGB: Bool

  /// Decodes the first frame to see what comes out.
  /// - Parameter dataSet: an image whose Pixel Data is encapsulated.
  public init(
    _ dataSet: DataSet, transferSyntax: TransferSyntax, codecs: CodecRegistry = .standard
  ) throws(CodecError) {
    reader = try FrameReader(dataSet, transferSyntax: transferSyntax, codecs: codecs)
    guard reader.locator.isEncapsulated else { throw CodecError(.unsupported, "pixel data is not encapsulated") }
    let first = try reader.frame(0)
    let isLossyJPEG = Self.lossyJPEG.contains(transferSyntax.uid)
    convertsToRGB = isLossyJPEG && first.photometric == .ybrFull && first.bitsAllocated == 8
    let description = reader.description
    let bits = description.samplesPerFrame * description.bitsAllocated
    let (total, overflow) = bits.multipliedReportingOverflow(by: reader.frameCount)
    let bytes = (total / 8 + (total % 8 == 0 ? 0 : 1) + 1) & ~1
    guard !overflow, bytes <= Self.maximumLength else {
      throw CodecError(.limit, "native pixel data would exceed 4 GiB")
    }
    pixelDataLength = bytes
    pixelDataVR = description.bitsAllocated <= 8 ? .OB : .OW
    header = Self.header(
      dataSet, photometric: convertsToRGB ? .rgb : first.photometric, isLossyJPEG: isLossyJPEG,
      transferSyntax: transferSyntax, codecs: codecs)
  }

  /// JPEG processes on the discrete cosine transform: 1, 2 and 4, and the retired 3 to 13 of their kind.
  static let lossyJPEG: Set<UID> = Set(
    (50...56).map { UID("1.2.840.10008.1.2.4.\($0)") } + (59...64).map { UID("1.2.840.10008.1.2.4.\($0)") })

  private static func header(
    _ dataSet: DataSet, photometric: PhotometricInterpretation, isLossyJPEG: Bool, transferSyntax: TransferSyntax,
    codecs: CodecRegistry
  ) -> DataSet {
    var header = dataSet
    let encapsulationOnly: [Tag] = [
      .pixelData, .extendedOffsetTable, .extendedOffsetTableLengths, .encapsulatedPixelDataValueTotalLength,
    ]
    for tag in encapsulationOnly { header.remove(tag) }
    header.set(.photometricInterpretation, .CS, photometric.rawValue)
    if (dataSet.integer(.samplesPerPixel) ?? 1) > 1 { header.set(.planarConfiguration, .US, integers: [0]) }
    if isLossyJPEG, dataSet.string(.lossyImageCompression) != "01" { header.set(.lossyImageCompression, .CS, "01") }
    convertIcon(&header, transferSyntax, codecs)
    return header
  }

  /// An icon may be compressed as the image is (PS3.3 §C.7.6.1.1.6); one that cannot be decoded is left out.
  static func convertIcon(_ header: inout DataSet, _ transferSyntax: TransferSyntax, _ codecs: CodecRegistry) {
    guard let icon = header.items(.iconImageSequence).first, icon[.pixelData]?.bytes == nil, icon[.pixelData] != nil
    else { return }
    do throws(CodecError) {
      let conversion = try UncompressedConversion(icon, transferSyntax: transferSyntax, codecs: codecs)
      header.set(.iconImageSequence, items: [try conversion.dataSet()])
    } catch {
      header.remove(.iconImageSequence)
    }
  }

  /// Hands out the native Pixel Data value piece by piece, `pixelDataLength` bytes in all.
  public func pixelData(_ piece: (UnsafeRawBufferPointer) throws -> Void) throws {
    let description = reader.description
    var packer = BitPacker()
    var written = 0
    for index in 0..<reader.frameCount {
      let frame = try native(index)
      let bytes = description.bitsAllocated == 1 ? packer.pack(frame) : frame
      written += bytes.count
      try bytes.withUnsafeBytes { try piece($0) }
    }
    var rest = packer.flush()
    rest += [UInt8](repeating: 0, count: max(pixelDataLength - written - rest.count, 0))
    if !rest.isEmpty { try rest.withUnsafeBytes { try piece($0) } }
  }

  /// One frame as it stands in native pixel data; single bits not yet packed.
  func native(_ index: Int) throws(CodecError) -> [UInt8] {
    let frame = try reader.frame(index)
    guard convertsToRGB else { return frame.bytes }
    do throws(PixelError) {
      return try ColourConverter.greyOrRGB(frame, palette: nil).bytes
    } catch {
      throw CodecError(error)
    }
  }

  /// The whole native data set in memory.
  public func dataSet() throws(CodecError) -> DataSet {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(pixelDataLength)
    do {
      try pixelData { bytes.append(contentsOf: $0) }
    } catch let error as CodecError {
      throw error
    } catch {
      throw CodecError(.corrupt, "\(error)")
    }
    var converted = header
    converted.set(DataElement(tag: .pixelData, vr: pixelDataVR, value: .bytes(ByteSlice(bytes))))
    return converted
  }
}
