// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import Testing

@testable import DICOMNetwork

/// PS3.7 §6.3, §9.3 and Annex E.
struct CommandSetTests {
  @Test func echoRequestBytes() {
    let uid = Array("1.2.840.10008.1.1".utf8) + [0]
    let expected: [UInt8] =
      [0, 0, 0, 0, 4, 0, 0, 0, 56, 0, 0, 0] + [0, 0, 2, 0, 18, 0, 0, 0] + uid
      + [0, 0, 0, 1, 2, 0, 0, 0, 0x30, 0] + [0, 0, 0x10, 1, 2, 0, 0, 0, 7, 0] + [0, 0, 0, 8, 2, 0, 0, 0, 1, 1]
    #expect(CommandSet.cEchoRQ(messageID: 7).encoded() == expected)
  }

  @Test func thereAndBack() throws {
    var command = CommandSet.cStoreRQ(
      messageID: 65535, sopClass: "1.2.840.10008.5.1.4.1.1.2", sopInstance: "1.2.3", priority: .low,
      moveOriginator: ("WORKSTATION", 9))
    command.offendingElement = [DICOMCore.Tag(0x0010, 0x0020), DICOMCore.Tag(0x0008, 0x0052)]
    command.errorComment = "Größe\\"
    command.numberOfFailedSuboperations = 3
    let decoded = try CommandSet(command.encoded())
    #expect(decoded == command)
    #expect(decoded.commandField == .cStoreRQ)
    #expect(decoded.moveOriginatorApplicationEntityTitle == "WORKSTATION")
    #expect(decoded.offendingElement == [DICOMCore.Tag(0x0010, 0x0020), DICOMCore.Tag(0x0008, 0x0052)])
    #expect(decoded.errorComment == "Gr??e?")
    #expect(decoded.hasDataSet)
    #expect(decoded.priority == .low)
  }

  @Test func responseRepeatsWhatItAnswers() {
    var request = CommandSet(.nActionRQ)
    request.messageID = 4
    request.requestedSOPClassUID = "1.2.840.10008.1.20.1"
    request.requestedSOPInstanceUID = "1.2.840.10008.1.20.1.1"
    request.actionTypeID = 1
    let response = request.response(status: 0)
    #expect(response.commandField == .nActionRSP)
    #expect(response.affectedSOPClassUID == "1.2.840.10008.1.20.1")
    #expect(response.affectedSOPInstanceUID == "1.2.840.10008.1.20.1.1")
    #expect(response.messageIDBeingRespondedTo == 4)
    #expect(response.actionTypeID == 1)
    #expect(!response.hasDataSet)
    #expect(response.tags.contains(Tag.status))
  }

  @Test(
    arguments: [
      ([0, 0, 0, 1, 2, 0, 0], CommandSetError.Code.badLength),
      ([0, 0, 0, 1, 3, 0, 0, 0, 0x30, 0], .badLength),
      ([0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0x30, 0], .badLength),
      ([8, 0, 0, 1, 2, 0, 0, 0, 0x30, 0], .notACommandElement),
      ([0, 0, 0, 1, 2, 0, 0, 0, 0x30, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0x30, 0], .duplicate),
      ([0, 0, 0x10, 1, 2, 0, 0, 0, 0x30, 0], .missing),
      ([], .missing),
    ] as [([UInt8], CommandSetError.Code)])
  func badBytes(bytes: [UInt8], code: CommandSetError.Code) {
    let error = #expect(throws: CommandSetError.self) { try CommandSet(bytes) }
    #expect(error?.code == code)
  }

  @Test func names() {
    #expect(CommandField.cFindRSP.description == "C-FIND-RSP")
    #expect(CommandField.nEventReportRQ.rawValue == 0x0100)
    #expect(CommandField.cCancelRQ.description == "C-CANCEL-RQ")
  }
}
