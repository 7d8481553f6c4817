// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import Foundation

/// Who is examined, and by which order: out of a worklist, or made up.
struct SimulatedOrder: Sendable {
  var patientName: String
  var patientID: String
  var birthDate: String
  var sex: String
  var accession: String
  var study: UID
  var description: String
  var requestedProcedureID: String
  var stepID: String

  /// Made up from a number.
  init(number: UInt64, modality: SimulatedModality, date: String) {
    var random = SeededNumbers(seed: number)
    let families = ["Ashdown", "Bellweather", "Corvane", "Dunmore", "Eastlake", "Fenwick", "Greyfield", "Hollin"]
    let given = ["Ada", "Bruno", "Clara", "Dario", "Edda", "Felix", "Greta", "Hugo"]
    let sexes = ["F", "M"]
    let pick = Int(random.next() % 64)
    patientName = "\(families[pick / 8])^\(given[pick % 8])"
    patientID = "SIM\(random.next() % 1_000_000)"
    birthDate = "\(1935 + random.next() % 75)0\(1 + random.next() % 9)1\(random.next() % 9)"
    sex = sexes[pick % 2]
    accession = "A\(random.next() % 100_000_000)"
    study = UID.random()
    description = modality.procedures[pick % modality.procedures.count].description
    requestedProcedureID = "RP\(random.next() % 1_000_000)"
    stepID = "SPS\(random.next() % 1_000_000)"
  }

  /// An entry of a worklist (PS3.4 §K.6).
  init?(_ entry: DataSet, modality: SimulatedModality) {
    let step = entry.items(.scheduledProcedureStepSequence).first ?? DataSet()
    guard let name = entry.string(.patientName), let study = entry.uid(.studyInstanceUID) else { return nil }
    patientName = name
    patientID = entry.string(.patientID) ?? ""
    birthDate = entry.string(.patientBirthDate) ?? ""
    sex = entry.string(.patientSex) ?? ""
    accession = entry.string(.accessionNumber) ?? ""
    self.study = study
    description =
      step.string(.scheduledProcedureStepDescription) ?? entry.string(.requestedProcedureDescription)
      ?? modality.procedures[0].description
    requestedProcedureID = entry.string(.requestedProcedureID) ?? ""
    stepID = step.string(.scheduledProcedureStepID) ?? ""
  }
}

/// The objects of one examination.
struct SimulatedStudy: Sendable {
  let modality: SimulatedModality
  let order: SimulatedOrder
  let date: String
  let time: String
  let series = UID.random()
  let performedStep = UID.random()
  /// Rows and columns are divided by this.
  let reduction: Int
  let images: Int
  private let frame = UID.random()
  private var phantom: Phantom

  init(
    _ modality: SimulatedModality, _ order: SimulatedOrder, at now: (date: String, time: String), reduction: Int,
    images: Int?, seed: UInt64
  ) {
    self.modality = modality
    self.order = order
    (date, time) = now
    self.reduction = reduction
    self.images = images ?? modality.images
    phantom = Phantom(seed: seed)
  }

  var procedure: SimulatedModality.Procedure {
    modality.procedures.first { $0.description == order.description } ?? modality.procedures[0]
  }

  var rows: Int { max(modality.matrix.rows / reduction, 16) }
  var columns: Int { max(modality.matrix.columns / reduction, 16) }

  /// One image.
  /// - Parameter number: from 1.
  mutating func image(_ number: Int) -> DataSet {
    var dataSet = header(sopClass: modality.sopClass, modality: modality.rawValue, number: number)
    dataSet.set(.seriesInstanceUID, series)
    dataSet.set(.seriesNumber, .IS, "1")
    dataSet.set(.seriesDescription, .LO, procedure.series)
    dataSet.set(.bodyPartExamined, .CS, procedure.bodyPart)
    dataSet.set(.protocolName, .LO, procedure.series)
    addPixels(&dataSet, number)
    addPlane(&dataSet, number)
    addModality(&dataSet, number)
    return dataSet
  }

  /// What every object has: patient, study, equipment.
  func header(sopClass: UID, modality: String, number: Int) -> DataSet {
    var dataSet = DataSet(inheritedCharacterSet: .utf8)
    dataSet.set(.specificCharacterSet, .CS, "ISO_IR 192")
    dataSet.set(.sopClassUID, sopClass)
    dataSet.set(.sopInstanceUID, UID.random())
    dataSet.set(.modality, .CS, modality)
    for (tag, vr, text) in [
      (Tag.patientName, VR.PN, order.patientName), (.patientID, .LO, order.patientID),
      (.patientBirthDate, .DA, order.birthDate), (.patientSex, .CS, order.sex),
      (.accessionNumber, .SH, order.accession), (.studyDescription, .LO, order.description),
      (.studyID, .SH, order.requestedProcedureID), (.referringPhysicianName, .PN, "Referrer^Simulated"),
      (.studyDate, .DA, date), (.studyTime, .TM, time), (.seriesDate, .DA, date), (.seriesTime, .TM, time),
      (.contentDate, .DA, date), (.contentTime, .TM, time), (.acquisitionDate, .DA, date),
      (.acquisitionTime, .TM, time), (.manufacturer, .LO, "Martlet"), (.manufacturerModelName, .LO, "Simulated"),
      (.softwareVersions, .LO, "1"), (.deviceSerialNumber, .LO, "1"), (.stationName, .SH, self.modality.aeTitle),
      (.instanceNumber, .IS, String(number)),
    ] { dataSet.set(tag, vr, text) }
    dataSet.set(.studyInstanceUID, order.study)
    var request = DataSet(inheritedCharacterSet: .utf8)
    request.set(.requestedProcedureID, .SH, order.requestedProcedureID)
    request.set(.scheduledProcedureStepID, .SH, order.stepID)
    dataSet.set(.requestAttributesSequence, items: [request])
    return dataSet
  }

  private mutating func addPixels(_ dataSet: inout DataSet, _ number: Int) {
    let isColour = modality == .US
    var bytes: [UInt8] = []
    for index in 0..<modality.frames {
      let all = Double(images * modality.frames)
      let position = (Double((number - 1) * modality.frames + index) + 0.5) / all * 2 - 1
      bytes += phantom.frame(modality.picture, rows: rows, columns: columns, position: position)
    }
    dataSet.set(.samplesPerPixel, .US, integers: [isColour ? 3 : 1])
    dataSet.set(.photometricInterpretation, .CS, isColour ? "RGB" : "MONOCHROME2")
    if isColour { dataSet.set(.planarConfiguration, .US, integers: [0]) }
    dataSet.set(.rows, .US, integers: [rows])
    dataSet.set(.columns, .US, integers: [columns])
    dataSet.set(.bitsAllocated, .US, integers: [isColour ? 8 : 16])
    let stored = isColour ? 8 : modality == .NM || modality == .PT ? 16 : 12
    dataSet.set(.bitsStored, .US, integers: [stored])
    dataSet.set(.highBit, .US, integers: [stored - 1])
    dataSet.set(.pixelRepresentation, .US, integers: [0])
    if modality.isMultiframe { dataSet.set(.numberOfFrames, .IS, String(modality.frames)) }
    if bytes.count % 2 == 1 { bytes.append(0) }
    dataSet.set(DataElement(tag: .pixelData, vr: isColour ? .OB : .OW, value: .bytes(ByteSlice(bytes))))
  }

  private func addPlane(_ dataSet: inout DataSet, _ number: Int) {
    guard modality.hasFrameOfReference else { return }
    let spacing = 400.0 / Double(columns)
    dataSet.set(.frameOfReferenceUID, frame)
    dataSet.set(.positionReferenceIndicator, .LO, "")
    dataSet.set(.pixelSpacing, decimals: [spacing, spacing])
    dataSet.set(.sliceThickness, .DS, "5")
    dataSet.set(.imageOrientationPatient, decimals: [1, 0, 0, 0, 1, 0])
    dataSet.set(.imagePositionPatient, decimals: [-200, -200, Double(number) * 5])
    dataSet.set(.sliceLocation, decimals: [Double(number) * 5])
    if modality != .PT { dataSet.set(.patientPosition, .CS, "HFS") }
  }
}

extension DataSet {
  /// Sets a Decimal String of at most 16 characters for each number (PS3.5 §6.2).
  mutating func set(_ tag: Tag, decimals values: [Double]) {
    set(tag, .DS, values.map { String(format: "%.8g", $0) })
  }
}
