// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import Testing

@testable import FileCommands

struct EditPlanTests {
  @Test(
    arguments: [
      ("PatientName=Doe^Jane", "PatientName", nil, AttributeValues.texts(["Doe^Jane"])),
      ("PatientName==x", "PatientName", nil, .texts(["=x"])),
      ("ImageType=A\\B", "ImageType", nil, .texts(["A", "B"])),
      ("PatientComments=a\\b", "PatientComments", nil, .texts(["a\\b"])),
      ("PatientID=", "PatientID", nil, .empty),
      ("(0029,\"A=B\",10):UT=a\\b", "(0029,\"A=B\",10)", VR.UT, .texts(["a\\b"])),
      ("(0029,1001):US=1\\2", "(0029,1001)", .US, .texts(["1", "2"])),
    ] as [(String, String, VR?, AttributeValues)])
  func settings(text: String, path: String, vr: VR?, values: AttributeValues) throws {
    let setting = try EditPlan.setting(text)
    #expect(setting.path.keywords == path)
    #expect(setting.vr == vr)
    #expect(setting.values == values)
  }

  @Test(arguments: ["PatientName", "Nonsense=1", "=1", "PatientName:XX=1", "PatientName[0=1"])
  func refuses(text: String) {
    #expect(throws: (any Error).self) { try EditPlan.setting(text) }
  }

  @Test func insertions() throws {
    #expect(try EditPlan.insertion("ProcedureCodeSequence[1]").item.isEmpty)
    let insertion = try EditPlan.insertion("ProcedureCodeSequence={\"00080100\":{\"vr\":\"SH\",\"Value\":[\"X\"]}}")
    #expect(insertion.item.string(.codeValue) == "X")
  }
}
