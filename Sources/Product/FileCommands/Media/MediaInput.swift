// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMMedia
import DICOMPixels

/// A file that becomes part of a file-set.
struct MediaInput {
  /// What a file is to its directory; only its beginning is read.
  static func object(_ path: String) throws -> FileSetObject {
    let scan = try HeaderScan(wanted: FileSetBuilder.wantedTags).read(path)
    return FileSetObject(header: scan.dataSet, transferSyntax: scan.transferSyntax.uid)
  }

  /// The object as it stands in the file-set, and its bytes.
  let object: FileSetObject
  let pieces: [ByteSlice]
  /// It stands there in a transfer syntax that the profile does not have, because it cannot be converted.
  let isException: Bool

  /// Reads a file; one in a transfer syntax that the profile does not have is decoded.
  /// - Parameter hasIcon: the record of an image gets an icon.
  init(_ path: String, profile: ApplicationProfile, hasIcon: Bool) async throws {
    let bytes = try MappedFile.bytes(path)
    let file = try Part10File.read(bytes)
    if !profile.allows(file.transferSyntax.uid), let image = try await Self.decoded(file) {
      object = FileSetObject(
        header: image.dataSet, transferSyntax: image.transferSyntax.uid,
        icon: hasIcon ? Self.icon(image.dataSet, image.transferSyntax) : nil)
      pieces = try Self.pieces(image.dataSet, image.transferSyntax)
      isException = false
      return
    }
    object = FileSetObject(
      header: file.dataSet, transferSyntax: file.transferSyntax.uid,
      icon: hasIcon ? Self.icon(file.dataSet, file.transferSyntax) : nil)
    isException = !profile.allows(file.transferSyntax.uid)
    let isWhole = file.preamble != nil && file.fileMetaInformation.uid(.transferSyntaxUID) != nil
    pieces = isWhole ? [bytes] : try Self.pieces(file.dataSet, file.transferSyntax)
  }

  /// Nil for what is no image, or cannot be decoded.
  private static func icon(_ dataSet: DataSet, _ syntax: TransferSyntax) -> DataSet? {
    guard dataSet[.pixelData] != nil, let image = try? DisplayImage(dataSet, transferSyntax: syntax),
      image.frameCount > 0,
      let picture = try? image.rendered(
        IconImage.frame(of: dataSet, frameCount: image.frameCount), options: IconImage.options)
    else { return nil }
    return IconImage.item(picture)
  }

  /// In explicit VR little endian; nil for what cannot be decoded, such as video.
  private static func decoded(_ file: Part10File) async throws -> TranscodedImage? {
    let transcoder = try Transcoder(to: .explicitVRLittleEndian)
    do {
      return try await transcoder.transcode(file.dataSet, from: file.transferSyntax)
    } catch {
      return nil
    }
  }

  private static func pieces(_ dataSet: DataSet, _ transferSyntax: TransferSyntax) throws -> [ByteSlice] {
    let meta = FileMetaInformation.encode(
      sopClass: dataSet.uid(.sopClassUID) ?? "", sopInstance: dataSet.uid(.sopInstanceUID) ?? "",
      transferSyntax: transferSyntax.uid)
    return [ByteSlice(meta)] + (try DataSetWriter.gather(dataSet, transferSyntax: transferSyntax).pieces)
  }
}
