// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// What the modules of classic CT, MR and PET images require, and enhanced ones say in other words or not at all
/// (PS3.3 §C.8.2.1, §C.8.3.1, §C.8.9.1, §C.8.9.4).
enum ClassicAttributes {
  static func complete(_ frame: inout DataSet, sopClass: UID, frame index: Int, count: Int) {
    for (tag, vr) in [
      (Tag.positionReferenceIndicator, VR.LO), (.patientPosition, .CS), (.sliceThickness, .DS),
      (.acquisitionNumber, .IS),
      (.manufacturer, .LO),
    ] {
      empty(tag, vr, &frame)
    }
    switch sopClass {
    case .ctImageStorage: completeCT(&frame)
    case .mrImageStorage: completeMR(&frame)
    default: completePET(&frame, index: index, count: count)
    }
  }

  /// Type 2.
  private static func empty(_ tag: Tag, _ vr: VR, _ frame: inout DataSet) {
    if frame[tag] == nil { frame.set(DataElement(tag: tag, vr: vr, value: .bytes(.empty))) }
  }

  private static func preset(_ tag: Tag, _ vr: VR, _ values: [String], _ frame: inout DataSet) {
    if frame[tag]?.isEmpty ?? true { frame.set(tag, vr, values) }
  }

  /// Image Type of at least three values, the third of those that the modality has (PS3.3 §C.8.2.1.1.1, §C.8.3.1.1.1).
  private static func setType(_ frame: inout DataSet, third: (String) -> String) {
    var values = frame.strings(.imageType) ?? []
    if values.isEmpty || !["ORIGINAL", "DERIVED"].contains(values[0]) {
      values = ["ORIGINAL"] + values.dropFirst()
    }
    if values.count < 2 { values.append("PRIMARY") }
    if values.count < 3 {
      values.append(third(""))
    } else {
      values[2] = third(values[2])
    }
    frame.set(.imageType, .CS, values)
  }

  private static func completeCT(_ frame: inout DataSet) {
    setType(&frame) { $0 == "LOCALIZER" ? "LOCALIZER" : "AXIAL" }
    preset(.rescaleIntercept, .DS, ["0"], &frame)
    preset(.rescaleSlope, .DS, ["1"], &frame)
    empty(.kvp, .DS, &frame)
  }

  private static func completeMR(_ frame: inout DataSet) {
    setType(&frame) { $0.isEmpty ? "OTHER" : $0 }
    preset(.scanningSequence, .CS, scanningSequence(frame), &frame)
    preset(.sequenceVariant, .CS, sequenceVariant(frame), &frame)
    empty(.scanOptions, .CS, &frame)
    empty(.mrAcquisitionType, .CS, &frame)
    if frame[.echoTime] == nil, let time = frame.double(.effectiveEchoTime).flatMap({ DecimalString.text($0) }) {
      frame.set(.echoTime, .DS, time)
    }
    for tag in [Tag.echoTime, .repetitionTime] { empty(tag, .DS, &frame) }
    empty(.echoTrainLength, .IS, &frame)
    if frame.strings(.scanningSequence)?.contains("IR") == true {
      if frame[.inversionTime] == nil, let time = frame.double(.inversionTimes).flatMap({ DecimalString.text($0) }) {
        frame.set(.inversionTime, .DS, time)
      }
      empty(.inversionTime, .DS, &frame)
    }
  }

  /// Scanning Sequence out of the pulse sequence's attributes (PS3.3 §C.8.3.1, §C.8.13.4, §C.8.13.5.2).
  private static func scanningSequence(_ frame: DataSet) -> [String] {
    var values: [String] = []
    switch frame.string(.echoPulseSequence) {
    case "SPIN": values = ["SE"]
    case "GRADIENT": values = ["GR"]
    case "BOTH": values = ["SE", "GR"]
    default: values = []
    }
    if frame.string(.inversionRecovery) == "YES" { values.append("IR") }
    if frame.string(.echoPlanarPulseSequence) == "YES" { values.append("EP") }
    return values.isEmpty ? ["RM"] : values
  }

  private static func sequenceVariant(_ frame: DataSet) -> [String] {
    var values: [String] = []
    func isSaid(_ tag: Tag, besides none: String) -> Bool {
      guard let value = frame.string(tag), !value.isEmpty else { return false }
      return value != none
    }
    if isSaid(.segmentedKSpaceTraversal, besides: "SINGLE") { values.append("SK") }
    if isSaid(.magnetizationTransfer, besides: "NONE") { values.append("MTC") }
    if isSaid(.steadyStatePulseSequence, besides: "NONE") { values.append("SS") }
    if isSaid(.spoiling, besides: "NONE") { values.append("SP") }
    if isSaid(.oversamplingPhase, besides: "NONE") { values.append("OSP") }
    return values.isEmpty ? ["NONE"] : values
  }

  private static func completePET(_ frame: inout DataSet, index: Int, count: Int) {
    setType(&frame) { $0.isEmpty ? "OTHER" : $0 }
    preset(.rescaleIntercept, .DS, ["0"], &frame)
    preset(.rescaleSlope, .DS, ["1"], &frame)
    preset(.seriesDate, .DA, [frame.string(.contentDate) ?? frame.string(.studyDate) ?? ""], &frame)
    preset(.seriesTime, .TM, [frame.string(.contentTime) ?? frame.string(.studyTime) ?? ""], &frame)
    preset(.units, .CS, [units(frame)], &frame)
    preset(.countsSource, .CS, [frame.string(.countsSource) ?? "EMISSION"], &frame)
    preset(.seriesType, .CS, ["STATIC", "IMAGE"], &frame)
    if frame[.numberOfSlices] == nil { frame.set(.numberOfSlices, .US, integers: [min(count, 0xFFFF)]) }
    empty(.correctedImage, .CS, &frame)
    preset(.decayCorrection, .CS, [frame.string(.decayCorrected) == "YES" ? "START" : "NONE"], &frame)
    empty(.collimatorType, .CS, &frame)
    preset(.frameReferenceTime, .DS, ["0"], &frame)
    if frame[.imageIndex] == nil { frame.set(.imageIndex, .US, integers: [min(index + 1, 0xFFFF)]) }
    empty(.acquisitionDate, .DA, &frame)
    empty(.acquisitionTime, .TM, &frame)
    empty(.actualFrameDuration, .IS, &frame)
    if frame[.radiopharmaceuticalInformationSequence] == nil {
      frame.set(.radiopharmaceuticalInformationSequence, items: [])
    }
  }

  /// Units out of the real world value mapping; counts where it says nothing.
  private static func units(_ frame: DataSet) -> String {
    let mapped = frame.items(.realWorldValueMappingSequence).first?.items(.measurementUnitsCodeSequence).first
    switch mapped?.string(.codeValue) {
    case "Bq/ml": return "BQML"
    case "g/ml{SUVbw}", "g/ml": return "GML"
    case "{counts}/s": return "CPS"
    default: return "CNTS"
    }
  }
}
