// SPDX-License-Identifier: Apache-2.0

public import DICOMServices
import Foundation
import LibPango

/// Films as the pages of a PDF in their true size.
public enum FilmDocument {
  /// - Parameter title: the document's title, for a person.
  public static func pdf(_ films: [Film], title: String) throws(FilmError) -> [UInt8] {
    let sink = ByteSink()
    let surface = cairo_pdf_surface_create_for_stream(
      { context, bytes, count in
        guard let context, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
        let sink = Unmanaged<ByteSink>.fromOpaque(context).takeUnretainedValue()
        sink.bytes += UnsafeBufferPointer(start: bytes, count: Int(count))
        return CAIRO_STATUS_SUCCESS
      }, Unmanaged.passUnretained(sink).toOpaque(), points(210), points(297))
    defer { cairo_surface_destroy(surface) }
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
    let context = cairo_create(surface)
    defer { cairo_destroy(context) }
    for film in films {
      let size = film.millimetres
      cairo_pdf_surface_set_size(surface, points(size.width), points(size.height))
      cairo_save(context)
      cairo_scale(context, points(1), points(1))
      try FilmPage(film, context).draw()
      cairo_restore(context)
      cairo_show_page(context)
    }
    cairo_surface_finish(surface)
    let status = cairo_surface_status(surface)
    guard status == CAIRO_STATUS_SUCCESS, cairo_status(context) == CAIRO_STATUS_SUCCESS else {
      throw FilmError(.drawing, "the film cannot be drawn: \(String(cString: cairo_status_to_string(status)))")
    }
    return withExtendedLifetime(sink) { sink.bytes }
  }

  private static func points(_ millimetres: Double) -> Double { millimetres * 72 / 25.4 }

  private final class ByteSink {
    var bytes: [UInt8] = []
  }
}
