// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMTestKit
import DICOMValidation
import Testing

/// Attribute types, conditions and terms, in objects that conform but for one thing.
struct AttributeTests {
  private func check(_ change: (inout DataSet) -> Void) -> [ValidationFinding] {
    var image = SampleObjects.ct()
    change(&image)
    return Validator.validate(image)
  }

  @Test func whatConformsHasNoFindings() {
    #expect(Validator.validate(SampleObjects.ct()).lines == [])
    #expect(Validator.validate(SampleObjects.basicText()).lines == [])
  }

  @Test func missingAttributesOfTypes1And2() {
    let findings = check {
      $0.remove(.rescaleSlope)
      $0.remove(.accessionNumber)
    }
    #expect(findings.kinds("RescaleSlope") == [.missingAttribute])
    #expect(findings.kinds("AccessionNumber") == [.missingAttribute])
    let slope = findings.first { $0.path == "RescaleSlope" }
    #expect(slope?.severity == .error && slope?.module == "CT Image" && slope?.clause == "PS3.3 C.8.2.1")
    #expect(slope?.tag == .rescaleSlope && slope?.keyword == "RescaleSlope")
  }

  @Test func emptyAttributes() {
    let findings = check {
      $0.set(.rescaleSlope, .DS, [])
      $0.set(.accessionNumber, .SH, [])
      $0.set(.lossyImageCompressionRatio, .DS, [])
    }
    #expect(findings.kinds("RescaleSlope") == [.emptyAttribute])
    #expect(findings.kinds("AccessionNumber") == [])
  }

  @Test func conditionalAttributes() {
    #expect(check { $0.remove(.patientPosition) }.kinds("PatientPosition") == [.missingConditionalAttribute])
    #expect(
      check { $0.set(.patientIdentityRemoved, .CS, "YES") }.kinds("DeidentificationMethod") == [
        .missingConditionalAttribute
      ])
    #expect(
      check { $0.set(.planarConfiguration, .US, integers: [0]) }.kinds("PlanarConfiguration") == [
        .unexpectedAttribute
      ])
    #expect(check { $0.remove(.pixelData) }.kinds("PixelData") == [.missingConditionalAttribute])
  }

  @Test func laterality() {
    let paired = check { $0.set(.bodyPartExamined, .CS, "KNEE") }
    #expect(paired.first { $0.path == "Laterality" }?.severity == .error)
    let unknown = check { $0.remove(.bodyPartExamined) }
    #expect(unknown.first { $0.path == "Laterality" }?.severity == .note)
    #expect(check { $0.set(.laterality, .CS, "L") }.kinds("Laterality") == [.unexpectedAttribute])
    let empty = check {
      $0.set(.laterality, .CS, [])
      $0.set(.bodyPartExamined, .CS, "KNEE")
    }
    #expect(empty.kinds("Laterality") == [.emptyAttribute])
  }

  @Test func attributesOfNoModule() {
    let findings = check {
      $0.set(.hangingProtocolName, .SH, "X")
      $0.set(.lutExplanation, .LO, "X")
      $0.set(Tag(0x0009, 0x0010), .LO, "ACME")
      $0.set(.issuerOfPatientID, .LO, "X")
    }
    #expect(findings.kinds("HangingProtocolName") == [.attributeNotInIOD])
    #expect(findings.kinds("LUTExplanation") == [.attributeNotInIOD])
    #expect(findings.count == 2)
    #expect(findings.allSatisfy { $0.severity == .warning })
  }

  @Test func retiredAndUnknownAttributes() {
    let findings = check {
      $0.set(.otherPatientIDs, .LO, "X")
      $0.set(Tag(0x0008, 0x0000), .UL, integers: [4])
      $0.set(Tag(0x0008, 0x7777), .LO, "X")
    }
    #expect(findings.kinds("OtherPatientIDs") == [.retiredAttribute, .attributeNotInIOD])
    #expect(findings.kinds("(0008,0000)") == [.retiredAttribute])
    #expect(findings.kinds("(0008,7777)") == [.unknownAttribute])
  }

  @Test func enumeratedValuesAndDefinedTerms() {
    let findings = check {
      $0.set(.patientSex, .CS, "X")
      $0.set(.imageType, .CS, ["ORIGINAL", "PRIMARY", "CORONAL"])
      $0.set(.bitsAllocated, .US, integers: [8])
    }
    #expect(findings.kinds("PatientSex") == [.enumeratedValue])
    #expect(findings.kinds("ImageType") == [.definedTerm])
    #expect(findings.kinds("BitsAllocated").contains(.enumeratedValue))
    #expect(findings.first { $0.kind == .definedTerm }?.severity == .warning)
  }

  @Test func whatDirectoriesNeed() {
    let findings = check { $0.set(.studyID, .SH, []) }
    #expect(findings.kinds("StudyID") == [.neededForDirectory])
  }

  @Test func theSOPClassMayBeGivenOrUnknown() {
    var image = SampleObjects.ct()
    let asMR = Validator.validate(image, sopClass: .mrImageStorage)
    #expect(asMR.kinds("ScanningSequence") == [.missingAttribute])
    image.set(.sopClassUID, "1.2.3.4")
    #expect(Validator.validate(image).map(\.kind) == [.unknownSOPClass])
    image.remove(.sopClassUID)
    #expect(Validator.validate(image).map(\.kind) == [.missingAttribute])
  }

  @Test func conditionalModulesByOwnAttributes() {
    let findings = check { $0.set(.clinicalTrialProtocolID, .LO, "T1") }
    #expect(findings.kinds("ClinicalTrialSponsorName") == [.missingAttribute])
    #expect(findings.kinds("ClinicalTrialSubjectID") == [.missingConditionalAttribute])
  }

  @Test func severitiesAndLimits() {
    var image = SampleObjects.ct()
    image.set(.otherPatientIDs, .LO, "X")
    image.remove(.rescaleSlope)
    image.remove(.bodyPartExamined)
    #expect(Set(Validator.validate(image).map(\.severity)) == [.error, .warning, .note])
    let errors = Validator.validate(image, options: ValidationOptions(minimumSeverity: .error))
    #expect(errors.map(\.path) == ["RescaleSlope"])
    let limited = Validator.validate(image, options: ValidationOptions(findings: 2))
    #expect(limited.count == 3 && limited.last?.kind == .limitExceeded)
  }

  @Test func everyRuleIsReadable() { #expect(Validator.unreadableRules == []) }
}
