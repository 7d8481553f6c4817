// SPDX-License-Identifier: Apache-2.0

import ClinicalDocuments

extension Department {
  /// The visible versions of an exam's report as documents are made of them, oldest first: what is not validated is in
  /// no document.
  public func imagingReports(ofExam exam: Int64) throws -> [ImagingReport] {
    let found = try store.read { tables -> (ReportSubject, [ReportVersion])? in
      let versions = try tables.visibleVersions(ofExam: exam)
      guard !versions.isEmpty, let subject = try ReportSubject(ofExam: exam, in: tables) else { return nil }
      return (subject, versions)
    }
    guard let (subject, versions) = found else { return [] }
    return versions.map { imagingReport($0, of: versions, subject) }
  }

  /// The order that has an exam; nil where there is no such exam.
  public func orderOf(exam: Int64) throws -> Order? { try store.read { try $0.order(ofProcedure: exam) } }

  /// The order whose exam has a Study Instance UID.
  public func orderOf(study: String) throws -> Order? { try store.read { try $0.order(ofStudy: study) } }

  /// One version as documents are made of it. Not to be called inside of a transaction.
  /// - Parameter versions: all that the reader may see, oldest first.
  public func imagingReport(
    _ version: ReportVersion, of versions: [ReportVersion], _ subject: ReportSubject
  ) -> ImagingReport {
    subject.report(version, of: versions, by: options.institution, personName: options.personName)
  }

  /// All to whom a version was sent have acknowledged it: the exam is sent, unless a later version waits for that.
  /// - Returns: whether the exam changed.
  @discardableResult
  public func reportWasDelivered(exam: Int64, version: Int, by performer: Performer) throws -> Bool {
    try store.write { tables in
      guard var order = try tables.order(ofProcedure: exam),
        let index = order.procedures.firstIndex(where: { $0.id == exam }),
        order.procedures[index].status == .validated,
        try tables.visibleVersions(ofExam: exam).last?.number == version
      else { return false }
      try go(.send, procedure: index, of: &order, reason: "", by: performer, in: tables)
      try tables.save(&order)
      return true
    }
  }
}
