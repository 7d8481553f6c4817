// SPDX-License-Identifier: Apache-2.0

import ClinicalDocuments
import LibPango

/// Reports as PDF on paper of A4.
public enum ReportPages {
  /// mm.
  private static let (width, height) = (210.0, 297.0)

  /// - Throws: where cairo cannot draw, which is when memory is short.
  public static func pdf(_ report: ImagingReport) throws(ReportPrintingError) -> [UInt8] {
    let sink = ByteSink()
    let surface = cairo_pdf_surface_create_for_stream(
      { context, bytes, count in
        guard let context, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
        let sink = Unmanaged<ByteSink>.fromOpaque(context).takeUnretainedValue()
        sink.bytes += UnsafeBufferPointer(start: bytes, count: Int(count))
        return CAIRO_STATUS_SUCCESS
      }, Unmanaged.passUnretained(sink).toOpaque(), points(width), points(height))
    defer { cairo_surface_destroy(surface) }
    // Later versions hide their structure from simple readers.
    cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_4)
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, report.title)
    let context = cairo_create(surface)
    defer { cairo_destroy(context) }
    cairo_scale(context, points(1), points(1))
    var page = ReportPage(report, context, width: width, height: height)
    page.draw()
    cairo_surface_finish(surface)
    let status = cairo_surface_status(surface)
    guard status == CAIRO_STATUS_SUCCESS, cairo_status(context) == CAIRO_STATUS_SUCCESS else {
      throw ReportPrintingError(
        reason: "the report cannot be drawn: \(String(cString: cairo_status_to_string(status)))")
    }
    return withExtendedLifetime(sink) { sink.bytes }
  }

  private static func points(_ millimetres: Double) -> Double { millimetres * 72 / 25.4 }

  private final class ByteSink {
    var bytes: [UInt8] = []
  }
}

/// A report that could not be drawn.
public struct ReportPrintingError: Error, CustomStringConvertible {
  public let reason: String
  public var description: String { reason }
}
