// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

struct DICOMXMLTests {
  /// What stands between the tags of the root.
  private func body(_ dataSet: DataSet, options: DICOMXML.EncodingOptions = .init()) throws -> String {
    let text = String(decoding: DICOMXML.encode(dataSet, options: options), as: UTF8.self)
    let head = """
      <?xml version="1.0" encoding="UTF-8"?>
      <NativeDicomModel xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM" xml:space="preserve">
      """
    #expect(text.hasPrefix(head))
    #expect(text.hasSuffix("</NativeDicomModel>\n"))
    return String(text.dropFirst(head.count).dropLast("</NativeDicomModel>\n".count))
      .replacing("\n", with: "")
  }

  private struct Case: Sendable {
    let dataSet: DataSet
    let xml: String
    init(_ dataSet: DataSet, _ xml: String...) {
      self.dataSet = dataSet
      self.xml = xml.joined()
    }
  }

  private static let cases: [Case] = [
    Case(
      DataSet.build([.patientID: "A<B>&\"C\""]),
      #"<DicomAttribute tag="00100020" vr="LO" keyword="PatientID">"#,
      #"<Value number="1">A&lt;B&gt;&amp;"C"</Value></DicomAttribute>"#
    ),
    Case(.build([.patientID: []]), #"<DicomAttribute tag="00100020" vr="LO" keyword="PatientID"/>"#),
    Case(
      .build([.otherPatientIDs: ["A", "", "B"]]),
      #"<DicomAttribute tag="00101000" vr="LO" keyword="OtherPatientIDs"><Value number="1">A</Value>"#,
      #"<Value number="2"/><Value number="3">B</Value></DicomAttribute>"#
    ),
    Case(
      .build([.patientName: "Doe^J^^Dr=王^小東"], characterSet: .utf8),
      #"<DicomAttribute tag="00100010" vr="PN" keyword="PatientName"><PersonName number="1"><Alphabetic>"#,
      "<FamilyName>Doe</FamilyName><GivenName>J</GivenName><NamePrefix>Dr</NamePrefix></Alphabetic><Ideographic>",
      "<FamilyName>王</FamilyName><GivenName>小東</GivenName></Ideographic></PersonName></DicomAttribute>"
    ),
    Case(
      .build([.selectorFDValue: [.doubles([.nan, .infinity, -.infinity, 0.1, 2])]]),
      #"<DicomAttribute tag="00720074" vr="FD" keyword="SelectorFDValue"><Value number="1">NaN</Value>"#,
      #"<Value number="2">INF</Value><Value number="3">-INF</Value><Value number="4">0.1</Value>"#,
      #"<Value number="5">2</Value></DicomAttribute>"#
    ),
    Case(
      .build([.frameIncrementPointer: 0x0018_1063]),
      #"<DicomAttribute tag="00280009" vr="AT" keyword="FrameIncrementPointer">"#,
      #"<Value number="1">00181063</Value></DicomAttribute>"#
    ),
    Case(
      .build([.privateInformation: .bytes([1, 2, 3, 4])]),
      #"<DicomAttribute tag="00020102" vr="OB" keyword="PrivateInformation">"#,
      #"<InlineBinary>AQIDBA==</InlineBinary></DicomAttribute>"#
    ),
    Case(
      .build([.procedureCodeSequence: .items([DataSet(), .build([.codeValue: "X"])])]),
      #"<DicomAttribute tag="00081032" vr="SQ" keyword="ProcedureCodeSequence"><Item number="1"/><Item number="2">"#,
      #"<DicomAttribute tag="00080100" vr="SH" keyword="CodeValue"><Value number="1">X</Value></DicomAttribute>"#,
      "</Item></DicomAttribute>"
    ),
  ]

  @Test(arguments: cases)
  private func writes(expected: Case) throws {
    #expect(try body(expected.dataSet) == expected.xml)
  }

  /// PS3.19 table A.1.5-2: the creator stands for the number of the block.
  @Test func privateElementsAreNamedByTheirCreator() throws {
    var dataSet = DataSet()
    dataSet.set(Tag(0x0009, 0x0011), .LO, "ACME & SONS")
    dataSet.set(Tag(0x0009, 0x1101), .SH, "x")
    dataSet.set(Tag(0x0009, 0x2002), .SH, "nobody's")
    let xml = try body(dataSet)
    #expect(xml.contains(#"<DicomAttribute tag="00090001" vr="SH" privateCreator="ACME &amp; SONS">"#))
    #expect(xml.contains(#"<DicomAttribute tag="00092002" vr="SH">"#))
    #expect(try DICOMXML.decode(DICOMXML.encode(dataSet)).elements == dataSet.elements)
    // Another document may have no creator element at all.
    let bare =
      #"<NativeDicomModel><DicomAttribute tag="00090001" vr="SH" privateCreator="A">"#
      + #"<Value number="1">x</Value></DicomAttribute></NativeDicomModel>"#
    let decoded = try DICOMXML.decode(Array(bare.utf8))
    #expect(decoded.string(Tag(0x0009, 0x0010)) == "A")
    #expect(decoded.string(Tag(0x0009, 0x1001)) == "x")
  }

  /// One name in two blocks of a group does not tell which: the tags stay whole.
  @Test func ambiguousCreatorsKeepTheirBlocks() throws {
    var dataSet = DataSet()
    dataSet.set(Tag(0x0009, 0x0010), .LO, "A")
    dataSet.set(Tag(0x0009, 0x0011), .LO, "A")
    dataSet.set(Tag(0x0009, 0x1001), .SH, "x")
    dataSet.set(Tag(0x0009, 0x1101), .SH, "y")
    #expect(try DICOMXML.decode(DICOMXML.encode(dataSet)).elements == dataSet.elements)
  }

  @Test(arguments: RoundTripTests.native)
  func survives(syntax: TransferSyntax) throws {
    let bytes = try DataSetWriter.write(RoundTripTests.everyVR, transferSyntax: syntax)
    let dataSet = try DataSetReader.read(ByteSlice(bytes), transferSyntax: syntax)
    let decoded = try DICOMXML.decode(DICOMXML.encode(dataSet))
    #expect(decoded.elements.map(\.tag) == RoundTripTests.everyVR.elements.map(\.tag))
    for (left, right) in zip(decoded.elements, RoundTripTests.everyVR.elements) where left.vr != .SQ {
      #expect(left.bytes == right.bytes, "\(left.tag)")
    }
  }

  @Test func randomDataSetsSurvive() throws {
    var random = RandomDataSets(seed: 11)
    for _ in 0..<60 {
      let xml = DICOMXML.encode(random.dataSet())
      let decoded = try DICOMXML.decode(xml)
      #expect(DICOMXML.encode(decoded) == xml)
    }
  }

  @Test func bulkData() throws {
    let dataSet = DataSet.build([
      .waveformSequence: .items([DataSet(), .build([.waveformData: .typed(.OW, [1, 2])])]),
      .pixelData: .fragments([[], [1, 2]]),
    ])
    let options = DICOMXML.EncodingOptions { path, _ in "bulk/\(path)?a&b" }
    let xml = DICOMXML.encode(dataSet, options: options)
    let text = String(decoding: xml, as: UTF8.self)
    #expect(text.contains(#"<BulkData uri="bulk/54000100/2/54001010?a&amp;b"/>"#))
    let value = ByteSlice(EncapsulatedValue.bytes(of: [.empty, ByteSlice([1, 2])]))
    let decoded = try DICOMXML.decode(xml, options: .init { $0.hasPrefix("bulk/7FE00010") ? value : nil })
    #expect(decoded[.pixelData]?.value == dataSet[.pixelData]?.value)
    #expect(decoded.items(.waveformSequence)[1].bytes(.waveformData)?.isEmpty == true)
  }

  @Test(arguments: [
    "", "<a/>", "<NativeDicomModel>", "<NativeDicomModel></a>", "<NativeDicomModel/><NativeDicomModel/>",
    "x<NativeDicomModel/>",
    "<!DOCTYPE a [<!ENTITY x \"y\">]><NativeDicomModel/>", "<NativeDicomModel><DicomAttribute/></NativeDicomModel>",
    "<NativeDicomModel><DicomAttribute tag=\"0010\"/></NativeDicomModel>",
    "<NativeDicomModel><DicomAttribute tag=\"00100010\" vr=\"QQ\"/></NativeDicomModel>",
    "<NativeDicomModel><DicomAttribute tag=\"00100010\" tag=\"00100010\"/></NativeDicomModel>",
    "<NativeDicomModel><DicomAttribute tag=\"00100020\"><Value>&nbsp;</Value></DicomAttribute></NativeDicomModel>",
    "<NativeDicomModel><DicomAttribute tag=\"00100020\"><Value>&#0;</Value></DicomAttribute></NativeDicomModel>",
    "<NativeDicomModel><DicomAttribute tag=\"00100020\"><Value number=\"99999\"/></DicomAttribute></NativeDicomModel>",
    "<NativeDicomModel><DicomAttribute tag=\"00280010\" vr=\"US\"><Value>70000</Value></DicomAttribute>"
      + "</NativeDicomModel>",
    "<NativeDicomModel><DicomAttribute tag=\"00100020\" vr=\"LO\"><Item/></DicomAttribute></NativeDicomModel>",
    "<NativeDicomModel><Value/></NativeDicomModel>", "<NativeDicomModel a=b/>", "<NativeDicomModel a=\"<\"/>",
    "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><NativeDicomModel/>",
    "<NativeDicomModel><DicomAttribute tag=\"7FE00010\" vr=\"OB\"><InlineBinary>?</InlineBinary></DicomAttribute>"
      + "</NativeDicomModel>",
  ])
  func refuses(xml: String) {
    let error = #expect(throws: ReadError.self) { try DICOMXML.decode(Array(xml.utf8)) }
    #expect(error?.code == .invalidXML)
  }

  @Test func depthIsLimited() {
    let start = "<DicomAttribute tag=\"00081032\" vr=\"SQ\"><Item>"
    let deep = "<NativeDicomModel>" + String(repeating: start, count: 50_000)
    let error = #expect(throws: ReadError.self) { try DICOMXML.decode(Array(deep.utf8)) }
    #expect(error?.code == .limitExceeded)
  }

  @Test func readsWhatOtherWritersWrite() throws {
    let xml = """
      \u{FEFF}<?xml version='1.0' encoding='utf-8'?><!-- a -- comment -->
      <?style x?><n:NativeDicomModel xmlns:n='urn:x'>
        <n:DicomAttribute keyword='PatientID'><n:Value>A<![CDATA[<&>]]>\r\nB&#x263A;&#13;</n:Value></n:DicomAttribute>
        <DicomAttribute tag="00100010" vr="PN">
          <PersonName><Ideographic><GivenName>G</GivenName></Ideographic></PersonName>
        </DicomAttribute>
        <DicomAttribute tag="00101000" vr="LO"><Value number="2">b</Value><Value number="4">d</Value></DicomAttribute>
      </n:NativeDicomModel>

      """
    let dataSet = try DICOMXML.decode(Array(xml.utf8))
    #expect(dataSet.string(.patientID) == "A<&>\nB☺\r")
    #expect(dataSet.string(.patientName) == "=^G")
    #expect(dataSet.strings(.otherPatientIDs) == ["", "b", "", "d"])
    #expect(dataSet.string(.specificCharacterSet) == "ISO_IR 192")
  }

  /// XML 1.0 has no form feed; carriage returns, tabs and line feeds survive.
  @Test func controlCharacters() throws {
    let dataSet = DataSet.build([.patientComments: "a\r\nb\tc\u{c}d\u{1b}"], characterSet: .utf8)
    let decoded = try DICOMXML.decode(DICOMXML.encode(dataSet))
    #expect(decoded.string(.patientComments) == "a\r\nb\tc\u{FFFD}d\u{FFFD}")
  }
}
