// SPDX-License-Identifier: Apache-2.0

import ClinicalDocuments
import LibPango

/// Draws a report line by line, and begins a page where one is full; lengths are mm.
struct ReportPage {
  private let report: ImagingReport
  private let words: ReportWording
  private let context: OpaquePointer?
  private let width: Double
  private let height: Double
  private var y = 0.0
  private var number = 1

  private static let margin = 20.0
  private static let footer = 18.0
  private static let (titleSize, headingSize, textSize, smallSize) = (6.0, 4.4, 3.7, 2.9)

  init(_ report: ImagingReport, _ context: OpaquePointer?, width: Double, height: Double) {
    self.report = report
    self.context = context
    self.width = width
    self.height = height
    words = ReportWording(report.language)
  }

  mutating func draw() {
    y = Self.margin
    write(report.organization.name, Self.smallSize)
    y += 1
    write(report.title, Self.titleSize, bold: true)
    if report.status == .preliminary { write(words.preliminary, Self.headingSize, bold: true, colour: (0.7, 0, 0)) }
    y += 2
    header()
    for section in report.sections {
      y += 3
      write(section.title, Self.headingSize, bold: true, keepsWith: Self.textSize * 3)
      y += 0.6
      for paragraph in section.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
        write(paragraph.isEmpty ? " " : String(paragraph), Self.textSize)
      }
    }
    y += 6
    if let person = report.authenticator {
      write("\(words.validated): \(Self.text(person.name)), \(Self.moment(person.at))", Self.textSize, bold: true)
    }
    finish()
  }

  private mutating func header() {
    let patient = report.patient
    var lines = ["\(words.patient): \(Self.text(patient.name))"]
    if !patient.birthDate.isEmpty { lines[0] += "   \(words.born): \(Self.date(patient.birthDate))" }
    if !patient.sex.isEmpty { lines[0] += "   \(patient.sex)" }
    lines.append("ID: \(patient.identifiers.map(\.value).joined(separator: ", "))")
    var exam = "\(words.accession): \(report.order.accession.value)"
    if let started = report.studies.lazy.compactMap(\.started).first {
      exam += "   \(words.examined): \(Self.date(started.date))"
    }
    lines.append(exam)
    for line in lines { write(line, Self.textSize) }
    y += 2
    cairo_set_source_rgb(context, 0.4, 0.4, 0.4)
    cairo_set_line_width(context, 0.2)
    cairo_move_to(context, Self.margin, y)
    cairo_line_to(context, width - Self.margin, y)
    cairo_stroke(context)
    y += 1
  }

  // MARK: Lines

  /// - Parameter keepsWith: room that has to be left below the text on its page.
  private mutating func write(
    _ text: String, _ size: Double, bold: Bool = false, colour: (Double, Double, Double) = (0, 0, 0),
    keepsWith: Double = 0
  ) {
    let layout = layout(text, size, bold: bold)
    defer { g_object_unref(UnsafeMutableRawPointer(layout)) }
    for index in 0..<pango_layout_get_line_count(layout) {
      guard let line = pango_layout_get_line_readonly(layout, index) else { continue }
      var logical = PangoRectangle()
      pango_layout_line_get_extents(line, nil, &logical)
      let scale = Double(PANGO_SCALE)
      let lineHeight = Double(logical.height) / scale
      if y + lineHeight + keepsWith > height - Self.footer {
        finish()
        number += 1
        y = Self.margin
      }
      cairo_set_source_rgb(context, colour.0, colour.1, colour.2)
      cairo_move_to(context, Self.margin, y - Double(logical.y) / scale)
      pango_cairo_show_layout_line(context, line)
      y += lineHeight
    }
  }

  private func layout(_ text: String, _ size: Double, bold: Bool) -> OpaquePointer? {
    let layout = pango_cairo_create_layout(context)
    let font = pango_font_description_from_string(bold ? "Sans Bold" : "Sans")
    pango_font_description_set_absolute_size(font, size * Double(PANGO_SCALE))
    pango_layout_set_font_description(layout, font)
    pango_font_description_free(font)
    pango_layout_set_width(layout, Int32((width - 2 * Self.margin) * Double(PANGO_SCALE)))
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
    // NUL would end the text.
    pango_layout_set_text(layout, text.filter { $0 != "\0" }, -1)
    return layout
  }

  /// The line at the foot: whose report it is must be seen on each page.
  private mutating func finish() {
    let text =
      "\(Self.text(report.patient.name)) · \(report.order.accession.value) · "
      + "\(words.version) \(report.version), \(Self.moment(report.issued)) · \(number)"
    let layout = layout(text, Self.smallSize, bold: false)
    cairo_set_source_rgb(context, 0.3, 0.3, 0.3)
    cairo_move_to(context, Self.margin, height - Self.footer + 5)
    pango_cairo_show_layout(context, layout)
    g_object_unref(UnsafeMutableRawPointer(layout))
    cairo_show_page(context)
  }

  private static func text(_ name: ReportName) -> String {
    [name.prefix, name.given, name.family].filter { !$0.isEmpty }.joined(separator: " ")
  }

  private static func date(_ date: String) -> String {
    guard date.utf8.count == 8 else { return date }
    return "\(date.prefix(4))-\(date.dropFirst(4).prefix(2))-\(date.suffix(2))"
  }

  private static func moment(_ moment: DateTime) -> String {
    guard moment.time.utf8.count == 6 else { return date(moment.date) }
    return "\(date(moment.date)) \(moment.time.prefix(2)):\(moment.time.dropFirst(2).prefix(2))"
  }
}
