// SPDX-License-Identifier: Apache-2.0

public import Archive
import DICOMCore
import DICOMServices

/// What every `AnnouncedStudyList` has to do.
public enum AnnouncedStudySuite {
  public typealias Case = ConformanceCase<any AnnouncedStudyList>

  public static let cases: [Case] = [
    Case("keeps what was announced, by study and source") { list in
      try expect(try list.add(notice("1.1", "1.1.1", "1.1.2"), instance: "9.1", source: "A", at: 10), true)
      try expect(try list.add(notice("1.1", "1.1.1"), instance: "9.2", source: "B", at: 20), true)
      try expect(try list.add(notice("1.2", "1.2.1"), instance: "9.3", source: "A", at: 15), true)
      let studies = try list.studies(AnnouncedStudyQuery())
      try expect(studies.map { "\($0.study) \($0.source) \($0.instances)" }, ["1.1 B 1", "1.2 A 1", "1.1 A 2"])
      try expect(studies[2].retrieveAETitles, ["PACS"])
      try expect(studies[2].availabilities, [.online])
      try expect(studies[2].receivedAt, 10)
      var query = AnnouncedStudyQuery()
      query.study = "1.1"
      query.source = "A"
      try expect(try list.studies(query).map(\.instances), [2])
      var page = AnnouncedStudyQuery()
      (page.offset, page.limit) = (1, 1)
      try expect(try list.studies(page).map(\.study.rawValue), ["1.2"])
      try expect(
        try list.instances(of: "1.1", source: "A", limit: 10).map(\.reference.sopInstance.rawValue),
        ["1.1.1", "1.1.2"])
      try expect(try list.instances(of: "1.1", source: "A", limit: 1).count, 1)
    },
    Case("takes a notification once, and the newest word of an instance") { list in
      _ = try list.add(notice("1.1", "1.1.1"), instance: "9.1", source: "A", at: 10)
      try expect(try list.add(notice("1.1", "1.1.2"), instance: "9.1", source: "A", at: 11), false)
      try expect(try list.studies(AnnouncedStudyQuery()).map(\.instances), [1])
      var later = notice("1.1", "1.1.1")
      later.instances[0].availability = .nearline
      later.instances[0].retrieveAETitle = "TAPE"
      try expect(try list.add(later, instance: "9.2", source: "A", at: 12), true)
      let studies = try list.studies(AnnouncedStudyQuery())
      try expect(studies.map(\.instances), [1])
      try expect(studies.map(\.availabilities), [[.nearline]])
      try expect(studies.map(\.retrieveAETitles), [["TAPE"]])
    },
    Case("forgets what is old") { list in
      _ = try list.add(notice("1.1", "1.1.1"), instance: "9.1", source: "A", at: 10)
      _ = try list.add(notice("1.1", "1.1.2"), instance: "9.2", source: "A", at: 20)
      try list.forget(before: 20)
      try expect(try list.instances(of: "1.1", source: "A", limit: 9).map(\.reference.sopInstance), ["1.1.2"])
      try expect(try list.add(notice("1.1", "1.1.3"), instance: "9.1", source: "A", at: 30), true)
    },
  ]

  private static func notice(_ study: UID, _ instances: UID...) -> InstanceAvailabilityNotice {
    InstanceAvailabilityNotice(
      study: study, performedSteps: [],
      instances: instances.map { instance in
        InstanceAvailabilityNotice.Instance(
          series: "1.5", reference: SOPReference(sopClass: "1.2.840.10008.5.1.4.1.1.2", sopInstance: instance),
          availability: .online, retrieveAETitle: "PACS")
      })
  }
}
