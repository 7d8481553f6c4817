// SPDX-License-Identifier: Apache-2.0

import DICOMServices
import LibPango

/// Draws one film; lengths are mm.
struct FilmPage {
  private let film: Film
  private let context: OpaquePointer?
  private let grayscale: FilmGrayscale

  init(_ film: Film, _ context: OpaquePointer?) {
    self.film = film
    self.context = context
    grayscale = FilmGrayscale(film)
  }

  func draw() throws(FilmError) {
    let size = film.millimetres
    fill(film.borderDensity, x: 0, y: 0, width: size.width, height: size.height)
    let area = imageArea
    for (box, image) in zip(film.format.boxes, film.images) {
      let gap = FilmLayout.gap / 2
      let place = ImageDisplayFormat.Rectangle(
        x: area.x + box.x * area.width + gap, y: area.y + box.y * area.height + gap,
        width: box.width * area.width - 2 * gap, height: box.height * area.height - 2 * gap)
      fill(film.emptyImageDensity, x: place.x, y: place.y, width: place.width, height: place.height)
      if let image { try draw(image, in: place) }
      if film.isTrimmed { frame(place) }
    }
    annotate(area)
  }

  /// Where the image boxes are.
  private var imageArea: ImageDisplayFormat.Rectangle {
    let size = film.millimetres
    let (top, bottom) = (annotations.top.isEmpty ? 0 : 1.0, annotations.bottom.isEmpty ? 0 : 1.0)
    let line = FilmLayout.annotationHeight
    return ImageDisplayFormat.Rectangle(
      x: FilmLayout.margin, y: FilmLayout.margin + top * line, width: size.width - 2 * FilmLayout.margin,
      height: size.height - 2 * FilmLayout.margin - (top + bottom) * line)
  }

  private func fill(_ density: Film.Density, x: Double, y: Double, width: Double, height: Double) {
    let level = Double(grayscale.level(density)) / 255
    cairo_set_source_rgb(context, level, level, level)
    cairo_rectangle(context, x, y, width, height)
    cairo_fill(context)
  }

  private func frame(_ place: ImageDisplayFormat.Rectangle) {
    cairo_set_source_rgb(context, 1, 1, 1)
    cairo_set_line_width(context, 0.3)
    cairo_rectangle(context, place.x, place.y, place.width, place.height)
    cairo_stroke(context)
  }

  private func draw(_ image: Film.Image, in place: ImageDisplayFormat.Rectangle) throws(FilmError) {
    var picture = try FilmPicture(image, on: film)
    let magnification = image.magnification ?? film.magnification
    let natural = (width: Double(picture.width) * picture.aspect, height: Double(picture.height))
    let fitting = min(place.width / natural.width, place.height / natural.height)
    var scale = fitting
    if let width = image.width, width > 0 {
      scale = width / natural.width
    } else if magnification == .none || (image.excess == .crop && fitting < FilmLayout.printerPixel) {
      scale = FilmLayout.printerPixel
    }
    if scale > fitting, image.excess != .crop { scale = fitting }
    let (width, height) = (natural.width * scale, natural.height * scale)
    cairo_save(context)
    cairo_rectangle(context, place.x, place.y, place.width, place.height)
    cairo_clip(context)
    cairo_translate(context, place.x + (place.width - width) / 2, place.y + (place.height - height) / 2)
    cairo_scale(context, width / Double(picture.width), height / Double(picture.height))
    picture.pixels.withUnsafeMutableBytes { bytes in
      let surface = cairo_image_surface_create_for_data(
        bytes.bindMemory(to: UInt8.self).baseAddress, CAIRO_FORMAT_RGB24, Int32(picture.width), Int32(picture.height),
        Int32(picture.width * 4))
      cairo_set_source_surface(context, surface, 0, 0)
      cairo_pattern_set_filter(cairo_get_source(context), filter(magnification))
      cairo_paint(context)
      // The document keeps a copy of the pixels from here on.
      cairo_surface_finish(surface)
      cairo_surface_destroy(surface)
    }
    cairo_restore(context)
  }

  private func filter(_ magnification: Film.Magnification) -> cairo_filter_t {
    switch magnification {
    case .replicate, .none: CAIRO_FILTER_NEAREST
    case .bilinear: CAIRO_FILTER_BILINEAR
    case .cubic: CAIRO_FILTER_BEST
    }
  }

  // MARK: Annotations

  /// The first half stands at the top, the second at the bottom.
  private var annotations: (top: [String], bottom: [String]) {
    let half = film.annotations.count / 2
    let (top, bottom) = (Array(film.annotations.prefix(half)), Array(film.annotations.dropFirst(half)))
    return (top.allSatisfy(\.isEmpty) ? [] : top, bottom.allSatisfy(\.isEmpty) ? [] : bottom)
  }

  private func annotate(_ area: ImageDisplayFormat.Rectangle) {
    write(annotations.top, y: area.y - FilmLayout.annotationHeight, area)
    write(annotations.bottom, y: area.y + area.height, area)
  }

  private func write(_ texts: [String], y: Double, _ area: ImageDisplayFormat.Rectangle) {
    guard !texts.isEmpty else { return }
    // White on a dark border, black on a light one.
    let ink = grayscale.level(film.borderDensity) < 128 ? 1.0 : 0.0
    cairo_set_source_rgb(context, ink, ink, ink)
    let width = area.width / Double(texts.count)
    for (index, text) in texts.enumerated() where !text.isEmpty {
      let layout = pango_cairo_create_layout(context)
      let font = pango_font_description_from_string("Sans")
      pango_font_description_set_absolute_size(font, 3.4 * Double(PANGO_SCALE))
      pango_layout_set_font_description(layout, font)
      pango_font_description_free(font)
      pango_layout_set_width(layout, Int32((width - 2) * Double(PANGO_SCALE)))
      pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
      pango_layout_set_alignment(layout, alignment(index, of: texts.count))
      pango_layout_set_text(layout, text, -1)
      cairo_move_to(context, area.x + Double(index) * width + 1, y + 1.2)
      pango_cairo_show_layout(context, layout)
      g_object_unref(UnsafeMutableRawPointer(layout))
    }
  }

  private func alignment(_ index: Int, of count: Int) -> PangoAlignment {
    if index == 0 { return PANGO_ALIGN_LEFT }
    return index == count - 1 ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_CENTER
  }
}
