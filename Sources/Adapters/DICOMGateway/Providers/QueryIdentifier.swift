// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNetwork
import DICOMPixels
import DICOMServices

/// The identifier of a C-FIND, C-MOVE or C-GET request, and the information model that it is asked of (PS3.4 §C.4).
struct QueryIdentifier {
  /// The hierarchical information models (PS3.4 §C.6; patient/study only is retired), and those that know instances
  /// only (§Y, §Z).
  enum Model { case patientRoot, studyRoot, patientStudyOnly, compositeInstance, withoutBulkData }

  let model: Model
  let level: QueryLevel
  let dataSet: DataSet
  /// Which frames of the instance are asked for, at the FRAME level of the composite instance root.
  let frames: FrameSelection?

  /// An identifier that does not make sense: status and Error Comment.
  struct Refused: Error {
    let status: UInt16
    let comment: String
    var offendingElement: Tag?

    func response(to command: CommandSet) -> CommandSet {
      var response = command.response(status: status)
      response.errorComment = comment
      if let offendingElement { response.offendingElement = [offendingElement] }
      return response
    }
  }

  static let findModels: [UID: Model] = [
    "1.2.840.10008.5.1.4.1.2.1.1": .patientRoot, "1.2.840.10008.5.1.4.1.2.2.1": .studyRoot,
    "1.2.840.10008.5.1.4.1.2.3.1": .patientStudyOnly,
  ]
  static let moveModels: [UID: Model] = [
    "1.2.840.10008.5.1.4.1.2.1.2": .patientRoot, "1.2.840.10008.5.1.4.1.2.2.2": .studyRoot,
    "1.2.840.10008.5.1.4.1.2.3.2": .patientStudyOnly,
    "1.2.840.10008.5.1.4.1.2.4.2": .compositeInstance,
  ]
  static let getModels: [UID: Model] = [
    "1.2.840.10008.5.1.4.1.2.1.3": .patientRoot, "1.2.840.10008.5.1.4.1.2.2.3": .studyRoot,
    "1.2.840.10008.5.1.4.1.2.3.3": .patientStudyOnly,
    "1.2.840.10008.5.1.4.1.2.4.3": .compositeInstance, "1.2.840.10008.5.1.4.1.2.5.3": .withoutBulkData,
  ]

  /// The SOP classes of some models that are offered.
  static func offered(_ models: [UID: Model], _ options: GatewayOptions) -> [UID] {
    models.filter { options.offersRetiredModels || $0.value != .patientStudyOnly }.keys.sorted()
  }

  init(_ bytes: [UInt8], model: Model, transferSyntax: TransferSyntax) throws(Refused) {
    do {
      dataSet = try DataSetReader.read(ByteSlice(bytes), transferSyntax: transferSyntax)
    } catch {
      throw Refused(status: StatusCode.cannotUnderstand, comment: "identifier: \(error)")
    }
    guard let term = dataSet.string(.queryRetrieveLevel) else {
      throw Refused(
        status: StatusCode.dataSetDoesNotMatchSOPClass, comment: "no Query/Retrieve Level (0008,0052)")
    }
    if model == .compositeInstance, term == Self.frameLevel {
      (self.model, level, frames) = (model, .instance, try Self.frames(dataSet))
      return
    }
    frames = nil
    guard let level = QueryLevel(term: term), model.has(level) else {
      throw Refused(
        status: StatusCode.dataSetDoesNotMatchSOPClass, comment: "Query/Retrieve Level \(term) is not of this model")
    }
    self.model = model
    self.level = level
  }

  private static let frameLevel = "FRAME"

  /// One instance, and one way to name frames of it (PS3.4 §Y.6.1.1.3).
  private static func frames(_ dataSet: DataSet) throws(Refused) -> FrameSelection {
    guard (dataSet.strings(.sopInstanceUID) ?? []).count(where: { !$0.isEmpty }) == 1,
      let frames = FrameSelection(dataSet)
    else {
      throw Refused(
        status: StatusCode.invalidRequest, comment: "the FRAME level needs one instance and one list of frames")
    }
    return frames
  }

  /// The matching keys: what describes the request itself is left out.
  var keys: DataSet {
    var keys = dataSet
    keys.remove(.queryRetrieveLevel)
    keys.remove(.queryRetrieveView)
    keys.remove(.retrieveAETitle)
    keys.remove(.instanceAvailability)
    return keys
  }

  /// Where relational queries or retrieval were not negotiated, each unique key above the level has one value
  /// (PS3.4 §C.4.1.2.2.1, §C.4.2.2.1).
  func checkHierarchy() throws(Refused) {
    let levels: [(QueryLevel, Tag)] = [
      (.patient, .patientID), (.study, .studyInstanceUID), (.series, .seriesInstanceUID),
    ]
    for (above, key) in levels where above < level && model.has(above) {
      let values = (dataSet.strings(key) ?? []).filter { !$0.isEmpty }
      guard values.count == 1, !values[0].contains(where: { $0 == "*" || $0 == "?" }) else {
        throw Refused(
          status: StatusCode.dataSetDoesNotMatchSOPClass, comment: "a key above the level has no single value",
          offendingElement: key)
      }
    }
  }

  /// The view that is asked for; nil for none, or where conversion was not negotiated (PS3.4 §C.4.1.1.3.1).
  func view(_ negotiated: QueryRetrieveNegotiation) throws(Refused) -> QueryRetrieveView? {
    guard negotiated.enhancedMultiframeConversion, let term = dataSet.string(.queryRetrieveView), !term.isEmpty else {
      return nil
    }
    guard let view = QueryRetrieveView(rawValue: term) else {
      throw Refused(
        status: StatusCode.dataSetDoesNotMatchSOPClass, comment: "no Query/Retrieve View is called so")
    }
    return view
  }

  /// The identifier with other matching keys.
  func with(_ keys: DataSet) -> DataSet {
    var identifier = keys
    identifier.set(.queryRetrieveLevel, .CS, level.term)
    return identifier
  }

  /// What to retrieve (PS3.4 §C.4.2.2.1): the unique key of the level, a list where it is a UID, and single values
  /// above.
  func selection() throws(Refused) -> InstanceSelection {
    var selection = InstanceSelection()
    selection.patientID = dataSet.string(.patientID)
    selection.studies = uids(.studyInstanceUID)
    selection.series = uids(.seriesInstanceUID)
    selection.instances = uids(.sopInstanceUID)
    let (isGiven, key): (Bool, Tag) =
      switch level {
      case .patient: (selection.patientID != nil, .patientID)
      case .study: (!selection.studies.isEmpty, .studyInstanceUID)
      case .series: (!selection.series.isEmpty, .seriesInstanceUID)
      case .instance: (!selection.instances.isEmpty, .sopInstanceUID)
      }
    guard isGiven else {
      throw Refused(status: StatusCode.dataSetDoesNotMatchSOPClass, comment: "the unique key \(key) has no value")
    }
    if level < .instance { selection.instances = [] }
    if level < .series { selection.series = [] }
    if level < .study { selection.studies = [] }
    return selection
  }

  private func uids(_ tag: Tag) -> [UID] {
    (dataSet.strings(tag) ?? []).filter { !$0.isEmpty }.map { UID($0) }
  }
}

extension QueryIdentifier.Model {
  /// Besides the FRAME level, which names frames of an instance.
  func has(_ level: QueryLevel) -> Bool {
    switch self {
    case .patientRoot: true
    case .studyRoot: level != .patient
    case .patientStudyOnly: level <= .study
    case .compositeInstance, .withoutBulkData: level == .instance
    }
  }
}
