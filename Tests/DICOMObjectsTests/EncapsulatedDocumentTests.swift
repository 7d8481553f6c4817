// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMObjects
import DICOMTestKit
import Testing

@Suite struct EncapsulatedDocumentTests {
  static func pdf() -> EncapsulatedDocument {
    EncapsulatedDocument(
      context: Samples.context(61), kind: .pdf, content: ByteSlice(Array("%PDF-1.4\n%%EOF".utf8)), title: "Befund",
      concept: CodedConcept("18748-4", "LN", "Diagnostic Imaging Report"))
  }

  static func cda() -> EncapsulatedDocument {
    let xml = """
      <?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><title>Report &amp; more</title><!-- no -->
      <component><section><title>Findings</title><text><paragraph>No <content>nodule</content> &#60;4 mm.</paragraph>
      <![CDATA[a<b]]></text></section></component></ClinicalDocument>
      """
    var document = EncapsulatedDocument(
      context: Samples.context(62), kind: .cda, content: ByteSlice(Array(xml.utf8)), title: "CDA")
    document.hl7InstanceIdentifier = "1.2.3.4^7"
    return document
  }

  static func stl() -> EncapsulatedDocument {
    EncapsulatedDocument(
      context: Samples.context(63), kind: .stl, content: ByteSlice([UInt8](repeating: 0, count: 84)), title: "Model",
      concept: CodedConcept("85040-4", "LN", "Model"), hasBurnedInAnnotation: false)
  }

  @Test func documentsReadAsTheyWereBuilt() throws {
    for document in [Self.pdf(), Self.cda(), Self.stl()] {
      let read = try EncapsulatedDocument(Samples.reread(document.dataSet()))
      #expect(read.content == document.content && read.kind == document.kind)
      #expect(read.title == document.title && read.concept == document.concept)
      #expect(read.hasBurnedInAnnotation == document.hasBurnedInAnnotation && read.unit == document.unit)
    }
  }

  @Test func wordsOfACDAAreRead() {
    #expect(Self.cda().text == "Report & more\nFindings\nNo nodule <4 mm.\na<b\n")
    #expect(Self.pdf().text == nil)
  }

  @Test func contentHasToBeWhatItSays() {
    var document = Self.pdf()
    document.content = ByteSlice(Array("hello".utf8))
    #expect(throws: ObjectError.self) { try document.dataSet() }
    document = Self.cda()
    document.hl7InstanceIdentifier = nil
    let error = #expect(throws: ObjectError.self) { try document.dataSet() }
    #expect(error?.path == "HL7InstanceIdentifier")
    document.content = .empty
    #expect(throws: ObjectError.self) { try document.dataSet() }
  }

  @Test func lengthWithoutAttributeLosesOneNULOnly() throws {
    var dataSet = try Self.pdf().dataSet()
    dataSet.remove(.encapsulatedDocumentLength)
    dataSet.set(
      DataElement(tag: .encapsulatedDocument, vr: .OB, value: .bytes(ByteSlice(Array("%PDF-1.4\n%%EOF\n".utf8) + [0]))))
    #expect(try EncapsulatedDocument(dataSet).content.array == Array("%PDF-1.4\n%%EOF\n".utf8))
  }

  static let files = Corpus.files().filter { entry in
    (entry.text("sop_class") ?? "").hasPrefix("1.2.840.10008.5.1.4.1.1.104") && !entry.id.hasPrefix("synthetic/sop")
  }

  @Test func realDocumentsRead() throws {
    for entry in Self.files {
      let document = try EncapsulatedDocument(Part10File.read(entry.bytes()).dataSet)
      #expect(document.content.count > 0)
    }
  }
}
