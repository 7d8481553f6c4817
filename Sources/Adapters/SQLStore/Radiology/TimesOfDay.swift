// SPDX-License-Identifier: Apache-2.0

import Radiology

/// The exams that were asked for on one day (UTC) as bytes, all of which stand in one row: a year is read from 365 rows
/// in place of a hundred thousand.
///
/// A byte for the layout; how many texts there are, each with its length before it; then 64 bytes for each exam: where
/// its modality, room and reader stand among the texts, its priority, when it was asked for and when it came into each
/// of six states. Numbers begin with their lowest byte.
enum TimesOfDay {
  /// Microseconds.
  static let length: Int64 = 86_400_000_000
  private static let layout: UInt8 = 1
  private static let bytesPerExam = 64
  private static let states: [ExamStatus] = [.arrived, .inRoom, .performed, .validated, .cancelled, .noShow]

  /// Days since 1970-01-01 UTC. Times before that count to its day, like in a whole-number division in SQL.
  static func day(_ microseconds: Int64) -> Int64 { microseconds / length }

  /// Nil where there are more texts than places.
  static func encode(_ exams: [ExamTimes]) -> [UInt8]? {
    var texts: [String] = []
    var places: [String: UInt16] = [:]
    func place(_ text: String) -> UInt16 {
      if let place = places[text] { return place }
      let place = UInt16(truncatingIfNeeded: texts.count)
      places[text] = place
      texts.append(text)
      return place
    }
    var rows: [UInt8] = []
    rows.reserveCapacity(exams.count * bytesPerExam)
    for exam in exams {
      for text in [exam.modality, exam.room, exam.reader] { append(place(text), to: &rows) }
      append(Int16(clamping: exam.priority), to: &rows)
      append(exam.placedAt, to: &rows)
      for state in states { append(exam.at[state] ?? 0, to: &rows) }
    }
    guard texts.count <= Int(UInt16.max), texts.allSatisfy({ $0.utf8.count <= Int(UInt16.max) }) else { return nil }
    var bytes: [UInt8] = [layout]
    append(UInt16(texts.count), to: &bytes)
    for text in texts {
      append(UInt16(text.utf8.count), to: &bytes)
      bytes += text.utf8
    }
    return bytes + rows
  }

  /// Nil where the bytes are of another layout.
  static func decode(_ bytes: [UInt8]) -> [ExamTimes]? {
    bytes.withUnsafeBytes { bytes in
      var reader = Reader(bytes: bytes)
      guard let layout: UInt8 = reader.next(), layout == Self.layout, let count: UInt16 = reader.next() else {
        return nil
      }
      var texts: [String] = []
      for _ in 0..<count {
        guard let length: UInt16 = reader.next(), let text = reader.text(Int(length)) else { return nil }
        texts.append(text)
      }
      guard reader.left % bytesPerExam == 0 else { return nil }
      var exams: [ExamTimes] = []
      exams.reserveCapacity(reader.left / bytesPerExam)
      while reader.left > 0 {
        guard let exam = reader.exam(texts) else { return nil }
        exams.append(exam)
      }
      return exams
    }
  }

  private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }

  private struct Reader {
    let bytes: UnsafeRawBufferPointer
    var position = 0
    var left: Int { bytes.count - position }

    mutating func next<Number: FixedWidthInteger & BitwiseCopyable>() -> Number? {
      let size = MemoryLayout<Number>.size
      guard left >= size else { return nil }
      defer { position += size }
      return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
    }

    mutating func text(_ length: Int) -> String? {
      guard left >= length else { return nil }
      defer { position += length }
      return String(decoding: bytes[position..<position + length], as: UTF8.self)
    }

    mutating func exam(_ texts: [String]) -> ExamTimes? {
      guard let modality: UInt16 = next(), let room: UInt16 = next(), let reader: UInt16 = next(),
        let priority: Int16 = next(), let placedAt: Int64 = next(),
        Int(modality) < texts.count, Int(room) < texts.count, Int(reader) < texts.count
      else { return nil }
      var exam = ExamTimes(
        modality: texts[Int(modality)], room: texts[Int(room)], priority: Int(priority), placedAt: placedAt)
      exam.reader = texts[Int(reader)]
      for state in TimesOfDay.states {
        guard let moment: Int64 = next() else { return nil }
        if moment != 0 { exam.at[state] = moment }
      }
      return exam
    }
  }
}
