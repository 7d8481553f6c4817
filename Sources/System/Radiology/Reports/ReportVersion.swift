// SPDX-License-Identifier: Apache-2.0

/// One version of an exam's report. Versions are only ever added; each is chained to the one before by hash.
public struct ReportVersion: Sendable, Hashable, Codable {
  /// `RequestedProcedure.id`.
  public var exam: Int64
  /// From 1.
  public var number: Int
  public var status: ReportStatus
  public var content: ReportContent
  /// Microseconds since 1970-01-01 UTC.
  public var at: Int64
  public var author: String
  /// Why it was corrected; empty else.
  public var reason: String
  /// SOP Instance UID that this version has, or will have, as a DICOM document; empty for one that nobody may see.
  public var sopInstanceUID: String
  /// SHA-256 over the hash before and the fields of this version, in hexadecimal.
  public var hash: String

  public init(
    exam: Int64, number: Int, status: ReportStatus, content: ReportContent, at: Int64, author: String,
    reason: String = "", sopInstanceUID: String = "", hash: String = ""
  ) {
    self.exam = exam
    self.number = number
    self.status = status
    self.content = content
    self.at = at
    self.author = author
    self.reason = reason
    self.sopInstanceUID = sopInstanceUID
    self.hash = hash
  }

  /// The bytes that the hash is of. Fields go in with their lengths, so that no two versions are the same bytes.
  public func bytes(after previous: String) -> [UInt8] {
    var bytes: [UInt8] = []
    func add(_ text: String) {
      withUnsafeBytes(of: UInt32(text.utf8.count).bigEndian) { bytes += $0 }
      bytes += text.utf8
    }
    func add(_ number: Int64) { withUnsafeBytes(of: number.bigEndian) { bytes += $0 } }
    add(previous)
    add(exam)
    add(Int64(number))
    add(at)
    [status.rawValue, author, reason, sopInstanceUID, content.template, content.language].forEach { add($0) }
    add(Int64(content.sections.count))
    for section in content.sections { [section.key, section.title, section.text].forEach { add($0) } }
    add(Int64(content.fields.count))
    for field in content.fields {
      let code = field.code
      [
        field.key, field.value, field.unit ?? "", code?.value ?? "", code?.scheme ?? "", code?.meaning ?? "",
      ].forEach { add($0) }
    }
    add(Int64(content.keyImages.count))
    for image in content.keyImages {
      [
        image.studyInstanceUID, image.seriesInstanceUID, image.sopClassUID, image.sopInstanceUID, image.caption ?? "",
      ].forEach { add($0) }
      add(Int64(image.frame ?? 0))
    }
    return bytes
  }
}
