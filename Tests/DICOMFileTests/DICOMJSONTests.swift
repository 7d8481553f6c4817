// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMTestKit
import Testing

import struct DICOMCore.Tag

struct DICOMJSONTests {
  /// Files whose model differs, and why.
  static let differences = [
    "pypi/pydicom/test_files/badVR.dcm": "the model lacks a value that is no number",
    "files/dcm4che/dcm4che-test-data__src__main__resources__Tag-0040-A170-VR-CS.dcm":
      "text where the dictionary has a sequence: UN here, an empty sequence there",
    "files/pixelmed-dicom-toolkit/dicom__src__main__java__com__pixelmed__displaywave__39da47b7.dcm":
      "the model keeps a leading space of LO",
    "synthetic/odd/ds_is_edge.dcm": "the model lacks values that are too long for DS",
    "synthetic/odd/huge_length_sq.dcm": "the model lacks a sequence that is longer than the file",
    "synthetic/odd/pn_variants.dcm": "the model has an empty component group",
    "synthetic/odd/question_vr.dcm": "unknown VR: UN here",
    "synthetic/odd/un_length_65535_plus.dcm": "UN that is known to be UT",
    "synthetic/odd/unknown_vr.dcm": "unknown VR: UN here",
    "synthetic/charset/ir203.dcm": "pydicom does not know ISO_IR 203",
    "synthetic/charset/k2.dcm": "pydicom misreads ISO 2022 IR 58",
  ]

  @Test func corpusModels() throws {
    let models = try Corpus.models()
    #expect(models.count > 500)
    var compared = 0
    for entry in Corpus.files() {
      guard let model = models[entry.id], CorpusReadingTests.differences[entry.id] == nil,
        let file = try? Part10File.read(entry.bytes())
      else { continue }
      var dataSet = file.dataSet
      for tag in [Tag.pixelData, .floatPixelData, .doubleFloatPixelData] { dataSet.remove(tag) }
      let options = DICOMJSON.EncodingOptions(statesUTF8: false) { _, element in
        (element.bytes?.count ?? 0) > 1024 ? "" : nil
      }
      let json = try JSONReader.read(DICOMJSON.encode(dataSet, options: options), depth: 8_192)
      var comparison = ModelComparison(isBigEndian: dataSet.byteOrder == .bigEndian)
      comparison.compare(json, model)
      compared += 1
      #expect(
        comparison.differences.isEmpty == (Self.differences[entry.id] == nil), "\(entry.id) \(comparison.differences)")
    }
    #expect(compared > 500)
  }

  @Test(arguments: RoundTripTests.native)
  func survives(syntax: TransferSyntax) throws {
    let bytes = try DataSetWriter.write(RoundTripTests.everyVR, transferSyntax: syntax)
    let dataSet = try DataSetReader.read(ByteSlice(bytes), transferSyntax: syntax)
    let json = DICOMJSON.encode(dataSet)
    let decoded = try DICOMJSON.decode(json)
    #expect(DICOMJSON.encode(decoded) == json)
    #expect(decoded.elements.map(\.tag) == RoundTripTests.everyVR.elements.map(\.tag))
    for (left, right) in zip(decoded.elements, RoundTripTests.everyVR.elements) where left.vr != .SQ {
      #expect(left.bytes == right.bytes, "\(left.tag)")
    }
  }

  @Test func randomDataSetsSurvive() throws {
    var random = RandomDataSets(seed: 5)
    for _ in 0..<60 {
      let json = DICOMJSON.encode(random.dataSet())
      #expect(try DICOMJSON.encode(DICOMJSON.decode(json)) == json)
    }
  }

  @Test(arguments: [
    (
      DataSet.build([.patientName: "Doe^J=王^小東"], characterSet: .utf8),
      #"{"00100010":{"vr":"PN","Value":[{"Alphabetic":"Doe^J","Ideographic":"王^小東"}]}}"#
    ),
    (.build([.patientID: []]), #"{"00100020":{"vr":"LO"}}"#),
    (.build([.otherPatientIDs: ["A", "", "B"]]), #"{"00101000":{"vr":"LO","Value":["A",null,"B"]}}"#),
    (.build([.seriesNumber: "007"]), #"{"00200011":{"vr":"IS","Value":[7]}}"#),
    (
      .build([.sliceThickness: ["+1.50", ".5", "1.", "abc", "1e5"]]),
      #"{"00180050":{"vr":"DS","Value":[1.5,0.5,1,"abc",1e5]}}"#
    ),
    (
      .build([.selectorFDValue: [.doubles([.nan, .infinity, -.infinity, 0.1, -0.0])]]),
      #"{"00720074":{"vr":"FD","Value":["NaN","Infinity","-Infinity",0.1,-0.0]}}"#
    ),
    (
      .build([.selectorUVValue: .bytes([255, 255, 255, 255, 255, 255, 255, 255, 1, 0, 0, 0, 0, 0, 0, 0])]),
      #"{"00720083":{"vr":"UV","Value":["18446744073709551615",1]}}"#
    ),
    (.build([.frameIncrementPointer: 0x0018_1063]), #"{"00280009":{"vr":"AT","Value":["00181063"]}}"#),
    (
      .build([.specificCharacterSet: "ISO_IR 100", .patientComments: "a\"\\\n\u{1}"]),
      ##"{"00080005":{"vr":"CS","Value":["ISO_IR 192"]},"00104000":{"vr":"LT","Value":["a\"\\\n\u0001"]}}"##
    ),
    (.build([.privateInformation: .bytes([1, 2, 3, 4])]), #"{"00020102":{"vr":"OB","InlineBinary":"AQIDBA=="}}"#),
    (
      .build([.procedureCodeSequence: .items([DataSet(), .build([.codeValue: "X"])])]),
      #"{"00081032":{"vr":"SQ","Value":[{},{"00080100":{"vr":"SH","Value":["X"]}}]}}"#
    ),
    (.build([.procedureCodeSequence: .items([])]), #"{"00081032":{"vr":"SQ"}}"#),
  ])
  func writes(dataSet: DataSet, json: String) {
    #expect(String(decoding: DICOMJSON.encode(dataSet), as: UTF8.self) == json)
  }

  @Test func bulkData() throws {
    let dataSet = DataSet.build([
      .waveformSequence: .items([DataSet(), .build([.waveformData: .typed(.OW, [1, 2])])]),
      .pixelData: .fragments([[], [1, 2]]),
    ])
    let options = DICOMJSON.EncodingOptions { path, _ in "bulk/" + path }
    let json = String(decoding: DICOMJSON.encode(dataSet, options: options), as: UTF8.self)
    #expect(json.contains(#""54001010":{"vr":"OW","BulkDataURI":"bulk/54000100/2/54001010"}"#))
    #expect(json.contains(#""7FE00010":{"vr":"OB","BulkDataURI":"bulk/7FE00010"}"#))
    let decoded = try DICOMJSON.decode(Array(json.utf8)) { $0 == "bulk/7FE00010" ? ByteSlice([9, 9]) : nil }
    #expect(decoded.bytes(.pixelData)?.array == [9, 9])
    #expect(decoded.items(.waveformSequence)[1].bytes(.waveformData)?.isEmpty == true)
  }

  @Test(arguments: [
    "", "{", "[", "{\"0010\":{}}", "{\"00100010\":{\"vr\":\"QQ\"}}", "{\"00100010\":1 2}", "[1,]", "{\"a\" 1}",
    "{\"00280010\":{\"vr\":\"US\",\"Value\":[1.5]}}", "{\"7FE00010\":{\"vr\":\"OB\",\"InlineBinary\":\"?\"}}",
    "{\"00100010\":{\"vr\":\"PN\",\"Value\":[[]]}}", "\"\\u12\"", "nul", "{\"00091001\":{\"vr\":\"UN\",\"Value\":[1]}}",
    "{\"00720074\":{\"vr\":\"FD\",\"Value\":[\"x\"]}}",
  ])
  func refuses(json: String) {
    #expect(throws: ReadError.self) { try DICOMJSON.decode(Array(json.utf8)) }
  }

  @Test func depthIsLimited() {
    let deep = String(repeating: "[", count: 100_000)
    let error = #expect(throws: ReadError.self) { try DICOMJSON.decode(Array(deep.utf8)) }
    #expect(error?.code == .limitExceeded)
  }

  @Test func acceptsNumbersAsTextAndNamesAsText() throws {
    let json = #"""
      {"00200011": {"vr": "IS", "Value": ["12"]}, "00100010": {"vr": "PN", "Value": ["A^B"]},
       "00180050": {"Value": [0.12345678901234567]}, "00280010": {"vr": "US", "Value": [512.0]},
       "00100020": {"vr": "LO", "Value": ["\u00e9\ud83d\ude00"]}}
      """#
    let dataSet = try DICOMJSON.decode(Array(json.utf8))
    #expect(dataSet.integer(.seriesNumber) == 12)
    #expect(dataSet.string(.patientName) == "A^B")
    #expect(dataSet.integer(.rows) == 512)
    #expect(dataSet.string(.patientID) == "é😀")
    #expect(dataSet.string(.specificCharacterSet) == "ISO_IR 192")
    let thickness = try #require(dataSet.string(.sliceThickness))
    #expect(thickness.utf8.count <= 16)
    #expect(abs((Double(thickness) ?? 0) - 0.12345678901234567) < 1e-12)
  }

  /// A decimal string has 16 characters at most; no power of ten is lost.
  @Test(arguments: [
    "0.12345678901234567", "-0.12345678901234567", "-1234567890123456", "12345678901234567890",
    "-1.2345678901234567e-300",
    "1234567.8901234567", "-123456789012345.67", "0.000012345678901234567", "1.7976931348623157e308",
    "100000000000000000",
  ])
  func longDecimals(number: String) throws {
    let json = "{\"00180050\":{\"vr\":\"DS\",\"Value\":[\(number)]}}"
    let dataSet = try DICOMJSON.decode(Array(json.utf8))
    let text = try #require(dataSet.string(.sliceThickness))
    let expected = try #require(Double(number))
    #expect(text.utf8.count <= 16)
    #expect(abs((Double(text) ?? 0) - expected) <= abs(expected) * 1e-7, "\(text)")
  }
}
