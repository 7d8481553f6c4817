// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension SimulatedStudy {
  /// What the modality's own modules ask for (PS3.3 §A, §C.8).
  func addModality(_ dataSet: inout DataSet, _ number: Int) {
    dataSet.set(.acquisitionNumber, .IS, "1")
    switch modality {
    case .CT: addCT(&dataSet)
    case .MR: addMR(&dataSet)
    case .CR:
      dataSet.set(.viewPosition, .CS, "AP")
      dataSet.set(.laterality, .CS, "R")
      dataSet.set(.patientOrientation, .CS, ["L", "F"])
    case .DX, .MG: addDigitalXRay(&dataSet, number)
    case .US:
      dataSet.set(.imageType, .CS, ["ORIGINAL", "PRIMARY"])
      dataSet.set(.lossyImageCompression, .CS, "00")
      dataSet.set(.patientOrientation, .CS, [])
    case .NM: addNuclearMedicine(&dataSet)
    case .PT: addPET(&dataSet, number)
    case .XA: addAngiography(&dataSet)
    }
  }

  private func addCT(_ dataSet: inout DataSet) {
    dataSet.set(.imageType, .CS, ["ORIGINAL", "PRIMARY", "AXIAL"])
    dataSet.set(.rescaleIntercept, .DS, "-1024")
    dataSet.set(.rescaleSlope, .DS, "1")
    dataSet.set(.kvp, .DS, "120")
    dataSet.set(.windowCenter, .DS, "40")
    dataSet.set(.windowWidth, .DS, "400")
  }

  private func addMR(_ dataSet: inout DataSet) {
    dataSet.set(.imageType, .CS, ["ORIGINAL", "PRIMARY", "OTHER"])
    dataSet.set(.scanningSequence, .CS, "SE")
    dataSet.set(.sequenceVariant, .CS, "NONE")
    dataSet.set(.scanOptions, .CS, [])
    dataSet.set(.mrAcquisitionType, .CS, "2D")
    dataSet.set(.repetitionTime, .DS, "500")
    dataSet.set(.echoTime, .DS, "15")
    dataSet.set(.echoTrainLength, .IS, "1")
    dataSet.set(.magneticFieldStrength, .DS, "1.5")
  }

  /// DX and mammography share the DX image and detector modules.
  private func addDigitalXRay(_ dataSet: inout DataSet, _ number: Int) {
    let isBreast = modality == .MG
    dataSet.set(.presentationIntentType, .CS, "FOR PRESENTATION")
    dataSet.set(.imageType, .CS, ["ORIGINAL", "PRIMARY", ""])
    dataSet.set(.imageLaterality, .CS, isBreast ? (number % 2 == 0 ? "L" : "R") : "U")
    dataSet.set(.patientOrientation, .CS, isBreast ? ["A", "FL"] : ["L", "F"])
    dataSet.set(.pixelIntensityRelationship, .CS, "LOG")
    dataSet.set(.pixelIntensityRelationshipSign, .SS, integers: [-1])
    dataSet.set(.rescaleIntercept, .DS, "0")
    dataSet.set(.rescaleSlope, .DS, "1")
    dataSet.set(.rescaleType, .LO, "US")
    dataSet.set(.presentationLUTShape, .CS, "IDENTITY")
    dataSet.set(.lossyImageCompression, .CS, "00")
    dataSet.set(.burnedInAnnotation, .CS, "NO")
    dataSet.set(.detectorType, .CS, "DIRECT")
    dataSet.set(.windowCenter, .DS, "2000")
    dataSet.set(.windowWidth, .DS, "3600")
    let spacing = (isBreast ? 240.0 : 430.0) / Double(columns)
    dataSet.set(.imagerPixelSpacing, decimals: [spacing, spacing])
    dataSet.set(.acquisitionContextSequence, items: [])
    dataSet.set(.anatomicRegionSequence, items: [isBreast ? Code.breast.item : Code.chest.item])
    guard isBreast else {
      dataSet.set(.positionerType, .CS, [String]())
      return dataSet.set(.viewPosition, .CS, number == 1 ? "PA" : "LL")
    }
    dataSet.set(.positionerType, .CS, "MAMMOGRAPHIC")
    dataSet.set(.organExposed, .CS, "BREAST")
    dataSet.set(.breastImplantPresent, .CS, "NO")
    var view = number > 2 ? Code.mediolateralOblique.item : Code.craniocaudal.item
    view.set(.viewModifierCodeSequence, items: [])
    dataSet.set(.viewCodeSequence, items: [view])
  }

  private func addNuclearMedicine(_ dataSet: inout DataSet) {
    dataSet.set(.imageType, .CS, ["ORIGINAL", "PRIMARY", "STATIC", "EMISSION"])
    dataSet.set(.energyWindowVector, .US, integers: Array(repeating: 1, count: modality.frames))
    dataSet.set(.detectorVector, .US, integers: Array(1...modality.frames))
    dataSet.set(
      DataElement(
        tag: .frameIncrementPointer, vr: .AT,
        value: .bytes(ByteSlice([0x54, 0x00, 0x10, 0x00, 0x54, 0x00, 0x20, 0x00]))))
    dataSet.set(.numberOfEnergyWindows, .US, integers: [1])
    dataSet.set(.numberOfDetectors, .US, integers: [modality.frames])
    for tag in [
      Tag.energyWindowInformationSequence, .radiopharmaceuticalInformationSequence, .detectorInformationSequence,
      .patientOrientationCodeSequence, .patientGantryRelationshipCodeSequence,
    ] { dataSet.set(tag, items: []) }
    dataSet.set(.countsAccumulated, .IS, "500000")
    dataSet.set(.actualFrameDuration, .IS, "600000")
    let spacing = 1800.0 / Double(rows)
    dataSet.set(.pixelSpacing, decimals: [spacing, spacing])
  }

  private func addPET(_ dataSet: inout DataSet, _ number: Int) {
    dataSet.set(.imageType, .CS, ["ORIGINAL", "PRIMARY"])
    for (tag, text) in [
      (Tag.units, "BQML"), (.countsSource, "EMISSION"), (.decayCorrection, "START"), (.collimatorType, "NONE"),
    ] { dataSet.set(tag, .CS, text) }
    dataSet.set(.seriesType, .CS, ["STATIC", "IMAGE"])
    dataSet.set(.correctedImage, .CS, ["DECY", "ATTN"])
    dataSet.set(.numberOfSlices, .US, integers: [images])
    dataSet.set(.imageIndex, .US, integers: [number])
    for tag in [
      Tag.radiopharmaceuticalInformationSequence, .patientOrientationCodeSequence,
      .patientGantryRelationshipCodeSequence,
    ] { dataSet.set(tag, items: []) }
    for (tag, text) in [
      (Tag.rescaleIntercept, "0"), (.rescaleSlope, "10"), (.frameReferenceTime, "0"), (.decayFactor, "1"),
    ] { dataSet.set(tag, .DS, text) }
    dataSet.set(.actualFrameDuration, .IS, "180000")
  }

  private func addAngiography(_ dataSet: inout DataSet) {
    dataSet.set(.imageType, .CS, ["ORIGINAL", "PRIMARY", "SINGLE PLANE"])
    dataSet.set(.pixelIntensityRelationship, .CS, "LIN")
    dataSet.set(.frameTime, .DS, "66.7")
    dataSet.set(
      DataElement(tag: .frameIncrementPointer, vr: .AT, value: .bytes(ByteSlice([0x18, 0x00, 0x63, 0x10]))))
    dataSet.set(.radiationSetting, .CS, "GR")
    dataSet.set(.kvp, .DS, "80")
    dataSet.set(.xRayTubeCurrent, .IS, "400")
    dataSet.set(.exposureTime, .IS, "7")
    dataSet.set(.positionerPrimaryAngle, .DS, "-30")
    dataSet.set(.positionerSecondaryAngle, .DS, "20")
    dataSet.set(.lossyImageCompression, .CS, "00")
    dataSet.set(.patientOrientation, .CS, ["L", "F"])
  }
}

/// A coded concept.
struct Code: Sendable {
  var value: String
  var scheme: String
  var meaning: String

  init(_ value: String, _ scheme: String, _ meaning: String) {
    self.value = value
    self.scheme = scheme
    self.meaning = meaning
  }

  static let breast = Code("76752008", "SCT", "Breast")
  static let chest = Code("51185008", "SCT", "Chest")
  static let craniocaudal = Code("399162004", "SCT", "cranio-caudal")
  static let mediolateralOblique = Code("399368009", "SCT", "medio-lateral oblique")

  /// An item of a code sequence (PS3.3 §8.8).
  var item: DataSet {
    var item = DataSet(inheritedCharacterSet: .utf8)
    item.set(.codeValue, .SH, value)
    item.set(.codingSchemeDesignator, .SH, scheme)
    item.set(.codeMeaning, .LO, meaning)
    return item
  }
}
