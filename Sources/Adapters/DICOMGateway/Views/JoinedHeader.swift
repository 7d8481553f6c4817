// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMObjects

/// The enhanced image of classic ones, without its pixel data: nothing in it depends on when it is made.
struct JoinedHeader {
  let dataSet: DataSet
  /// Indices of the images in the order of the frames.
  let order: [Int]

  init(_ images: [DataSet], series: UID, instance: UID) throws {
    guard let first = images.first else { throw ArchiveError(.misuse, "there are no images") }
    let context = ObjectContext(
      inStudyOf: first, series: Self.series(images, series), equipment: ObjectContext(first).equipment,
      instance: instance, created: Self.moment(first))
    let converted = try LegacyConversion.header(of: images, context: context)
    var made = converted.dataSet
    made.remove(.instanceCreationDate)
    made.remove(.instanceCreationTime)
    if let side = first.string(.laterality) { made.set(.laterality, .CS, side) }
    if let zone = first.string(.timezoneOffsetFromUTC) { made.set(.timezoneOffsetFromUTC, .SH, zone) }
    ConversionEquipment.append(.enhanced, to: &made)
    dataSet = made
    order = converted.order
  }

  /// The series of the sources, which began with the earliest of them.
  private static func series(_ images: [DataSet], _ uid: UID) -> Series {
    let moments = images.map { ($0.string(.seriesDate) ?? "", $0.string(.seriesTime) ?? "") }.filter { !$0.0.isEmpty }
    let earliest = moments.min { $0 < $1 } ?? ("", "")
    return Series(
      uid: uid, number: images[0].integer(.seriesNumber) ?? 0, description: images[0].string(.seriesDescription) ?? "",
      date: earliest.0, time: earliest.1)
  }

  private static func moment(_ image: DataSet) -> Timestamp {
    for (date, time) in [
      (Tag.contentDate, Tag.contentTime), (.acquisitionDate, .acquisitionTime), (.seriesDate, .seriesTime),
      (.studyDate, .studyTime),
    ] {
      if let day = image.string(date), !day.isEmpty {
        let hour = image.string(time) ?? ""
        return Timestamp(date: day, time: hour.isEmpty ? "000000" : hour)
      }
    }
    return Timestamp(date: "", time: "")
  }
}
