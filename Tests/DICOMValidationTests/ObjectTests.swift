// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMTestKit
import DICOMValidation
import Testing

/// Whether the parts of an object agree, and its file.
struct ObjectTests {
  private func check(_ change: (inout DataSet) -> Void) -> [ValidationFinding] {
    var image = SampleObjects.ct()
    change(&image)
    return Validator.validate(image)
  }

  @Test func pixelsAndTheirAttributes() {
    #expect(check { $0.set(.rows, .US, integers: [5]) }.kinds("PixelData") == [.pixelDataLength])
    #expect(check { $0.set(.numberOfFrames, .IS, "2") }.kinds("PixelData") == [.pixelDataLength])
    #expect(check { $0.set(.highBit, .US, integers: [13]) }.kinds("HighBit") == [.inconsistentValues])
    #expect(check { $0.set(.bitsStored, .US, integers: [17]) }.kinds("BitsStored").contains(.inconsistentValues))
    let colour = check { $0.set(.photometricInterpretation, .CS, "RGB") }
    #expect(colour.kinds("SamplesPerPixel") == [.inconsistentValues])
    #expect(colour.kinds("PhotometricInterpretation") == [.enumeratedValue])
    #expect(check { $0.set(.pixelAspectRatio, .IS, ["1", "2"]) }.kinds("PixelAspectRatio") == [.unexpectedAttribute])
    #expect(check { $0.set(.imageType, .CS, ["ORIGINAL", "PRIMARY"]) }.kinds("ImageType") == [.wrongMultiplicity])
    #expect(check { $0.set(.rescaleType, .LO, "US") }.kinds("RescaleType") == [.inconsistentValues])
  }

  @Test func oneUIDForTwoThings() {
    #expect(check { $0.set(.seriesInstanceUID, "2.25.1") }.kinds("SeriesInstanceUID") == [.uid])
  }

  @Test func overlaysAndOtherRepeatingGroups() {
    let findings = check {
      $0.set(Tag(0x6002, 0x0010), .US, integers: [4])
      $0.set(Tag(0x6002, 0x0100), .US, integers: [16])
    }
    #expect(findings.kinds("(6002,0011)") == [.missingAttribute])
    #expect(findings.kinds("(6002,0100)") == [.enumeratedValue])
    #expect(findings.kinds("(6000,0011)") == [])
  }

  @Test func itemsAndCodes() {
    let code = DataSet.build([.codeValue: "X", .codingSchemeDesignator: "SRT"])
    let findings = check { $0.set(.anatomicRegionSequence, items: [code, code]) }
    #expect(findings.kinds("AnatomicRegionSequence") == [.itemCount])
    #expect(findings.kinds("AnatomicRegionSequence[0].CodeMeaning") == [.missingAttribute])
    #expect(findings.kinds("AnatomicRegionSequence[1].CodingSchemeDesignator") == [.codingScheme])
    let bare = check { $0.set(.anatomicRegionSequence, items: [DataSet.build([.codeMeaning: "Head"])]) }
    #expect(bare.kinds("AnatomicRegionSequence[0].CodeValue") == [.missingConditionalAttribute])
    let foreign = DataSet.build([.codeValue: "X", .codingSchemeDesignator: "ACME", .codeMeaning: "X"])
    let private99 = DataSet.build([.codeValue: "X", .codingSchemeDesignator: "99ACME", .codeMeaning: "X"])
    #expect(
      check { $0.set(.anatomicRegionSequence, items: [foreign]) }.kinds(
        "AnatomicRegionSequence[0].CodingSchemeDesignator") == [.definedTerm])
    #expect(check { $0.set(.anatomicRegionSequence, items: [private99]) } == [])
    #expect(check { $0.set(.requestAttributesSequence, items: []) }.kinds("RequestAttributesSequence") == [.itemCount])
  }

  @Test func functionalGroups() {
    let image = SampleObjects.enhanced()
    let findings = Validator.validate(image)
    #expect(findings.kinds("PerFrameFunctionalGroupsSequence[1].FrameAnatomySequence") == [.missingAttribute])
    #expect(findings.filter { $0.path.contains("PlanePosition") || $0.path.contains("PixelMeasures") } == [])

    var wrong = image
    var shared = image.items(.sharedFunctionalGroupsSequence)[0]
    shared.set(.planePositionSequence, items: [DataSet.build([.imagePositionPatient: ["0", "0", "0"]])])
    shared.set(.frameContentSequence, items: [DataSet.build([.frameAcquisitionNumber: 1])])
    wrong.set(.sharedFunctionalGroupsSequence, items: [shared])
    let twice = Validator.validate(wrong)
    #expect(twice.kinds("PerFrameFunctionalGroupsSequence[0].PlanePositionSequence") == [.functionalGroup])
    #expect(twice.kinds("SharedFunctionalGroupsSequence[0].FrameContentSequence") == [.functionalGroup])

    wrong = image
    wrong.set(.numberOfFrames, .IS, "3")
    #expect(Validator.validate(wrong).kinds("PerFrameFunctionalGroupsSequence") == [.itemCount])
    wrong.remove(.perFrameFunctionalGroupsSequence)
    #expect(Validator.validate(wrong).kinds("PerFrameFunctionalGroupsSequence") == [.missingConditionalAttribute])
  }

  @Test func documents() {
    var document = SampleObjects.basicText()
    document.set(.verificationFlag, .CS, "VERIFIED")
    document.set(
      .contentSequence,
      items: [
        DataSet.build([.relationshipType: "CONTAINS", .valueType: "TEXT"]),
        DataSet.build([.relationshipType: "BELOW", .valueType: "CODE", .textValue: "x"]),
        DataSet.build([
          .relationshipType: "CONTAINS", .valueType: "IMAGE",
          .referencedSOPSequence: .items([
            DataSet.build([
              .referencedSOPClassUID: "1.2.840.10008.5.1.4.1.1.2", .referencedSOPInstanceUID: "1.2.3",
            ])
          ]),
        ]),
        DataSet.build([.relationshipType: "CONTAINS", .referencedContentItemIdentifier: [1, 2]]),
      ])
    let findings = Validator.validate(document)
    #expect(findings.kinds("VerifyingObserverSequence") == [.missingConditionalAttribute])
    #expect(findings.kinds("ContentSequence[0].TextValue") == [.missingConditionalAttribute])
    #expect(findings.kinds("ContentSequence[0].ConceptNameCodeSequence") == [.missingConditionalAttribute])
    #expect(findings.kinds("ContentSequence[1].TextValue") == [.unexpectedAttribute])
    #expect(findings.kinds("ContentSequence[1].RelationshipType") == [.enumeratedValue])
    #expect(
      findings.kinds("ContentSequence[2].ReferencedSOPSequence[0].ReferencedSOPInstanceUID") == [.unlistedReference])
    #expect(findings.filter { $0.path.hasPrefix("ContentSequence[3]") } == [])
  }

  @Test func filesAndTheirMetaInformation() throws {
    let image = SampleObjects.ct()
    func file(_ instance: UID, _ change: (inout [UInt8]) -> Void = { _ in }) throws -> [ValidationFinding] {
      let syntax = TransferSyntax.explicitVRLittleEndian
      var bytes = FileMetaInformation.encode(
        sopClass: "1.2.840.10008.5.1.4.1.1.2", sopInstance: instance, transferSyntax: syntax.uid)
      bytes += try DataSetWriter.write(image, transferSyntax: syntax)
      change(&bytes)
      return Validator.validate(try Part10File.read(ByteSlice(bytes)))
    }
    #expect(try file("2.25.4").lines == [])
    #expect(try file("2.25.5").kinds("MediaStorageSOPInstanceUID") == [.fileMetaInformation])
    let shorter = try file("2.25.4") { $0.removeLast(2) }
    #expect(shorter.kinds("").contains(.encoding))
    let wrongLength = try file("2.25.4") { $0[140] &+= 2 }
    #expect(wrongLength.kinds("FileMetaInformationGroupLength").contains(.groupLength))
  }
}
