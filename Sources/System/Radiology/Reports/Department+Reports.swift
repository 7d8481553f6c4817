// SPDX-License-Identifier: Apache-2.0

import Trust

extension Department {
  /// Limits of reports.
  enum ReportLimits {
    static let sections = 50
    static let fields = 500
    static let keyImages = 200
    static let characters = 200_000
    static let versions = 2000
  }

  /// Takes an exam's report through one row of its table: a version is added, and the exam follows.
  /// - Parameters:
  ///   - content: nil takes that of the last version.
  ///   - basedOn: number of the version that the writer saw; 0 for none.
  ///   - reason: why it is sent back or corrected.
  /// - Throws: `conflict` where somebody else wrote meanwhile, or has claimed the exam.
  public func report(
    _ command: ReportCommand, exam: Int64, content: ReportContent?, basedOn: Int, reason: String = "",
    by performer: Performer
  ) throws -> ReportVersion {
    guard let role = performer.role, role == .radiologist || role == .secretary else {
      throw RadiologyError(.forbidden, "Reports are written by radiologists and secretaries.")
    }
    if [.sendBack, .correct].contains(command), reason.isEmpty {
      throw RadiologyError(.invalid, "Say why.", about: .reasonMissing)
    }
    return try store.write { tables in
      var (order, index) = try knownExam(exam, in: tables)
      if let holder = order.procedures[index].claim?.by, holder != performer.name {
        throw RadiologyError(.conflict, "\(holder) works on this exam.", about: .claimed)
      }
      let versions = try tables.versions(ofExam: exam)
      let last = versions.last
      guard (last?.number ?? 0) == basedOn else {
        throw RadiologyError(
          .conflict, "\(last?.author ?? "Somebody") wrote meanwhile; read the report again.", about: .changedMeanwhile)
      }
      guard let row = ReportTransitions.row(command, in: last?.status) else {
        throw RadiologyError(
          .notAllowed,
          "A report that is \(last?.status.rawValue ?? "not begun") cannot be told "
            + "\"\(command.rawValue)\".")
      }
      if row.needsRadiologist, role != .radiologist {
        throw RadiologyError(.forbidden, "\"\(command.rawValue)\" is for radiologists.")
      }
      guard let content = content ?? last?.content else {
        throw RadiologyError(.invalid, "The report is empty.", about: .reportEmpty)
      }
      try check(content, command, versions, order.procedures[index], by: performer, in: tables)
      var version = ReportVersion(
        exam: exam, number: basedOn + 1, status: row.to, content: content, at: now, author: performer.name,
        reason: reason)
      if row.to.isVisible { version.sopInstanceUID = options.makeUID() }
      if let command = row.exam {
        try go(command, procedure: index, of: &order, reason: reason, by: performer, in: tables)
        if row.to.isVisible { order.procedures[index].claim = nil }
        try tables.save(&order)
      }
      let kept = try tables.add(version)
      try tables.removeDraft(ofExam: exam, by: performer.name)
      try tables.append(
        event(
          "report." + kept.status.rawValue, order, order.procedures[index], from: last?.status.rawValue ?? "",
          to: kept.status.rawValue, by: performer, reason: reason))
      return kept
    }
  }

  /// The report as somebody may see it: all versions for those who write reports, else the validated ones.
  public func report(ofExam exam: Int64, for performer: Performer) throws -> [ReportVersion] {
    try store.read { tables in
      Self.seesDrafts(performer) ? try tables.versions(ofExam: exam) : try tables.visibleVersions(ofExam: exam)
    }
  }

  /// The visible versions, oldest first: what goes out to anybody.
  public func visibleReport(ofExam exam: Int64) throws -> [ReportVersion] {
    try store.read { try $0.visibleVersions(ofExam: exam) }
  }

  /// Exams of a patient with a report that clinicians may see.
  public func reportedExams(ofPatient id: Int64, limit: Int) throws -> [ExamItem] {
    try store.read { try $0.reportedExams(ofPatient: id, limit: limit) }
  }

  /// Validated reports by their words; others are not in the index.
  public func reports(matching query: ReportQuery) throws -> [ReportFound] {
    try store.read { try $0.reports(matching: query) }
  }

  /// The number of the first version that was tampered with; nil where the chain holds.
  public func firstBrokenLink(ofExam exam: Int64) throws -> Int? {
    try store.read { try $0.firstBrokenLink(ofExam: exam) }
  }

  /// Those who write reports see them before they are validated; nobody else does, whatever is set.
  static func seesDrafts(_ performer: Performer) -> Bool {
    performer.role == .radiologist || performer.role == .secretary
  }

  // MARK: Templates

  public func templates() throws -> [ReportTemplate] { try store.read { try $0.templates() } }

  public func save(_ template: ReportTemplate) throws {
    let keys = template.sections.map(\.key) + template.fields.map(\.key)
    guard !template.name.isEmpty, !template.sections.isEmpty, Set(keys).count == keys.count else {
      throw RadiologyError(.invalid, "A template has a name, sections, and a key of its own for each part.")
    }
    try store.write { try $0.save(template) }
  }

  /// The template that an exam's catalogue entry names; the standard one else.
  public func template(forExam exam: Int64) throws -> ReportTemplate {
    try store.read { tables in
      let (order, index) = try knownExam(exam, in: tables)
      return try template(of: order.procedures[index], in: tables)
        ?? ReportTemplate(name: "standard", title: "Diagnostic imaging report")
    }
  }

  private func template(
    of procedure: RequestedProcedure, in tables: any RadiologyTables
  ) throws -> ReportTemplate? {
    let entry = try tables.catalogueEntry(code: procedure.details.catalogueCode)
    return try entry.flatMap { try tables.template(name: $0.template) }
  }

  private func check(
    _ content: ReportContent, _ command: ReportCommand, _ versions: [ReportVersion], _ procedure: RequestedProcedure,
    by performer: Performer, in tables: any RadiologyTables
  ) throws {
    guard content.isWithinLimits, versions.count < ReportLimits.versions else {
      throw RadiologyError(.invalid, "The report is too long.")
    }
    guard [.sign, .validate, .addAddendum, .correct].contains(command) else { return }
    if content.isEmpty { throw RadiologyError(.invalid, "The report is empty.", about: .reportEmpty) }
    let own = try tables.template(name: content.template)
    if let fault = own?.faults(content).first { throw RadiologyError(.invalid, fault) }
    let needsSecond =
      try own?.needsSecondReader == true
      || template(of: procedure, in: tables)?.needsSecondReader == true
    guard command == .validate, needsSecond else { return }
    guard let signed = versions.last, signed.status == .signed else {
      throw RadiologyError(
        .notAllowed, "A first reader has to sign before a second one validates.", about: .firstReaderMissing)
    }
    guard signed.author != performer.name else {
      throw RadiologyError(.forbidden, "The second reader is somebody else than the first.", about: .sameReader)
    }
  }
}

extension ReportContent {
  var isWithinLimits: Bool {
    typealias Limits = Department.ReportLimits
    return sections.count <= Limits.sections && fields.count <= Limits.fields && keyImages.count <= Limits.keyImages
      && text.utf8.count <= Limits.characters
  }
}
