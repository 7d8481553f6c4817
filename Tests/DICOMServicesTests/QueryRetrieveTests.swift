// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMServices
import Testing

/// PS3.4 §C.6: keys by level, typed from tables C.6-1 to C.6-5; identifiers and extended negotiation.
struct QueryRetrieveTests {
  static let patient =
    "00100010R 00100020U 00100021O 00081120O 00100030O 00100032O 00100040O 00101002O 00101001O 00102160O "
    + "00104000O 00201200O 00201202O 00201204O"
  static let study =
    "00080020R 00080030R 00080050R 00200010R 0020000DU 00080061O 00080062O 00080063O 00080090O 00081030O 00081032O "
    + "00081060O 00081080O 00081110O 00101010O 00101020O 00101030O 00102180O 001021B0O 00201070O 00201206O 00201208O"
  static let patientOfStudyRoot =
    "00100010R 00100020R 00100021O 00081120O 00100030O 00100032O 00100040O 00101002O 00101001O 00102160O 00104000O"
  static let series = "00080060R 00200011R 0020000EU 00201209O"
  static let image =
    "00200013R 00080018U 00080016O 00083002O 00083001O 0008001AO 0040A043O 0040A504O 00400512O 00400560O"

  static func rows(_ keys: [QueryKey]) -> Set<String> { Set(keys.map { $0.tag.hexadecimal + $0.kind.rawValue }) }
  static func rows(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }

  @Test func keyTables() {
    #expect(Self.rows(QueryRetrieveModel.patientRoot.keys(at: .patient)) == Self.rows(Self.patient))
    #expect(Self.rows(QueryRetrieveModel.patientRoot.keys(at: .study)) == Self.rows(Self.study))
    #expect(
      Self.rows(QueryRetrieveModel.studyRoot.keys(at: .study)) == Self.rows(Self.study + " " + Self.patientOfStudyRoot))
    for model in QueryRetrieveModel.allCases {
      #expect(Self.rows(model.keys(at: .series)) == Self.rows(Self.series))
      #expect(Self.rows(model.keys(at: .image)) == Self.rows(Self.image))
    }
    #expect(QueryRetrieveModel.studyRoot.keys(at: .patient).isEmpty)
  }

  @Test func computedKeys() {
    let computed = QueryRetrieveModel.allCases.flatMap { model in
      model.levels.flatMap { model.keys(at: $0) }.filter(\.isComputed).map(\.tag.hexadecimal)
    }
    #expect(
      Set(computed) == [
        "00201200", "00201202", "00201204", "00201206", "00201208", "00201209", "00080061", "00080062", "00080063",
        "00083001", "00083002",
      ])
  }

  static func identifier(_ level: String?, _ keys: [(DICOMCore.Tag, String)]) -> DataSet {
    var dataSet = DataSet()
    if let level { dataSet.set(.queryRetrieveLevel, .CS, level) }
    for (tag, value) in keys { dataSet.set(tag, DataDictionary.vr(for: tag) ?? .LO, value) }
    return dataSet
  }

  @Test func goodIdentifiers() throws {
    let series = Self.identifier("SERIES", [(.studyInstanceUID, "1.2"), (.seriesInstanceUID, "")])
    let checked = try QueryRetrieveIdentifier(series, model: .studyRoot, purpose: .find, relational: false)
    #expect(checked.level == .series)
    let patient = Self.identifier("PATIENT", [(.patientName, "A*")])
    #expect(
      try QueryRetrieveIdentifier(patient, model: .patientRoot, purpose: .find, relational: false).level == .patient)
    let images = Self.identifier("IMAGE", [(.sopInstanceUID, "1.2\\1.3")])
    #expect(
      try QueryRetrieveIdentifier(images, model: .studyRoot, purpose: .retrieve, relational: true).level == .image)
  }

  @Test func badIdentifiers() {
    let cases: [(DataSet, QueryRetrieveModel, QueryRetrieveIdentifier.Purpose, DICOMCore.Tag)] = [
      (Self.identifier(nil, []), .studyRoot, .find, .queryRetrieveLevel),
      (Self.identifier("PATIENT", []), .studyRoot, .find, .queryRetrieveLevel),
      (Self.identifier("FRAME", []), .patientRoot, .find, .queryRetrieveLevel),
      (Self.identifier("STUDY", []), .patientRoot, .find, .patientID),
      (Self.identifier("STUDY", [(.patientID, "A*")]), .patientRoot, .find, .patientID),
      (Self.identifier("SERIES", [(.studyInstanceUID, "1\\2")]), .studyRoot, .find, .studyInstanceUID),
      (Self.identifier("STUDY", [(.studyInstanceUID, "")]), .studyRoot, .retrieve, .studyInstanceUID),
    ]
    for (dataSet, model, purpose, tag) in cases {
      let error = #expect(throws: QueryRetrieveIdentifierError.self) {
        try QueryRetrieveIdentifier(dataSet, model: model, purpose: purpose, relational: false)
      }
      #expect(error?.offendingElement == tag)
    }
  }

  @Test func keysAskForAttributesWithoutValue() {
    var inner = DataSet()
    inner.set(.scheduledProcedureStepID, .SH, "\"\"")
    inner.set(.modality, .CS, "CT")
    var keys = DataSet()
    keys.set(.accessionNumber, .SH, "\"\"")
    keys.set(.patientID, .LO, "\"")
    keys.set(.requestAttributesSequence, items: [inner])
    let empty = EmptyValueMatching(taking: &keys)
    #expect(keys[.accessionNumber]?.isEmpty == true && keys.string(.patientID) == "\"")
    #expect(keys.items(.requestAttributesSequence).first?[.scheduledProcedureStepID]?.isEmpty == true)
    #expect(keys.items(.requestAttributesSequence).first?.string(.modality) == "CT")
    var answer = DataSet()
    #expect(!empty.isEmpty && empty.matches(answer))
    inner.set(.scheduledProcedureStepID, .SH, "S1")
    answer.set(.requestAttributesSequence, items: [inner])
    #expect(!empty.matches(answer))
    inner.remove(.scheduledProcedureStepID)
    answer.set(.requestAttributesSequence, items: [inner])
    #expect(empty.matches(answer))
    answer.set(.accessionNumber, .SH, "A1")
    #expect(!empty.matches(answer))
  }

  @Test func extendedNegotiation() {
    let own = QueryRetrieveNegotiation(relational: true, fuzzySemanticMatching: true)
    let asked = QueryRetrieveNegotiation(find: [1, 1, 1])
    #expect(asked.timezoneQueryAdjustment == false && asked.combinedDateTimeMatching)
    #expect(own.granting(asked).findInformation == [1, 0, 1, 0, 0, 0, 0])
    #expect(QueryRetrieveNegotiation(find: [0, 0, 0, 0, 0, 1, 1]).findInformation == [0, 0, 0, 0, 0, 1, 1])
    #expect(QueryRetrieveNegotiation(retrieve: [1]).retrieveInformation == [1, 0])
    #expect(StorageExtendedNegotiation.fullWithoutCoercion.information == [2, 0, 3, 0, 0, 0])
  }
}
