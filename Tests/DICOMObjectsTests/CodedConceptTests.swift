// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMObjects
import Testing

@Suite struct CodedConceptTests {
  @Test func retiredCodesEqualTheirSuccessors() {
    #expect(CodedConcept("T-D3000", "SRT", "Chest") == CodedConcept("51185008", "SCT", "Thorax"))
    #expect(CodedConcept("T-D3000", "SNM3", "Chest").hashValue == CodedConcept("51185008", "SCT").hashValue)
    #expect(CodedConcept("121070", "DCM", "Findings") == CodedConcept("59776-5", "LN", "Findings"))
    #expect(CodedConcept("T-D3000", "SRT", "Chest") != CodedConcept("51185008", "DCM", "Chest"))
    #expect(CodedConcept("T-99999X", "SRT", "?") != CodedConcept("T-99999X", "DCM", "?"))
  }

  @Test func meaningsComeFromTheStandard() {
    #expect(CodedConcept("113704", "DCM").meaning == "Projection X-Ray")
    #expect(CodedConcept("mm", "UCUM").meaning == "mm" || !CodedConcept("mm", "UCUM").meaning.isEmpty)
    #expect(ConceptDictionary.meaning(of: "T-D3000", scheme: "SRT") != nil)
    #expect(ConceptDictionary.meaning(of: "nonsense", scheme: "DCM") == nil)
    #expect(ConceptDictionary.count > 15_000)
  }

  @Test(arguments: [(7010, "113000", true), (7010, "121071", false), (7021, "126000", true), (244, "x", false)])
  func contextGroupsHaveTheirMembers(_ cid: Int, _ code: String, _ isMember: Bool) throws {
    let group = try #require(ContextGroup(cid))
    #expect(group.contains(CodedConcept(code, "DCM", "")) == isMember)
    #expect(group.concepts.count == group.count && group.count > 0)
  }

  @Test func everyContextGroupResolves() throws {
    #expect(ContextGroup(999_999) == nil)
    for cid in [2, 4, 6, 29, 100, 218, 4031, 6129, 7150, 7151, 12_300] where ContextGroup(cid) != nil {
      let group = try #require(ContextGroup(cid))
      #expect(group.concepts.allSatisfy { !$0.meaning.isEmpty })
    }
  }

  @Test func itemsHoldCodesOfEveryLength() throws {
    let short = try CodedConcept("113704", "DCM").dataSet()
    #expect(short.string(.codeValue) == "113704" && short[.longCodeValue] == nil)
    let long = try CodedConcept("12345678901234567890", "SCT", "Long").dataSet()
    #expect(long.string(.longCodeValue) == "12345678901234567890" && long[.codeValue] == nil)
    let urn = try CodedConcept("urn:oid:1.2.3", "", "Name").dataSet()
    #expect(urn.string(.urnCodeValue) == "urn:oid:1.2.3" && urn[.codingSchemeDesignator] == nil)
    #expect(CodedConcept(urn) == CodedConcept("urn:oid:1.2.3", "", "Other meaning"))
  }

  @Test func anEmptyMeaningIsRefusedWithItsAttribute() {
    let error = #expect(throws: ObjectError.self) { try CodedConcept("1", "99X", "").dataSet() }
    #expect(error?.code == .missing && error?.path == "CodeMeaning")
    let tooLong = #expect(throws: ObjectError.self) {
      try CodedConcept("1", "99X", String(repeating: "x", count: 65)).dataSet()
    }
    #expect(tooLong?.code == .invalid && tooLong?.reason.contains("64") == true)
  }
}
