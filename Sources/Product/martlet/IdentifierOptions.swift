// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMDictionary
import DICOMServices

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

/// What is asked for in C-FIND, C-MOVE and C-GET.
struct IdentifierOptions: ParsableArguments {
  @Option(help: "Information model.") var model = QueryRetrieveModel.studyRoot
  @Option(help: "Query/retrieve level; without it, that of the deepest UID given, else study.")
  var level: QueryRetrieveLevel?
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
    for tag in returnKeys {
      identifier.set(DataElement(tag: tag, vr: DataDictionary.vr(for: tag) ?? .LO, value: .bytes(.empty)))
    }
    for (tag, value) in shortcuts { identifier.set(tag, DataDictionary.vr(for: tag) ?? .LO, [value]) }
    for key in key { key.apply(to: &identifier) }
    return identifier
  }
}
