// SPDX-License-Identifier: Apache-2.0

import Archive
import ClinicalDocuments
import DICOMCodecs
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMMedia
import DICOMPixels
import DICOMWeb
import Hummingbird
import NIOCore
import Radiology

/// One file-set on its way out: objects are sent as they are read, with all corrections, and the directory that was
/// made of them meanwhile is sent last. Memory grows with the directory alone, and by one object that must be
/// converted.
struct MediaExport: Sendable {
  /// Bytes of decoded pixels up to which a compressed object is converted; larger ones stay as they are.
  private static let largestConversion = 1 << 29
  /// Bytes of a compressed object up to which it is read for an icon alone.
  private static let largestRead: Int64 = 64 << 20
  private static let reportFolder = "REPORTS"

  let call: Call
  let instances: [StoredInstance]
  let profile: ApplicationProfile
  let fileSetID: String
  /// Records of images have icons.
  let hasIcons: Bool

  private var archive: ImageArchive { call.services.archive }

  /// Writes the whole ZIP file.
  func write(to body: any ResponseBodyWriter, withReports: Bool) async throws {
    let now = UTCDate(microseconds: ArchiveOptions.systemTime())
    let zip = ZipBody(body, ZipWriter(timestamp: now.timestamp))
    var builder = FileSetBuilder(fileSetID: fileSetID)
    var exceptions = 0
    var ahead = ReadingAhead(instances, archive: archive)
    for instance in instances {
      ahead.next()
      if try await add(instance, to: &builder, zip) { exceptions += 1 }
    }
    let documents = withReports ? try await reports(zip) : [:]
    let directory = builder.directory()
    let name = call.services.ports.institutionName
    let texts = PortableMedia(
      institution: name.isEmpty ? "not stated" : name, software: "Martlet \(call.services.options.version)",
      date: now.text, profile: profile, documents: documents, exceptions: exceptions)
    try await zip.member("DICOMDIR", try await call.blocking { try directory.encoded() })
    try await zip.member(PortableMedia.readMe, Array(texts.readMeText(directory).utf8))
    try await zip.member(PortableMedia.index, Array(texts.indexPage(directory).utf8))
    try await zip.end()
  }

  /// Adds an object, corrected; true where it stands in a transfer syntax that the profile does not have.
  private func add(
    _ instance: StoredInstance, to builder: inout FileSetBuilder, _ zip: ZipBody
  ) async throws -> Bool {
    let archive = archive
    let header = try await call.blocking { try archive.header(of: instance) }
    let converted = try await converted(instance, header)
    let syntax = converted == nil ? instance.transferSyntax : TransferSyntax.explicitVRLittleEndian.uid
    let object = FileSetObject(header: header, transferSyntax: syntax, icon: try await icon(of: instance, header))
    guard let place = try Self.place(object, in: &builder) else { return false }
    let name = place.components.joined(separator: "/")
    if let converted {
      try await zip.member(name, converted)
    } else {
      try await zip.begin(name, mayBeLarge: instance.location.length >= 1 << 31)
      try await RetrieveRoutes.send(instance, of: archive, on: call, to: zip)
      try await zip.endMember()
    }
    return !profile.allows(syntax)
  }

  /// Where an object stands; nil for what stands in no directory, or twice.
  private static func place(_ object: FileSetObject, in builder: inout FileSetBuilder) throws -> FileID? {
    do throws(MediaError) {
      return try builder.add(object)
    } catch {
      if error.code == .notReferable || error.code == .duplicateInstance { return nil }
      throw error
    }
  }

  /// The icon of an image; nil for what is none, or cannot be decoded, or would have to be read as a whole for it.
  private func icon(of instance: StoredInstance, _ header: DataSet) async throws -> DataSet? {
    let syntax = TransferSyntax(instance.transferSyntax)
    guard hasIcons, PixelForm.isImage(instance),
      syntax.isNative || instance.location.length <= Self.largestRead
    else { return nil }
    let archive = archive
    return try await call.blocking {
      guard let image = try? StoredImage(instance, archive: archive), image.frameCount > 0,
        let picture = try? image.rendered(
          IconImage.frame(of: header, frameCount: image.frameCount), IconImage.options)
      else { return nil }
      return IconImage.item(picture)
    }
  }

  /// The file in explicit VR little endian; nil where it goes out as it is stored.
  private func converted(_ instance: StoredInstance, _ header: DataSet) async throws -> [UInt8]? {
    guard !profile.allows(instance.transferSyntax) else { return nil }
    let (stored, target) = (TransferSyntax(instance.transferSyntax), TransferSyntax.explicitVRLittleEndian)
    let isNative = NativeConversion.isPossible(from: stored, to: target) || stored.isDeflated
    guard isNative || PixelForm(stored).canDecode, Self.decodedLength(header) <= Self.largestConversion else {
      return nil
    }
    let form = Representation(.dicom, transferSyntax: target.uid, isMultipart: false, isDefault: true)
    do {
      return try await RetrievePieces.Piece.convert(
        RetrievePlan.Part(instance: instance, form: form), of: archive, on: call)
    } catch is CodecError {
      // What no codec understands goes out as it came in, and README.TXT says so.
      return nil
    }
  }

  /// Bytes of the pixels once decoded; 0 where there are none.
  private static func decodedLength(_ header: DataSet) -> Int {
    let factors = [
      header.integer(.rows) ?? 0, header.integer(.columns) ?? 0, header.integer(.samplesPerPixel) ?? 1,
      max(header.integer(.numberOfFrames) ?? 1, 1), max((header.integer(.bitsAllocated) ?? 8) / 8, 1),
    ]
    return factors.reduce(1) { product, factor in
      let (result, overflows) = product.multipliedReportingOverflow(by: max(factor, 0))
      return overflows ? .max : result
    }
  }

  /// The newest validated report of each study as PDF.
  private func reports(_ zip: ZipBody) async throws -> [UID: [PortableMedia.Document]] {
    guard let department = call.services.ports.department, let print = call.services.ports.reportPDF else { return [:] }
    var documents: [UID: [PortableMedia.Document]] = [:]
    var exams: Set<Int64> = []
    var seen: Set<UID> = []
    for study in instances.map(\.identity.study) where seen.insert(study).inserted {
      let found = try await call.blocking { () -> (Int64, [UInt8])? in
        guard let exam = try department.exam(ofStudy: study.rawValue)?.exam.id,
          let report = try department.imagingReports(ofExam: exam).last
        else { return nil }
        return (exam, try print(report))
      }
      guard let (exam, bytes) = found, exams.insert(exam).inserted else { continue }
      let name = Self.reportFolder + "/" + ReportName.name(exams.count)
      try await zip.member(name, bytes)
      documents[study, default: []].append(PortableMedia.Document(path: name, title: "Report (PDF)"))
    }
    return documents
  }

  private enum ReportName {
    /// `RP000001.PDF`.
    static func name(_ number: Int) -> String {
      let digits = String(number)
      return "RP" + String(repeating: "0", count: max(6 - digits.utf8.count, 0)) + digits + ".PDF"
    }
  }
}
