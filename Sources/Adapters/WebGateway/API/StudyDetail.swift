// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary

/// The series and instances of a study, as the viewer gets them.
enum StudyDetail {
  /// Series in the order in which their first instances come, which is that of their numbers.
  static func series(_ all: [(instance: StoredInstance, attributes: DataSet)]) -> JSONValue {
    var order: [UID] = []
    var members: [UID: [(instance: StoredInstance, attributes: DataSet)]] = [:]
    for one in all {
      let series = one.instance.identity.series
      if members[series] == nil { order.append(series) }
      members[series, default: []].append(one)
    }
    return .array(
      order.map { uid in
        let instances = members[uid] ?? []
        let first = instances.first?.attributes ?? DataSet()
        return .object([
          ("seriesUID", .string(uid.rawValue)), ("number", JSONValue(first.integer(.seriesNumber))),
          ("modality", JSONValue(first.string(.modality))),
          ("description", JSONValue(first.string(.seriesDescription))),
          ("bodyPart", JSONValue(first.string(.bodyPartExamined))), ("instanceCount", .integer(Int64(instances.count))),
          ("instances", .array(instances.map { instance($0.instance, $0.attributes) })),
        ])
      })
  }

  private static func instance(_ stored: StoredInstance, _ attributes: DataSet) -> JSONValue {
    .object(
      identity(stored, attributes) + pixels(attributes) + display(attributes) + geometry(attributes) + times(attributes)
    )
  }

  private static func identity(_ stored: StoredInstance, _ attributes: DataSet) -> [(String, JSONValue)] {
    let syntax = TransferSyntax(stored.transferSyntax)
    let hasPixels = stored.location.pixelDataOffset != nil || syntax.isDeflated
    let isImage = hasPixels && attributes.integer(.rows) != nil && attributes.integer(.columns) != nil
    let isVideo = PixelForm(syntax).isVideo
    return [
      ("sopInstanceUID", .string(stored.identity.instance.rawValue)),
      ("sopClassUID", .string(stored.identity.sopClass.rawValue)),
      ("number", JSONValue(attributes.integer(.instanceNumber))),
      ("transferSyntaxUID", .string(stored.transferSyntax.rawValue)), ("isImage", .bool(isImage && !isVideo)),
      ("isVideo", .bool(isVideo)), ("lossy", .bool(attributes.string(.lossyImageCompression) == "01")),
      ("imageComments", JSONValue(attributes.string(.imageComments))),
      ("imageType", JSONValue(attributes.strings(.imageType))),
      ("documentTitle", JSONValue(attributes.string(.documentTitle))),
    ]
  }

  private static func pixels(_ attributes: DataSet) -> [(String, JSONValue)] {
    let isImage = attributes.integer(.rows) != nil
    return [
      ("rows", JSONValue(attributes.integer(.rows))), ("columns", JSONValue(attributes.integer(.columns))),
      ("numberOfFrames", JSONValue(attributes.integer(.numberOfFrames) ?? (isImage ? 1 : nil))),
      ("samplesPerPixel", JSONValue(attributes.integer(.samplesPerPixel))),
      ("bitsAllocated", JSONValue(attributes.integer(.bitsAllocated))),
      ("bitsStored", JSONValue(attributes.integer(.bitsStored))), ("highBit", JSONValue(attributes.integer(.highBit))),
      ("pixelRepresentation", JSONValue(attributes.integer(.pixelRepresentation))),
      ("photometricInterpretation", JSONValue(attributes.string(.photometricInterpretation))),
      ("planarConfiguration", JSONValue(attributes.integer(.planarConfiguration))),
      ("pixelPaddingValue", JSONValue(attributes.integer(.pixelPaddingValue))),
    ]
  }

  private static func display(_ attributes: DataSet) -> [(String, JSONValue)] {
    [
      ("windowCenter", numbers(attributes, .windowCenter)), ("windowWidth", numbers(attributes, .windowWidth)),
      ("windowExplanation", JSONValue(nonEmpty(attributes.strings(.windowCenterWidthExplanation)))),
      ("voiLUTFunction", JSONValue(attributes.string(.voiLUTFunction))),
      ("presentationLUTShape", JSONValue(attributes.string(.presentationLUTShape))),
      ("rescaleSlope", JSONValue(attributes.double(.rescaleSlope))),
      ("rescaleIntercept", JSONValue(attributes.double(.rescaleIntercept))),
      ("rescaleType", JSONValue(attributes.string(.rescaleType))),
      ("burnedInAnnotation", JSONValue(attributes.string(.burnedInAnnotation))),
    ]
  }

  private static func geometry(_ attributes: DataSet) -> [(String, JSONValue)] {
    [
      ("imagePosition", numbers(attributes, .imagePositionPatient, count: 3)),
      ("frameOfReferenceUID", JSONValue(attributes.string(.frameOfReferenceUID))),
      ("imageOrientation", numbers(attributes, .imageOrientationPatient, count: 6)),
      ("patientOrientation", JSONValue(nonEmpty(attributes.strings(.patientOrientation)))),
      ("pixelSpacing", numbers(attributes, .pixelSpacing, count: 2)),
      ("imagerPixelSpacing", numbers(attributes, .imagerPixelSpacing, count: 2)),
      ("nominalScannedPixelSpacing", numbers(attributes, .nominalScannedPixelSpacing, count: 2)),
      ("pixelAspectRatio", numbers(attributes, .pixelAspectRatio, count: 2)),
      ("sliceLocation", JSONValue(attributes.double(.sliceLocation))),
      ("sliceThickness", JSONValue(attributes.double(.sliceThickness))),
      ("spacingBetweenSlices", JSONValue(attributes.double(.spacingBetweenSlices))),
      ("laterality", JSONValue(attributes.string(.imageLaterality) ?? attributes.string(.laterality))),
      ("viewPosition", JSONValue(attributes.string(.viewPosition))),
    ]
  }

  private static func times(_ attributes: DataSet) -> [(String, JSONValue)] {
    [
      ("acquisitionDate", JSONValue(attributes.string(.acquisitionDate))),
      ("acquisitionTime", JSONValue(attributes.string(.acquisitionTime))),
      ("contentDate", JSONValue(attributes.string(.contentDate))),
      ("contentTime", JSONValue(attributes.string(.contentTime))),
      ("frameTime", JSONValue(attributes.double(.frameTime))),
      ("recommendedDisplayFrameRate", JSONValue(attributes.integer(.recommendedDisplayFrameRate))),
      ("cineRate", JSONValue(attributes.integer(.cineRate))),
    ]
  }

  /// Null where there are none, or not as many as there must be.
  private static func numbers(_ attributes: DataSet, _ tag: Tag, count: Int? = nil) -> JSONValue {
    guard let values = attributes.doubles(tag), !values.isEmpty, count.map({ $0 == values.count }) ?? true else {
      return .null
    }
    return JSONValue(values)
  }

  private static func nonEmpty(_ values: [String]?) -> [String]? { values?.isEmpty == true ? nil : values }
}

extension StudySummary {
  /// The line of the study list that these instances make.
  init(study: UID, instances: [DataSet]) {
    let first = instances.first ?? DataSet()
    func text(_ tag: Tag) -> String { first.strings(tag)?.joined(separator: "\\") ?? "" }
    self.init(
      studyUID: study.rawValue, patientName: text(.patientName), patientID: text(.patientID),
      issuer: text(.issuerOfPatientID), birthDate: text(.patientBirthDate), sex: text(.patientSex),
      accession: text(.accessionNumber), description: text(.studyDescription), date: text(.studyDate),
      time: text(.studyTime), modalities: Set(instances.compactMap { $0.string(.modality) }).sorted(),
      referrer: text(.referringPhysicianName),
      seriesCount: Set(instances.compactMap { $0.string(.seriesInstanceUID) }).count, instanceCount: instances.count,
      firstReceived: 0, lastReceived: 0, conflicts: 0)
  }
}
