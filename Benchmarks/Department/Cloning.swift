// SPDX-License-Identifier: Apache-2.0

import SQLInterface

/// Repeats what stands in the tables, later and for other patients, inside of the database: years of rows in minutes.
struct Cloning {
  let database: any SQLDatabase
  /// Rows of each table that are repeated have lower ids than this.
  let stride: Int64 = 1_000_000
  /// Microseconds from one repetition to the next.
  let span: Int64

  func run(_ times: Int, told: (Int) -> Void) throws {
    for number in 1..<max(times, 1) {
      try database.write(.unflushed) { connection in
        for statement in statements(number) { try connection.script(statement) }
      }
      told(number)
    }
  }

  /// A date, YYYYMMDD as a number, some days later.
  private func shifted(_ date: String, _ days: Int64) -> String {
    if database.dialect.name == "postgresql" {
      return "to_char(to_date((\(date))::text, 'YYYYMMDD') + \(days), 'YYYYMMDD')::bigint"
    }
    let parts = [(1, 4), (5, 2), (7, 2)].map { "substr(\(date), \($0.0), \($0.1))" }
    return "CAST(strftime('%Y%m%d', \(parts.joined(separator: " || '-' || ")), '+\(days) days') AS INTEGER)"
  }

  private func statements(_ number: Int) -> [String] {
    let id = Int64(number) * stride
    let later = Int64(number) * span
    let minutes = later / 60_000_000
    let letters = Vocabulary.syllables(number)
    return [
      """
      INSERT INTO ris_patient (id, version, merged_into, name, birth_date, search_text, document)
      SELECT id + \(id), version, NULL, replace(name, '^', '\(letters)^'), birth_date,
        replace(search_text, ' ', '\(letters) '), replace(document, '^', '\(letters)^')
      FROM ris_patient WHERE id < \(stride)
      """,
      """
      INSERT INTO ris_patient_identifier (value, issuer, patient) SELECT value || '-\(number)', issuer, patient + \(id)
      FROM ris_patient_identifier WHERE patient < \(stride)
      """,
      """
      INSERT INTO ris_order (id, version, patient, accession, accession_issuer, placer, placer_issuer, filler,
        filler_issuer, admission_id, placed_at, document)
      SELECT id + \(id), version, patient + \(id), accession || '-\(number)', accession_issuer, placer || '-\(number)',
        placer_issuer, filler || '-\(number)', filler_issuer, admission_id, placed_at + \(later), document
      FROM ris_order WHERE id < \(stride)
      """,
      """
      INSERT INTO ris_procedure (id, ris_order, patient, procedure_id, study_uid, status, status_since, priority,
        modality, claimed_by, document, start_at, images)
      SELECT id + \(id), ris_order + \(id), patient + \(id), procedure_id || '-\(number)', study_uid || '.\(number)',
        status, status_since + \(later), priority, modality, claimed_by, document,
        \(shifted("start_at / 100000", minutes / 1440)) * 100000 + start_at % 100000, images
      FROM ris_procedure WHERE id < \(stride)
      """,
      """
      INSERT INTO ris_step (id, ris_procedure, step_id, modality, status, start_date, start_second, document)
      SELECT id + \(id), ris_procedure + \(id), step_id || '-\(number)', modality, status,
        \(shifted("start_date", minutes / 1440)), start_second, document
      FROM ris_step WHERE id < \(stride)
      """,
      """
      INSERT INTO ris_step_station (ris_step, ae_title) SELECT ris_step + \(id), ae_title
      FROM ris_step_station WHERE ris_step < \(stride)
      """,
      """
      INSERT INTO ris_booking (id, ris_procedure, ris_step, from_minute, to_minute, document)
      SELECT id + \(id), ris_procedure + \(id), ris_step + \(id), from_minute + \(minutes), to_minute + \(minutes),
        document
      FROM ris_booking WHERE id < \(stride)
      """,
      """
      INSERT INTO ris_booking_resource (booking, resource, from_minute, to_minute, overbooked)
      SELECT booking + \(id), resource, from_minute + \(minutes), to_minute + \(minutes), overbooked
      FROM ris_booking_resource WHERE booking < \(stride)
      """,
      """
      INSERT INTO ris_study (study_uid, ris_procedure, state, received_at, document)
      SELECT study_uid || '.\(number)', ris_procedure + \(id), state, received_at + \(later), document
      FROM ris_study WHERE ris_procedure < \(stride)
      """,
      """
      INSERT INTO ris_event (kind, at, patient, ris_order, ris_procedure, ris_step, from_state, to_state, actor, origin,
        cause, reason)
      SELECT kind, at + \(later), patient + \(id), ris_order + \(id), ris_procedure + \(id), ris_step, from_state,
        to_state, actor, origin, cause, reason
      FROM ris_event WHERE ris_order < \(stride) ORDER BY id
      """,
      """
      INSERT INTO ris_times (ris_procedure, placed_at, modality, room, priority, reader, arrived, in_room, performed,
        validated, cancelled, no_show)
      SELECT ris_procedure + \(id), placed_at + \(later), modality, room, priority, reader, arrived + \(later),
        in_room + \(later), performed + \(later), validated + \(later), cancelled, no_show
      FROM ris_times WHERE ris_procedure < \(stride)
      """,
      """
      INSERT INTO ris_report_version (ris_procedure, number, status, at, author, hash, document)
      SELECT ris_procedure + \(id), number, status, at + \(later), author, hash, document
      FROM ris_report_version WHERE ris_procedure < \(stride) ORDER BY id
      """,
      """
      INSERT INTO ris_report_text (id, ris_procedure, language, at, words)
      SELECT id + \(id), ris_procedure + \(id), language, at + \(later), words
      FROM ris_report_text WHERE id < \(stride)
      """,
      """
      INSERT INTO ris_report_affirmed (id, words) SELECT id + \(id), words FROM ris_report_affirmed WHERE id < \(stride)
      """,
    ]
  }
}
