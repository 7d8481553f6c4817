// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary

/// Makes up an archive's worth of records, the same at each run: names as frequent as names are, five years of dates,
/// the usual modalities.
public struct StudyGenerator: Sendable {
  private static let families = [
    "Smith", "Müller", "García", "Johnson", "Nguyen", "Schmidt", "Rossi", "Dubois", "Kowalski", "Novák", "Andersson",
    "Yamada=山田=やまだ", "Kim", "O'Neill", "van der Berg", "Şahin", "Papadopoulos", "Ivanova", "Silva", "Bērziņš",
  ]
  private static let givens = [
    "Anna", "Peter", "María", "John", "Linh", "Änne", "Luca", "Chloé", "Jan", "Eva", "Björn", "Tarou", "Min-jun",
    "Sinéad", "Willem", "Ayşe", "Eleni", "Olga", "João", "Līga",
  ]
  private static let modalities = ["CT", "CT", "CT", "MR", "MR", "DX", "DX", "DX", "US", "MG", "NM", "PT"]
  private static let regions = [
    "Thorax", "Abdomen", "Head", "Knee", "Pelvis", "Spine", "Shoulder", "Hand", "Neck",
    "Foot",
  ]
  private static let tails = ["", " native", " with contrast", " 2 views", " a.p.", " follow-up", " low dose"]

  private var state: UInt64

  public init(seed: UInt64 = 1) { state = seed }

  private mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }

  /// The records of study `number`: every third study is of a patient known before.
  public mutating func study(_ number: Int, series: Int, instances: Int) -> [InstanceRecord] {
    let patient = number % 3 == 2 ? number / 2 : number
    let family = Self.families[patient * 7 % 20].split(separator: "=")
    var name = "\(family[0])\(patient / 400)^\(Self.givens[patient / 20 % 20])"
    if family.count > 1 { name += "=\(family[1])^\(patient)" }
    let date = "\(2020 + next(5))\(Self.two(1 + next(12)))\(Self.two(1 + next(28)))"
    let modality = Self.modalities[next(12)]
    var records: [InstanceRecord] = []
    for seriesNumber in 1...series {
      for instanceNumber in 1...instances {
        var builder = RecordBuilder(number, seriesNumber, instanceNumber).of(name, "P\(1_000_000 + patient)")
        builder = builder.with(.studyDate, .DA, date).with(.studyTime, .TM, "\(Self.two(number % 24))3015.25")
          .with(.accessionNumber, .SH, "ACC\(9_000_000 + number * 7)").with(.studyID, .SH, "\(number)")
          .with(.patientBirthDate, .DA, "19\(Self.two(20 + patient % 80))0\(1 + patient % 9)12")
          .with(.patientSex, .CS, "F").with(.modality, .CS, modality)
          .with(.studyDescription, .LO, Self.regions[number % 10] + Self.tails[number % 7])
          .with(.referringPhysicianName, .PN, "Doctor\(number % 200)^A")
          .with(.seriesDescription, .LO, "Series \(seriesNumber)").with(.bodyPartExamined, .CS, "CHEST")
          .with(.manufacturer, .LO, "Maker").with(.stationName, .SH, "ROOM\(number % 9)")
        builder.addImage()
        builder.offset = Int64(number * 1000 + instanceNumber) * 4096
        records.append(builder.record)
      }
    }
    return records
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension RecordBuilder {
  /// The attributes of a CT image.
  fileprivate mutating func addImage() {
    for tag in [Tag.rows, .columns] { attributes.set(tag, .US, integers: [512]) }
    for (tag, value) in [
      (Tag.samplesPerPixel, 1), (.bitsAllocated, 16), (.bitsStored, 12), (.highBit, 11), (.pixelRepresentation, 0),
    ] { attributes.set(tag, .US, integers: [value]) }
    attributes.set(.photometricInterpretation, .CS, "MONOCHROME2")
    attributes.set(.imageType, .CS, ["ORIGINAL", "PRIMARY", "AXIAL"])
    attributes.set(.imagePositionPatient, .DS, ["-250", "-250", "12.5"])
    attributes.set(.imageOrientationPatient, .DS, ["1", "0", "0", "0", "1", "0"])
    attributes.set(.pixelSpacing, .DS, ["0.9765625", "0.9765625"])
    attributes.set(.windowCenter, .DS, ["40", "400"])
    attributes.set(.windowWidth, .DS, ["400", "1500"])
    attributes.set(.rescaleSlope, .DS, "1")
    attributes.set(.rescaleIntercept, .DS, "-1024")
    attributes.set(.sliceThickness, .DS, "1.25")
    attributes.set(.kvp, .DS, "120")
  }
}
