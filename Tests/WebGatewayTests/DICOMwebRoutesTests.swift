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

@Suite struct DICOMwebRoutesTests {
  let web: WebFixture
  static let instance = "/dicom-web/studies/1.2.1/series/1.2.1.1/instances/1.2.1.1.1"

  init() throws { web = try WebFixture() }

  private func parts(_ answer: WebFixture.Answer) throws -> [(type: String, body: [UInt8])] {
    let media = try DICOMWeb.MediaType(parsing: try #require(answer.headers[.contentType]))
    var reader = try MultipartReader(boundary: try #require(media["boundary"]))
    reader.feed(ByteSlice(answer.body))
    var parts: [(type: String, body: [UInt8])] = []
    while let event = try reader.next() {
      switch event {
      case .part(let header): parts.append((header["content-type"] ?? "", []))
      case .body(let bytes): parts[parts.count - 1].body += bytes.array
      case .partEnd, .end: break
      }
    }
    try reader.finish()
    return parts
  }

  private func message(_ bodies: [[UInt8]]) -> [UInt8] {
    var writer = MultipartWriter(boundary: "XX")
    return bodies.reduce(into: [UInt8]()) { $0 += writer.beginPart(.dicom) + $1 } + writer.end()
  }

  private func file(_ instance: TestInstance) -> [UInt8] {
    FileMetaInformation.encode(
      sopClass: instance.identity.sopClass, sopInstance: instance.identity.instance,
      transferSyntax: instance.transferSyntax) + instance.bytes
  }

  private func store(_ body: [UInt8], at path: String = "/dicom-web/studies") async throws -> WebFixture.Answer {
    try await web.call(
      .post, path, as: .technologist, [("Content-Type", "multipart/related; type=\"application/dicom\"; boundary=XX")],
      body: body)
  }

  @Test func whatIsStoredComesBackAsItWas() async throws {
    let instances = try [
      TestInstance(1, 1, 1), TestInstance(1, 1, 2, transferSyntax: .implicitVRLittleEndian),
      TestInstance(1, 2, 1, pixels: 300_000),
    ]
    let answer = try await store(message(instances.map(file)))
    #expect(answer.status == 200)
    let response = try DICOMJSON.decode(answer.body)
    #expect(
      response.items(.referencedSOPSequence).map { $0.string(.referencedSOPInstanceUID) } == [
        "1.2.1.1.1", "1.2.1.1.2", "1.2.1.2.1",
      ])

    let accept = [("Accept", "multipart/related; type=\"application/dicom\"; transfer-syntax=*")]
    let study = try await web.call(.get, "/dicom-web/studies/1.2.1", as: .clinician, accept)
    #expect(study.status == 200)
    let found = try parts(study)
    #expect(found.count == 3)
    for (part, instance) in zip(found, instances) {
      #expect(Array(part.body.suffix(instance.bytes.count)) == instance.bytes)
      #expect(part.type.contains(instance.transferSyntax.rawValue))
    }
    #expect(study.headers[.contentLength] == String(study.body.count))
  }

  @Test func otherTransferSyntaxesAreMade() async throws {
    try web.store([TestInstance(1, 1, 1, transferSyntax: .implicitVRLittleEndian)])
    let answer = try await web.call(.get, Self.instance, as: .clinician, [("Accept", "application/dicom")])
    #expect(answer.status == 200)
    let file = try Part10File.read(ByteSlice(answer.body))
    #expect(file.transferSyntax == .explicitVRLittleEndian)
    #expect(file.dataSet.string(.patientName) == "DOE^JANE")
    let refused = try await web.call(
      .get, Self.instance, as: .clinician, [("Accept", "application/dicom; transfer-syntax=1.2.840.10008.1.2.4.100")])
    #expect(refused.status == 406)
    #expect(refused.text.contains("application/dicom; transfer-syntax=1.2.840.10008.1.2.1"))
  }

  @Test func partsFailOneByOne() async throws {
    var broken = file(try TestInstance(1, 1, 3))
    broken.removeLast(broken.count - 200)
    let answer = try await store(message([file(try TestInstance(1, 1, 1)), Array("no DICOM".utf8), broken]))
    #expect(answer.status == 202)
    let response = try DICOMJSON.decode(answer.body)
    #expect(response.items(.referencedSOPSequence).count == 1)
    #expect(response.items(.failedSOPSequence).count + response.items(.otherFailuresSequence).count == 2)
  }

  @Test func anotherStudyIsRefused() async throws {
    let answer = try await store(message([file(try TestInstance(1, 1, 1))]), at: "/dicom-web/studies/1.2.9")
    #expect(answer.status == 409)
    let response = try DICOMJSON.decode(answer.body)
    #expect(response.items(.failedSOPSequence).first?.integer(.failureReason) == 0xC409)
    #expect(try web.memory.index.instances(.init(studies: ["1.2.1"])).isEmpty)
  }

  @Test(arguments: [
    ("text/plain", 415), ("application/dicom+json", 400), ("application/dicom+json; charset=ISO-8859-1", 415),
    ("multipart/related; type=\"application/dicom+xml\"; boundary=XX", 400),
    ("multipart/related; type=\"image/jpeg\"; boundary=XX", 415),
    ("multipart/related; type=\"application/dicom\"", 400),
    ("multipart/related; type=\"application/dicom\"; boundary=YY", 400),
    ("nonsense", 400),
  ])
  func messagesThatAreNone(type: String, status: Int) async throws {
    let body = message([file(try TestInstance())])
    #expect(
      try await web.call(.post, "/dicom-web/studies", as: .technologist, [("Content-Type", type)], body: body).status
        == status)
  }

  @Test func oneInstanceAlone() async throws {
    let body = file(try TestInstance())
    let answer = try await web.call(
      .post, "/dicom-web/studies", as: .technologist, [("Content-Type", "application/dicom")], body: body)
    #expect(answer.status == 200)
  }

  @Test func searches() async throws {
    try web.store([TestInstance(1, 1, 1), TestInstance(1, 1, 2), TestInstance(2, 1, 1)])
    func search(_ path: String) async throws -> [DataSet] {
      let answer = try await web.call(.get, "/dicom-web" + path, as: .receptionist)
      if answer.status == 204 { return [] }
      #expect(answer.status == 200)
      #expect(answer.headers[.contentType] == "application/dicom+json")
      return try DICOMJSON.decodeAll(answer.body)
    }
    #expect(try await search("/studies").count == 2)
    #expect(try await search("/studies?PatientID=P2").map { $0.string(.studyInstanceUID) } == ["1.2.2"])
    #expect(try await search("/studies?PatientID=nobody").isEmpty)
    #expect(try await search("/studies/1.2.1/series").first?.integer(.numberOfSeriesRelatedInstances) == 2)
    #expect(
      try await search("/studies/1.2.1/series/1.2.1.1/instances?limit=1&offset=1").first?.string(.sopInstanceUID)
        == "1.2.1.1.2")
    #expect(try await search("/instances").count == 3)
    let url = try await search("/series?SeriesInstanceUID=1.2.2.1").first?.string(.retrieveURL)
    #expect(url == "http://pacs.example:8080/dicom-web/studies/1.2.2/series/1.2.2.1")
    #expect(try await web.call(.get, "/dicom-web/studies?Nonsense=1", as: .clinician).status == 400)
  }

  @Test func metadataAndBulkData() async throws {
    try web.store([TestInstance()])
    let answer = try await web.call(.get, Self.instance + "/metadata", as: .clinician)
    #expect(answer.status == 200)
    let uri = "http://pacs.example:8080\(Self.instance)/bulkdata/7FE00010"
    #expect(answer.text.contains("\"7FE00010\":{\"vr\":\"OW\",\"BulkDataURI\":\"\(uri)\"}"))
    #expect(try DICOMJSON.decodeAll(answer.body).first?.string(.patientName) == "DOE^JANE")
    let pixels = Array(try TestInstance().bytes.suffix(512))
    let bulk = try await web.call(.get, Self.instance + "/bulkdata/7FE00010", as: .clinician)
    #expect(try parts(bulk).map(\.body) == [pixels])
    let single = try await web.call(
      .get, Self.instance + "/bulkdata/7FE00010", as: .clinician, [("Accept", "application/octet-stream")])
    #expect(single.body == pixels)
    #expect(try await web.call(.get, Self.instance + "/bulkdata/00091001", as: .clinician).status == 404)
  }

  /// What stands beside the objects of a study file says the same as the objects.
  @Test func metadataComesOutOfHeads() throws {
    let tail: (inout DataSet) -> Void = { dataSet in
      dataSet.set(DataElement(tag: Tag(0x7FE1, 0x1001), vr: .OB, value: .bytes(ByteSlice([1, 2]))))
      dataSet.set(DataElement(tag: Tag(0x7FE1, 0x0010), vr: .LO, value: .bytes(ByteSlice(Array("OWNER ".utf8)))))
    }
    try web.store([
      TestInstance(), TestInstance(1, 1, 2, pixels: 0), TestInstance(1, 1, 3, change: tail),
      TestInstance(1, 1, 4, transferSyntax: .implicitVRLittleEndian, change: tail),
    ])
    let archive = web.memory.archive
    let instances = try archive.index.instances(InstanceSelection(studies: ["1.2.1"]))
    #expect(instances.count == 4)
    for instance in instances {
      let location = instance.location
      var collector = HeadCollector(
        DataSetPlace(
          dataSetOffset: location.dataSetOffset, pixelDataOffset: location.pixelDataOffset,
          transferSyntax: instance.transferSyntax), length: location.length)
      try archive.readAll(location).withUnsafeBytes { collector.feed($0) }
      let head = try #require(collector.head)
      var corrected = instance
      corrected.change = nil
      #expect(try archive.metadata(of: corrected, head) == archive.metadata(of: corrected))
      #expect(try archive.metadata(of: instance, head).string(.patientName) == "DOE^JANE")
    }
  }

  @Test func framesAndPictures() async throws {
    try web.store([
      TestInstance(pixels: 1024) { dataSet in
        for (tag, value) in [
          (Tag.numberOfFrames, 2), (.bitsAllocated, 16), (.bitsStored, 16), (.highBit, 15), (.pixelRepresentation, 0),
          (.samplesPerPixel, 1),
        ] as [(DICOMCore.Tag, Int)] {
          if tag == .numberOfFrames { dataSet.set(tag, .IS, "2") } else { dataSet.set(tag, .US, integers: [value]) }
        }
        dataSet.set(.photometricInterpretation, .CS, "MONOCHROME2")
      }
    ])
    let both = try parts(try await web.call(.get, Self.instance + "/frames/2,1", as: .clinician))
    #expect(both.map(\.body.count) == [512, 512])
    #expect(both[0].body != both[1].body)
    let second = try await web.call(
      .get, Self.instance + "/frames/2", as: .clinician, [("Accept", "application/octet-stream")])
    #expect(second.body == both[0].body)
    #expect(try await web.call(.get, Self.instance + "/frames/3", as: .clinician).status == 404)
    #expect(try await web.call(.get, Self.instance + "/frames/x", as: .clinician).status == 400)
    let pixels = try await web.call(
      .get, "/api/v1" + Self.instance.dropFirst(10) + "/frames/2/pixels", as: .clinician)
    #expect(pixels.body == both[0].body)
    #expect(pixels.headers[try #require(HTTPField.Name("X-Martlet-Bits-Allocated"))] == "16")
    let jpeg = try await web.call(.get, Self.instance + "/rendered?viewport=8,8", as: .clinician)
    #expect(jpeg.body.prefix(3) == [0xFF, 0xD8, 0xFF])
    let png = try await web.call(.get, Self.instance + "/frames/1/rendered", as: .clinician, [("Accept", "image/png")])
    #expect(png.body.prefix(4) == [0x89, 0x50, 0x4E, 0x47])
    for path in ["/dicom-web/studies/1.2.1", "/dicom-web/studies/1.2.1/series/1.2.1.1", Self.instance] {
      #expect(try await web.call(.get, path + "/thumbnail", as: .clinician).headers[.contentType] == "image/jpeg")
    }
  }

  @Test(arguments: ["/dicom-web/studies/9.9", "/dicom-web/studies/1.2.1/series/9", "/dicom-web/studies/9.9/metadata"])
  func whatIsNotThere(path: String) async throws {
    try web.store([TestInstance()])
    #expect(try await web.call(.get, path, as: .clinician).status == 404)
    #expect(try await web.call(.get, "/dicom-web/studies/..%2F..", as: .clinician).status == 400)
  }
}

/// Texts that are too long to be made as a whole.
@Suite struct StreamedTextTests {
  @Test func metadataOfManyInstancesIsCompressedAsItComes() async throws {
    let web = try WebFixture()
    try web.store(try (1...40).map { try TestInstance(1, 1, $0) })
    let path = "/dicom-web/studies/1.2.1/metadata"
    let plain = try await web.call(.get, path, as: .clinician)
    let packed = try await web.call(.get, path, as: .clinician, [("Accept-Encoding", "gzip")])
    #expect(plain.headers[.contentEncoding] == nil)
    #expect(packed.headers[.contentEncoding] == "gzip")
    #expect(packed.body.prefix(2) == [0x1F, 0x8B])
    #expect(packed.body.count * 4 < plain.body.count)
    // A gzip member ends with the length of what it holds.
    let length = packed.body.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(length == plain.body.count)
    #expect(try DICOMJSON.decodeAll(plain.body).count == 40)
  }
}
