// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMWeb
import Testing

/// Which form a client gets (PS3.18 §8.7), one line for each way of asking.
@Suite struct AcceptTests {
  static let explicit: UID = "1.2.840.10008.1.2.1"
  static let jpeg: UID = "1.2.840.10008.1.2.4.70"

  /// A compressed instance: as stored or converted, as parts or alone.
  static let instance: [Representation] = [
    .init(.dicom, transferSyntax: jpeg, isMultipart: true, isDefault: false),
    .init(.dicom, transferSyntax: explicit, isMultipart: true),
    .init(.dicom, transferSyntax: jpeg, isDefault: false),
    .init(.dicom, transferSyntax: explicit),
  ]
  static let rendered: [Representation] = [.init(MediaType("image", "jpeg")), .init(MediaType("image", "png"))]

  static let instanceTable: [(String?, String?)] = [
    (nil, "multipart explicit"),
    ("", "multipart explicit"),
    ("*/*", "multipart explicit"),
    ("multipart/related", "multipart explicit"),
    (#"multipart/related; type="application/dicom""#, "multipart explicit"),
    ("multipart/related; type=application/dicom", "multipart explicit"),
    (#"multipart/related; type="application/dicom"; transfer-syntax=*"#, "multipart stored"),
    (#"multipart/related; type="application/dicom"; transfer-syntax="*""#, "multipart stored"),
    (#"multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.70"#, "multipart stored"),
    (#"multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1"#, "multipart explicit"),
    (#"multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.90"#, nil),
    (
      #"multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.90, "#
        + #"multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1"#, "multipart explicit"
    ),
    (
      #"multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1; q=0.5, "#
        + #"multipart/related; type="application/dicom"; transfer-syntax=*; q=0.9"#, "multipart stored"
    ),
    ("application/dicom", "single explicit"),
    ("application/dicom; transfer-syntax=*", "single stored"),
    ("application/*", "single explicit"),
    ("application/dicom, multipart/related; type=\"application/dicom\"", "single explicit"),
    ("application/dicom;q=0.1, */*;q=0.2", "multipart explicit"),
    ("application/dicom;q=0", nil),
    ("image/jpeg", nil),
    (#"multipart/related; type="image/jpeg""#, nil),
    ("text/html, application/xhtml+xml, */*;q=0.8", "multipart explicit"),
  ]

  @Test(arguments: instanceTable)
  func instanceIsGivenAs(header: String?, form: String?) throws {
    let choice = try Accept.of(header: header, parameter: nil).choose(among: Self.instance)
    let name = choice.map {
      ($0.isMultipart ? "multipart " : "single ") + ($0.transferSyntax == Self.explicit ? "explicit" : "stored")
    }
    #expect(name == form)
  }

  static let renderedTable: [(String?, String?, String?)] = [
    (nil, nil, "image/jpeg"), ("image/png", nil, "image/png"), ("image/*", nil, "image/jpeg"),
    ("image/png;q=0.5, image/jpeg;q=0.4", nil, "image/png"), ("image/png, image/jpeg", nil, "image/png"),
    ("image/jpeg", "image/png", "image/png"), ("image/gif", nil, nil), ("image/gif, image/*;q=0.1", nil, "image/jpeg"),
    ("image/*, image/jpeg;q=0", nil, "image/png"), ("image/", nil, "image/jpeg"),
    ("text/html,image/avif,image/webp,*/*;q=0.8", nil, "image/jpeg"),
  ]

  @Test(arguments: renderedTable)
  func imageIsGivenAs(header: String?, parameter: String?, form: String?) throws {
    let choice = try Accept.of(header: header, parameter: parameter).choose(among: Self.rendered)
    #expect(choice?.media.essence == form)
  }

  @Test func framesInTheirStoredFormNeedToBeNamed() throws {
    let offers: [Representation] = [
      .init(.octetStream, transferSyntax: Self.explicit, isMultipart: true),
      .init(MediaType("image", "jpeg"), transferSyntax: Self.jpeg, isMultipart: true),
    ]
    func choice(_ header: String) throws -> String? { try Accept(parsing: header).choose(among: offers)?.media.essence }
    #expect(try choice(#"multipart/related; type="image/jpeg""#) == "image/jpeg")
    #expect(try choice(#"multipart/related; type="image/*"; transfer-syntax=*"#) == "image/jpeg")
    #expect(try choice(#"multipart/related; type="*/*""#) == "application/octet-stream")
    #expect(
      try choice(#"multipart/related; type="application/octet-stream"; transfer-syntax=*"#)
        == "application/octet-stream")
    #expect(try choice(#"multipart/related; type="image/jpeg"; transfer-syntax=1.2.840.10008.1.2.4.50"#) == nil)
  }

  @Test func refusesEndlessLists() {
    let many = Array(repeating: "a/b", count: 1000).joined(separator: ",")
    #expect(throws: WebError(.malformed, "", at: "")) { try Accept(parsing: many) }
  }
}
