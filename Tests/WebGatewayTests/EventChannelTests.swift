// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMServices
import Testing

@testable import WebGateway

@Suite struct EventChannelTests {
  /// The first bytes of connections, and what they become.
  @Test(arguments: [
    ("GET /dicom-web/subscribers/A HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", EventChannelRequest.Verdict.events),
    ("GET /dicom-web/subscribers/A HTTP/1.1\r\nhost: a\r\nupgrade: WebSocket\r\n\r\n", .events),
    ("GET /dicom-web/subscribers/A HTTP/1.1\r\nhost: a\r\n\r\n", .http),
    ("GET /dicom-web/subscribers/A HTTP/1.1\r\nhost: upgrade: websocket\r\n\r\n", .http),
    ("GET /dicom-web/subscribers/A HTTP/1.1\r\nupgrade: websocket\r\n", .unknown),
    ("GET /dicom-web/subs", .unknown), ("G", .unknown), ("", .unknown), ("POST /dicom-web/subscribers/A", .http),
    ("GET /dicom-web/studies HTTP/1.1\r\n\r\n", .http), ("\u{16}\u{3}\u{1}", .http),
  ])
  func verdicts(_ text: String, _ verdict: EventChannelRequest.Verdict) {
    #expect(EventChannelRequest.verdict(Array(text.utf8)) == verdict)
  }

  @Test func aHeadWithoutEndIsNoChannel() {
    let text = "GET /dicom-web/subscribers/A HTTP/1.1\r\n" + String(repeating: "a: b\r\n", count: 4000)
    #expect(EventChannelRequest.verdict(Array(text.utf8)) == .http)
  }

  @Test func messages() throws {
    var information = DataSet()
    information.set(.procedureStepState, .CS, "SCHEDULED")
    let event = UnifiedProcedureStepEvent(.stateReport, of: "1.2.3", information)
    let message = try DICOMJSON.decode(EventChannelSession.message(event, 7))
    #expect(message.string(DICOMCore.Tag(0x0000, 0x1000)) == "1.2.3")
    #expect(message.integer(DICOMCore.Tag(0x0000, 0x1002)) == 1)
    #expect(message.integer(DICOMCore.Tag(0x0000, 0x0110)) == 7)
    #expect(message.string(.procedureStepState) == "SCHEDULED")
  }
}
