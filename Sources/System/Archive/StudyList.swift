// SPDX-License-Identifier: Apache-2.0

/// What the study list of the browser asks: free words, filters, order and a page.
public struct StudyListQuery: Sendable {
  /// Of studies that have the words that are asked for, no more than these are counted.
  public static let largestCount = 10_000

  public enum SortKey: String, Sendable, CaseIterable {
    case date, patientName, patientID, accession, description, modality, received
  }

  /// Words; each must be found inside patient name, patient ID, accession number or description.
  public var text: String
  /// Any of these; empty means all.
  public var modalities: [String]
  /// Bounds of the study date, `YYYYMMDD`, inclusive.
  public var dateFrom: String?
  public var dateTo: String?
  public var sort: SortKey
  public var ascending: Bool
  public var offset: Int
  public var limit: Int

  public init(
    text: String = "", modalities: [String] = [], dateFrom: String? = nil, dateTo: String? = nil,
    sort: SortKey = .date, ascending: Bool = false, offset: Int = 0, limit: Int = 50
  ) {
    self.text = text
    self.modalities = modalities
    self.dateFrom = dateFrom
    self.dateTo = dateTo
    self.sort = sort
    self.ascending = ascending
    self.offset = offset
    self.limit = limit
  }
}

/// One line of the study list.
public struct StudySummary: Sendable, Equatable {
  public var studyUID: String
  public var patientName: String
  public var patientID: String
  public var issuer: String
  public var birthDate: String
  public var sex: String
  public var accession: String
  public var description: String
  public var date: String
  public var time: String
  public var modalities: [String]
  public var referrer: String
  public var seriesCount: Int
  public var instanceCount: Int
  /// Microseconds since 1970-01-01 UTC at which the first and the last instance came.
  public var firstReceived: Int64
  public var lastReceived: Int64
  /// Instances of the study that exist in more than one version.
  public var conflicts: Int

  public init(
    studyUID: String, patientName: String, patientID: String, issuer: String, birthDate: String, sex: String,
    accession: String, description: String, date: String, time: String, modalities: [String], referrer: String,
    seriesCount: Int, instanceCount: Int, firstReceived: Int64, lastReceived: Int64, conflicts: Int
  ) {
    self.studyUID = studyUID
    self.patientName = patientName
    self.patientID = patientID
    self.issuer = issuer
    self.birthDate = birthDate
    self.sex = sex
    self.accession = accession
    self.description = description
    self.date = date
    self.time = time
    self.modalities = modalities
    self.referrer = referrer
    self.seriesCount = seriesCount
    self.instanceCount = instanceCount
    self.firstReceived = firstReceived
    self.lastReceived = lastReceived
    self.conflicts = conflicts
  }
}

/// A page of the study list, and how many studies there are in all pages.
public struct StudyListPage: Sendable {
  public var total: Int
  /// There are more than `total`, which were not counted.
  public var isMore: Bool
  public var studies: [StudySummary]

  public init(total: Int, isMore: Bool = false, studies: [StudySummary]) {
    self.total = total
    self.isMore = isMore
    self.studies = studies
  }
}
