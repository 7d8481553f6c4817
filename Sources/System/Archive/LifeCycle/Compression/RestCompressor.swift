// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile

/// Compresses instances on their way into a study file, without loss and by the rules for their modality. What does not
/// come back byte by byte, or does not get smaller, stays as it is.
struct RestCompressor: Sendable {
  /// An instance as it stands in the study file.
  struct Recoded: Sendable {
    /// The whole Part 10 file.
    var bytes: [UInt8]
    var form: RecodedForm
  }

  /// Larger files stay as they are: one at a time is worked on in memory.
  static let largestFile: Int64 = 256 << 20

  private let rules: [CompressionRule]
  private let compressions: [CompressionRule.Codec: ReversibleCompression]

  init(_ rules: [CompressionRule]) {
    self.rules = rules
    compressions = Dictionary(
      uniqueKeysWithValues: Set(rules.compactMap(\.codec)).compactMap { codec in
        (try? ReversibleCompression(to: codec.transferSyntax)).map { (codec, $0) }
      })
  }

  /// Whether an instance may be compressed, by what the index knows of it.
  func wants(_ instance: StoredInstance) -> Bool {
    let native = [TransferSyntax.explicitVRLittleEndian, .implicitVRLittleEndian].map(\.uid)
    return !compressions.isEmpty && instance.location.original == nil && instance.location.pixelDataOffset != nil
      && native.contains(instance.transferSyntax)
  }

  /// - Parameter file: the whole Part 10 file, whose checksum was compared.
  /// - Returns: nil where no rule wants it compressed.
  func recode(_ file: ByteSlice, of instance: StoredInstance) throws(CompressionRefusal) -> Recoded? {
    let start = Int(instance.location.dataSetOffset)
    guard let pixelDataOffset = instance.location.pixelDataOffset.map({ Int($0) }), start <= pixelDataOffset,
      pixelDataOffset < file.count
    else { return nil }
    let header: Part10Header
    let head: DataSet
    do throws(ReadError) {
      header = try Part10Header.parse(file)
      head = try DataSetReader.read(
        file[start..<pixelDataOffset], transferSyntax: TransferSyntax(instance.transferSyntax))
    } catch {
      throw CompressionRefusal(.header, "\(error)")
    }
    let modality = head.string(.modality) ?? ""
    let rule = rules.first { $0.modalities.isEmpty || $0.modalities.contains(modality) }
    guard let codec = rule?.codec, let compression = compressions[codec] else { return nil }
    guard header.dataSetOffset == start, header.transferSyntax.uid == instance.transferSyntax else {
      throw CompressionRefusal(.header, "the file is not what the index says")
    }
    guard var arrival = Arrival(header.meta) else {
      throw CompressionRefusal(.header, "the file does not say how it came")
    }
    let compressed = try compression.compress(
      file[start..<file.count], from: header.transferSyntax, pixelDataOffset: pixelDataOffset - start)
    let original = OriginalForm(
      native: compressed.form, headLength: Int64(start), fileChecksum: instance.location.checksum)
    arrival.original = Arrival.Original(form: original, dataSetChecksum: instance.dataSetChecksum)
    var meta = header.meta
    let text = arrival.encoded
    meta.set(.transferSyntaxUID, compression.target.uid)
    meta.set(
      DataElement(
        tag: .privateInformation, vr: .OB, value: .bytes(ByteSlice(text.count % 2 == 0 ? text : text + [0]))))
    let front = FileMetaInformation.encode(meta, preamble: header.preamble)
    guard front.count + compressed.bytes.count < file.count else {
      throw CompressionRefusal(.notSmaller, "\(front.count + compressed.bytes.count) bytes in place of \(file.count)")
    }
    return Recoded(
      bytes: front + compressed.bytes,
      form: RecodedForm(
        transferSyntax: compression.target.uid, dataSetOffset: Int64(front.count),
        pixelDataOffset: Int64(front.count + compressed.pixelDataOffset), original: original))
  }
}
