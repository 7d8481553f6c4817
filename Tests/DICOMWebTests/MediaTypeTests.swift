// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMWeb
import Testing

@Suite struct MediaTypeTests {
  @Test func parsesParametersQuotedAndPlain() throws {
    let media = try MediaType(parsing: #"Multipart/Related; TYPE="application/dicom"; boundary="a b\"c"; x=y"#)
    #expect(media.essence == "multipart/related")
    #expect(media["Type"] == "application/dicom")
    #expect(media["boundary"] == "a b\"c")
    #expect(media["x"] == "y")
    #expect(media.isMultipartRelated)
  }

  @Test func whatIsWrittenCanBeRead() throws {
    let media = MediaType("multipart", "related", [.init("type", "application/dicom"), .init("boundary", "a \"b\\")])
    #expect(try MediaType(parsing: media.description) == media)
    #expect(media.description.hasPrefix(#"multipart/related; type="application/dicom"; boundary="#))
  }

  @Test(arguments: ["", "text", "/", "text/plain, text/html", "text/plain; x=\"y", "text/plain; =y", "a b/c"])
  func refusesWhatIsNoMediaType(text: String) {
    #expect(throws: WebError(.malformed, "", at: "")) { try MediaType(parsing: text) }
  }

  @Test func clientsWriteSlashesAndMissingSubtypes() throws {
    #expect(try MediaType(parsing: "multipart/related; type=application/dicom")["type"] == "application/dicom")
    #expect(try MediaType(parsing: "image/").essence == "image/*")
  }

  @Test(arguments: [
    ("1.2.840.10008.1.2.4.50", "image/jpeg"), ("1.2.840.10008.1.2.4.70", "image/jpeg"),
    ("1.2.840.10008.1.2.4.81", "image/jls"), ("1.2.840.10008.1.2.4.90", "image/jp2"),
    ("1.2.840.10008.1.2.4.93", "image/jpx"), ("1.2.840.10008.1.2.4.201", "image/jphc"),
    ("1.2.840.10008.1.2.4.110", "image/jxl"), ("1.2.840.10008.1.2.5", "image/dicom-rle"),
    ("1.2.840.10008.1.2.4.100.1", "video/mpeg"), ("1.2.840.10008.1.2.4.104", "video/mp4"),
    ("1.2.840.10008.1.2.4.107", "video/h265"), ("1.2.840.10008.1.2.1", nil), ("1.2.840.10008.1.2.1.99", nil),
    ("1.2.3", nil),
  ])
  func mediaTypesOfTransferSyntaxes(uid: String, media: String?) {
    #expect(PixelMediaTypes.mediaType(for: .init(uid))?.essence == media)
  }

  /// A combining mark behind a backslash makes one character of both, but two scalars.
  @Test func marksBehindBackslashesAreReadBack() throws {
    let media = MediaType("multipart", "related", [.init("type", "a\\\u{301}\"\u{301}b")])
    #expect(try MediaType(parsing: media.description) == media)
  }
}
