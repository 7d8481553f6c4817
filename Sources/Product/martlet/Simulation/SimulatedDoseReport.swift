// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension SimulatedStudy {
  static let doseReportClass: UID = "1.2.840.10008.5.1.4.1.1.88.67"

  /// An X-Ray Radiation Dose SR (PS3.16 TID 10001 for projection, TID 10011 for CT) of one irradiation event.
  func doseReport(seed: UInt64) -> DataSet {
    var random = SeededNumbers(seed: seed)
    let amount = 0.5 + random.next()
    var dataSet = header(sopClass: Self.doseReportClass, modality: "SR", number: 1)
    for tag in [Tag.acquisitionDate, .acquisitionTime, .requestAttributesSequence] { dataSet.remove(tag) }
    dataSet.set(.seriesInstanceUID, UID.random())
    dataSet.set(.seriesNumber, .IS, "99")
    dataSet.set(.seriesDescription, .LO, "Dose report")
    dataSet.set(.referencedPerformedProcedureStepSequence, items: [])
    dataSet.set(.completionFlag, .CS, "COMPLETE")
    dataSet.set(.verificationFlag, .CS, "UNVERIFIED")
    dataSet.set(.performedProcedureCodeSequence, items: [])
    dataSet.set(.valueType, .CS, "CONTAINER")
    dataSet.set(.conceptNameCodeSequence, items: [Self.dcm("113701", "X-Ray Radiation Dose Report").item])
    dataSet.set(.continuityOfContent, .CS, "SEPARATE")
    var template = DataSet()
    template.set(.mappingResource, .CS, "DCMR")
    template.set(.templateIdentifier, .CS, modality == .CT ? "10011" : "10001")
    dataSet.set(.contentTemplateSequence, items: [template])
    let measured = modality == .CT ? tomographyDose(amount) : projectionDose(amount)
    dataSet.set(.contentSequence, items: context() + measured + [source()])
    return dataSet
  }

  private static func dcm(_ value: String, _ meaning: String) -> Code { Code(value, "DCM", meaning) }

  private func context() -> [DataSet] {
    let reported =
      modality == .CT
      ? Code("77477000", "SCT", "Computed Tomography X-Ray")
      : modality == .MG ? Code("71651007", "SCT", "Mammography") : Code("113704", "DCM", "Projection X-Ray")
    var scope = Self.coded("CONTAINS", Self.dcm("113705", "Scope of Accumulation"), Self.dcm("113014", "Study"))
    scope.set(
      .contentSequence, items: [Self.uid("HAS PROPERTIES", Self.dcm("110180", "Study Instance UID"), order.study)])
    return [
      Self.coded("HAS CONCEPT MOD", Self.dcm("121058", "Procedure reported"), reported),
      Self.coded("HAS OBS CONTEXT", Self.dcm("121005", "Observer Type"), Self.dcm("121007", "Device")),
      Self.uid("HAS OBS CONTEXT", Self.dcm("121012", "Device Observer UID"), series),
      Self.time("HAS OBS CONTEXT", Self.dcm("113809", "Start of X-Ray Irradiation"), date + time),
      Self.time("HAS OBS CONTEXT", Self.dcm("113810", "End of X-Ray Irradiation"), date + time),
      scope,
    ]
  }

  private func source() -> DataSet {
    Self.coded(
      "CONTAINS", Self.dcm("113854", "Source of Dose Information"), Self.dcm("113856", "Automated Data Collection"))
  }

  private func tomographyDose(_ amount: Double) -> [DataSet] {
    let (index, length) = (8 * amount, 8 * amount * 35)
    let unit = Code("mGy", "UCUM", "mGy")
    let lengthUnit = Code("mGy.cm", "UCUM", "mGy.cm")
    let total = Self.container(
      Self.dcm("113811", "CT Accumulated Dose Data"),
      [
        Self.number(Self.dcm("113812", "Total Number of Irradiation Events"), 1, Code("{events}", "UCUM", "events")),
        Self.number(Self.dcm("113813", "CT Dose Length Product Total"), length, lengthUnit),
      ])
    let dose = Self.container(
      Self.dcm("113829", "CT Dose"),
      [
        Self.number(Self.dcm("113830", "Mean CTDIvol"), index, unit),
        Self.number(Self.dcm("113838", "DLP"), length, lengthUnit),
      ])
    let acquisition = Self.container(
      Self.dcm("113819", "CT Acquisition"),
      [
        Self.text(Self.dcm("125203", "Acquisition Protocol"), procedure.series),
        Self.coded("CONTAINS", Self.dcm("123014", "Target Region"), Code.chest),
        Self.coded(
          "CONTAINS", Self.dcm("113820", "CT Acquisition Type"), Self.dcm("113804", "Sequenced Acquisition")),
        Self.uid("CONTAINS", Self.dcm("113769", "Irradiation Event UID"), UID.random()), dose,
      ])
    return [total, acquisition]
  }

  private func projectionDose(_ amount: Double) -> [DataSet] {
    let plane = Self.coded(
      "HAS CONCEPT MOD", Self.dcm("113764", "Acquisition Plane"), Self.dcm("113622", "Single Plane"))
    let (area, point) = (0.00002 * amount, 0.002 * amount)
    let total = Self.container(
      Self.dcm("113702", "Accumulated X-Ray Dose Data"),
      [
        plane,
        Self.number(Self.dcm("113722", "Dose Area Product Total"), area, Code("Gy.m2", "UCUM", "Gy.m2")),
        Self.number(Self.dcm("113725", "Dose (RP) Total"), point, Code("Gy", "UCUM", "Gy")),
      ])
    let event = Self.container(
      Self.dcm("113706", "Irradiation Event X-Ray Data"),
      [
        plane, Self.uid("CONTAINS", Self.dcm("113769", "Irradiation Event UID"), UID.random()),
        Self.time("CONTAINS", Self.dcm("111526", "DateTime Started"), date + time),
        Self.coded(
          "CONTAINS", Self.dcm("113721", "Irradiation Event Type"), Self.dcm("113611", "Stationary Acquisition")),
        Self.number(Self.dcm("122130", "Dose Area Product"), area, Code("Gy.m2", "UCUM", "Gy.m2")),
        Self.number(Self.dcm("113738", "Dose (RP)"), point, Code("Gy", "UCUM", "Gy")),
        Self.number(Self.dcm("113733", "KVP"), modality == .MG ? 28 : 90, Code("kV", "UCUM", "kV")),
      ])
    return [total, event]
  }

  // MARK: Content items (PS3.3 §C.17.3)

  private static func item(_ relation: String, _ type: String, _ name: Code) -> DataSet {
    var item = DataSet(inheritedCharacterSet: .utf8)
    item.set(.relationshipType, .CS, relation)
    item.set(.valueType, .CS, type)
    item.set(.conceptNameCodeSequence, items: [name.item])
    return item
  }

  private static func container(_ name: Code, _ content: [DataSet]) -> DataSet {
    var item = item("CONTAINS", "CONTAINER", name)
    item.set(.continuityOfContent, .CS, "SEPARATE")
    item.set(.contentSequence, items: content)
    return item
  }

  private static func coded(_ relation: String, _ name: Code, _ value: Code) -> DataSet {
    var item = item(relation, "CODE", name)
    item.set(.conceptCodeSequence, items: [value.item])
    return item
  }

  private static func uid(_ relation: String, _ name: Code, _ value: UID) -> DataSet {
    var item = item(relation, "UIDREF", name)
    item.set(.uid, value)
    return item
  }

  private static func time(_ relation: String, _ name: Code, _ value: String) -> DataSet {
    var item = item(relation, "DATETIME", name)
    item.set(.dateTime, .DT, value)
    return item
  }

  private static func text(_ name: Code, _ value: String) -> DataSet {
    var item = item("CONTAINS", "TEXT", name)
    item.set(.textValue, .UT, value)
    return item
  }

  private static func number(_ name: Code, _ value: Double, _ unit: Code) -> DataSet {
    var item = item("CONTAINS", "NUM", name)
    var measured = DataSet(inheritedCharacterSet: .utf8)
    measured.set(.numericValue, decimals: [value])
    measured.set(.measurementUnitsCodeSequence, items: [unit.item])
    item.set(.measuredValueSequence, items: [measured])
    return item
  }
}
