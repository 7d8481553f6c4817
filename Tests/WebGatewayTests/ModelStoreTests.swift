// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMWeb
import HTTPTypes
import SystemTestKit
import Testing
import Trust

@testable import WebGateway

/// STOW-RS of metadata with bulk data (PS3.18 §10.5.1).
@Suite struct ModelStoreTests {
  let web: WebFixture

  init() throws { web = try WebFixture() }

  private func model(_ instance: String = "1.2.1.1.1", pixels: String? = "pixels") -> String {
    let pixelData = pixels.map { ",\"7FE00010\":{\"vr\":\"OW\",\"BulkDataURI\":\"\($0)\"}" } ?? ""
    return "{\"00080016\":{\"vr\":\"UI\",\"Value\":[\"1.2.840.10008.5.1.4.1.1.7\"]},"
      + "\"00080018\":{\"vr\":\"UI\",\"Value\":[\"\(instance)\"]},"
      + "\"00100010\":{\"vr\":\"PN\",\"Value\":[{\"Alphabetic\":\"Müller^Ärzu\"}]},"
      + "\"0020000D\":{\"vr\":\"UI\",\"Value\":[\"1.2.1\"]},\"0020000E\":{\"vr\":\"UI\",\"Value\":[\"1.2.1.1\"]}"
      + "\(pixelData)}"
  }

  private func message(_ type: String, _ metadata: String, _ parts: [(String, String, [UInt8])]) -> [UInt8] {
    var body = Array("--XX\r\nContent-Type: \(type)\r\n\r\n\(metadata)".utf8)
    for (media, location, bytes) in parts {
      body += Array("\r\n--XX\r\nContent-Type: \(media)\r\nContent-Location: \(location)\r\n\r\n".utf8) + bytes
    }
    return body + Array("\r\n--XX--\r\n".utf8)
  }

  private func store(_ type: String, _ body: [UInt8], _ more: [(String, String)] = []) async throws
    -> WebFixture.Answer
  {
    try await web.call(
      .post, "/dicom-web/studies", as: .technologist,
      [("Content-Type", "multipart/related; type=\"\(type)\"; boundary=XX")] + more, body: body)
  }

  private func stored() throws -> (StoredInstance, DataSet) {
    let instance = try #require(try web.memory.index.instances(.init(studies: ["1.2.1"])).first)
    return (instance, try web.memory.archive.dataSet(of: instance))
  }

  @Test func jsonWithPixels() async throws {
    let pixels = [UInt8]((0..<64).map { $0 })
    let body = message("application/dicom+json", "[\(model())]", [("application/octet-stream", "pixels", pixels)])
    let answer = try await store("application/dicom+json", body)
    #expect(answer.status == 200)
    let (instance, dataSet) = try stored()
    #expect(instance.transferSyntax == TransferSyntax.explicitVRLittleEndian.uid)
    #expect(dataSet.bytes(.pixelData)?.array == pixels)
    #expect(dataSet.string(.patientName) == "Müller^Ärzu")
    #expect(answer.headers[.contentLocation] == "http://pacs.example:8080/dicom-web/studies/1.2.1")
  }

  @Test func xmlWithPixelsAndAnswerInXML() async throws {
    let dataSet = try DICOMJSON.decode(Array(model(pixels: nil).utf8))
    let xml = String(decoding: DICOMXML.encode(dataSet), as: UTF8.self).replacing(
      "</NativeDicomModel>",
      with: "<DicomAttribute tag=\"7FE00010\" vr=\"OW\" keyword=\"PixelData\"><BulkData uri=\"p\"/></DicomAttribute>"
        + "</NativeDicomModel>")
    let body = message("application/dicom+xml", xml, [("application/octet-stream", "p", [1, 2, 3, 4])])
    let answer = try await store("application/dicom+xml", body, [("Accept", "application/dicom+xml")])
    #expect(answer.status == 200)
    #expect(answer.headers[.contentType] == "application/dicom+xml")
    #expect(try DICOMXML.decode(answer.body).items(.referencedSOPSequence).count == 1)
    #expect(try stored().1.bytes(.pixelData)?.array == [1, 2, 3, 4])
  }

  /// The smallest JPEG frame header: 8 × 16 pixels of 8 bits.
  static let jpeg: [UInt8] =
    [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 16, 0, 8, 1, 1, 0x11, 0] + [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0]
    + [1, 2, 3, 0xFF, 0xD9]

  @Test func compressedFramesTellWhatTheyAre() async throws {
    let body = message(
      "application/dicom+json", model(), [("image/jpeg", "pixels", Self.jpeg), ("image/jpeg", "pixels", Self.jpeg)])
    let answer = try await store("application/dicom+json", body)
    #expect(answer.status == 200)
    let (instance, dataSet) = try stored()
    #expect(instance.transferSyntax == "1.2.840.10008.1.2.4.50")
    #expect(dataSet.integer(.rows) == 16)
    #expect(dataSet.integer(.columns) == 8)
    #expect(dataSet.integer(.numberOfFrames) == 2)
    #expect(dataSet.string(.photometricInterpretation) == "MONOCHROME2")
    #expect(dataSet.string(.lossyImageCompression) == "01")
  }

  @Test func videoIsOneFragment() async throws {
    let body = message("application/dicom+json", model(), [("video/mp4", "pixels", [0, 0, 0, 8])])
    #expect(try await store("application/dicom+json", body).status == 200)
    let (instance, dataSet) = try stored()
    #expect(instance.transferSyntax == "1.2.840.10008.1.2.4.102")
    guard case .fragments(let fragments) = dataSet[.pixelData]?.value else {
      Issue.record("no fragments")
      return
    }
    #expect(fragments.map(\.array) == [[], [0, 0, 0, 8]])
  }

  @Test func aFaultInOneLeavesTheOther() async throws {
    let metadata = "[\(model()),\(model("1.2.1.1.2", pixels: "missing"))]"
    let body = message("application/dicom+json", metadata, [("application/octet-stream", "pixels", [1, 2])])
    let answer = try await store("application/dicom+json", body)
    #expect(answer.status == 202)
    let response = try DICOMJSON.decode(answer.body)
    #expect(response.items(.failedSOPSequence).first?.string(.referencedSOPInstanceUID) == "1.2.1.1.2")
    #expect(response.items(.referencedSOPSequence).count == 1)
  }

  @Test(arguments: [
    ("application/dicom+json", "[{", 400), ("application/dicom+json", "{\"x\":1}", 400),
    ("application/dicom+json", String(repeating: "[", count: 100_000), 400),
    ("application/dicom+xml", "<NativeDicomModel>", 400),
    ("application/dicom+xml", "<!DOCTYPE x [<!ENTITY a \"b\">]><NativeDicomModel/>", 400),
    ("application/dicom+json; charset=latin1", "[]", 415),
  ])
  func whatCannotBeRead(type: String, text: String, status: Int) async throws {
    let kind = String(type.prefix { $0 != ";" })
    let answer = try await store(kind, message(type, text, []))
    #expect(answer.status == status)
    #expect(answer.headers[.contentType] == "application/problem+json")
  }

  @Test func gifIsNotTaken() async throws {
    let body = message("application/dicom+json", model(), [("image/gif", "pixels", [1])])
    let answer = try await store("application/dicom+json", body)
    #expect(answer.status == 409)
  }

  @Test func tooMuchIsRefusedBeforeItIsRead() async throws {
    let answer = try await web.call(
      .post, "/dicom-web/studies", as: .technologist,
      [("Content-Type", "application/dicom+json"), ("Content-Length", "1073741824")], body: [0x5B])
    #expect(answer.status == 413)
  }
}
