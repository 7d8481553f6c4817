// SPDX-License-Identifier: Apache-2.0

extension Department {
  /// An exam with its patient, its order and what arrived of it; nil where there is none.
  public func exam(id: Int64) throws -> ExamItem? {
    try store.read { tables in
      guard var order = try tables.order(ofProcedure: id), let exam = order.procedures.first(where: { $0.id == id }),
        let patient = try tables.patient(id: order.patient)
      else { return nil }
      order.procedures = []
      return ExamItem(patient: patient, order: order, exam: exam, studies: try tables.links(ofExam: id))
    }
  }

  /// The exam that a study of the archive is attached to; nil where there is none.
  public func exam(ofStudy uid: String) throws -> ExamItem? {
    guard let link = try studyLink(ofStudy: uid), link.state == .matched, link.exam > 0 else { return nil }
    return try exam(id: link.exam)
  }
}
