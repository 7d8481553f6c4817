// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMDictionary
import DICOMNetwork
import DICOMServices
import FileCommands

extension QueryRetrieveModel: ExpressibleByArgument {
  /// `study` and `patient`, as people say it.
  public init?(argument: String) {
    switch argument.lowercased() {
    case "study", "studyroot": self = .studyRoot
    case "patient", "patientroot": self = .patientRoot
    default: return nil
    }
  }

  public static var allValueStrings: [String] { ["study", "patient"] }
  public var defaultValueDescription: String { self == .studyRoot ? "study" : "patient" }
}

extension QueryRetrieveLevel: ExpressibleByArgument {
  public init?(argument: String) {
    let term = argument.uppercased()
    self.init(rawValue: term == "INSTANCE" ? "IMAGE" : term)
  }

  public static var allValueStrings: [String] { ["patient", "study", "series", "image"] }
}

extension QueryRetrieveView: ExpressibleByArgument {
  public init?(argument: String) { self.init(rawValue: argument.uppercased()) }

  public static var allValueStrings: [String] { ["classic", "enhanced"] }
}

/// What is asked for in C-FIND, C-MOVE and C-GET.
struct IdentifierOptions: ParsableArguments {
  @Option(help: "Information model.") var model = QueryRetrieveModel.studyRoot
  @Option(help: "Query/retrieve level; without it, that of the deepest UID given, else study.")
  var level: QueryRetrieveLevel?
  @Option(
    help: """
      Show CT, MR and PET images as classic ones of one frame each, or as enhanced ones of many frames; the archive \
      must convert them.
      """)
  var view: QueryRetrieveView?
  @Option(help: "Patient ID.") var patient: String?
  @Option(help: "Study Instance UID; several with a backslash between them.") var study: String?
  @Option(help: "Series Instance UID.") var series: String?
  @Option(help: "SOP Instance UID.") var instance: String?
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A key, by keyword or tag, with a value to match or without: PatientName=DOE*, 0010,0020=4711, StudyDate.",
      valueName: "key[=value]"))
  var key: [QueryKeyOption] = []

  func validate() throws {
    guard model.levels.contains(chosenLevel) else {
      throw ValidationError("The \(model.defaultValueDescription) root model has no level \(chosenLevel.rawValue).")
    }
  }

  var chosenLevel: QueryRetrieveLevel {
    if let level { return level }
    let given: [(Tag, QueryRetrieveLevel)] = [
      (.sopInstanceUID, .image), (.seriesInstanceUID, .series), (.studyInstanceUID, .study), (.patientID, .patient),
    ]
    let deepest = given.first { tag, _ in shortcuts.contains { $0.0 == tag } }?.1
    return deepest.map { model.levels.contains($0) ? $0 : .study } ?? .study
  }

  private var shortcuts: [(Tag, String)] {
    [(.patientID, patient), (.studyInstanceUID, study), (.seriesInstanceUID, series), (.sopInstanceUID, instance)]
      .compactMap { tag, value in value.map { (tag, $0) } }
  }

  /// The identifier with the given keys, and with `returnKeys` where they are not among them.
  func identifier(returnKeys: [Tag] = []) -> DataSet {
    var identifier = DataSet()
    let text = key.map(\.value).joined() + shortcuts.map(\.1).joined()
    if text.utf8.contains(where: { $0 > 0x7F }) { identifier.set(.specificCharacterSet, .CS, "ISO_IR 192") }
    identifier.set(.queryRetrieveLevel, .CS, chosenLevel.rawValue)
    if let view { identifier.set(.queryRetrieveView, .CS, view.rawValue) }
    for tag in returnKeys {
      identifier.set(DataElement(tag: tag, vr: DataDictionary.vr(for: tag) ?? .LO, value: .bytes(.empty)))
    }
    for (tag, value) in shortcuts { identifier.set(tag, DataDictionary.vr(for: tag) ?? .LO, [value]) }
    for key in key { key.apply(to: &identifier) }
    return identifier
  }

  /// What is negotiated besides, so that a view may be asked for (PS3.4 §C.5).
  func negotiations(_ sopClass: UID) -> [SOPClassExtendedNegotiation] {
    guard view != nil else { return [] }
    let wanted = QueryRetrieveNegotiation(enhancedMultiframeConversion: true)
    let information = Self.isFind(sopClass) ? wanted.findInformation : wanted.retrieveInformation
    return [SOPClassExtendedNegotiation(sopClass: sopClass, information: information)]
  }

  /// Whether the archive has agreed to show the view; without one there is nothing to agree to.
  func isGranted(_ sopClass: UID, _ negotiated: NegotiatedAssociation) -> Bool {
    guard view != nil else { return true }
    let answers = negotiated.acceptance.userInformation.extendedNegotiations
    let information = answers.first { $0.sopClass == sopClass }?.information ?? []
    return Self.isFind(sopClass)
      ? QueryRetrieveNegotiation(find: information).enhancedMultiframeConversion
      : QueryRetrieveNegotiation(retrieve: information).enhancedMultiframeConversion
  }

  private static func isFind(_ sopClass: UID) -> Bool {
    QueryRetrieveModel.allCases.contains { $0.findSOPClass == sopClass }
  }
}
