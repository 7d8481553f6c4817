// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary

/// The films of a print job as one data set, so that they can be kept and printed later: the attributes of the film
/// session, in it those of its film boxes, in these those of their image boxes.
public struct FilmOrder: Sendable, Hashable {
  /// The film boxes, each with its presentation LUT in the data set and its image boxes by position.
  public struct FilmBox: Sendable, Hashable {
    /// N-CREATE, but for the reference to the session.
    public var attributes: DataSet
    /// N-CREATE of the presentation LUT that counts for all of the box; nil for P-values.
    public var presentationLUT: DataSet?
    /// N-SET of each image box that has an image.
    public var imageBoxes: [DataSet]
    /// N-SET of each annotation box that has a text.
    public var annotationBoxes: [DataSet]
  }

  /// N-CREATE of the film session.
  public var session: DataSet
  public var filmBoxes: [FilmBox]

  public init(_ films: [Film]) {
    session = films.first.map(PrintAttributes.session) ?? DataSet()
    filmBoxes = films.map { film in
      var attributes = PrintAttributes.filmBox(film, session: "1")
      attributes.remove(.referencedFilmSessionSequence)
      attributes.set(.minDensity, .US, integers: [film.minimumDensity])
      attributes.set(.maxDensity, .US, integers: [film.maximumDensity])
      let images = film.images.enumerated().compactMap { index, image in
        image.map {
          PrintAttributes.imageBox($0, position: index + 1, isColor: $0.pixels.integer(.samplesPerPixel) == 3)
        }
      }
      let luts = film.images.compactMap { $0?.lut } + [film.lut]
      return FilmBox(
        attributes: attributes, presentationLUT: luts.first.flatMap(PrintAttributes.presentationLUT),
        imageBoxes: images, annotationBoxes: PrintAttributes.annotationBoxes(film))
    }
  }

  /// Of a data set that `dataSet` gave.
  public init(_ dataSet: DataSet) {
    session = dataSet
    session.remove(.referencedFilmBoxSequence)
    filmBoxes = dataSet.items(.referencedFilmBoxSequence).map { kept in
      var attributes = kept
      attributes.remove(.referencedImageBoxSequence)
      attributes.remove(.referencedPresentationLUTSequence)
      attributes.remove(.referencedBasicAnnotationBoxSequence)
      return FilmBox(
        attributes: attributes, presentationLUT: kept.items(.referencedPresentationLUTSequence).first,
        imageBoxes: kept.items(.referencedImageBoxSequence),
        annotationBoxes: kept.items(.referencedBasicAnnotationBoxSequence))
    }
  }

  public var dataSet: DataSet {
    var kept = session
    kept.set(
      .referencedFilmBoxSequence,
      items: filmBoxes.map { box in
        var item = box.attributes
        if let lut = box.presentationLUT { item.set(.referencedPresentationLUTSequence, items: [lut]) }
        item.set(.referencedImageBoxSequence, items: box.imageBoxes)
        if !box.annotationBoxes.isEmpty {
          item.set(.referencedBasicAnnotationBoxSequence, items: box.annotationBoxes)
        }
        return item
      })
    return kept
  }

  /// Whether a printer must take colour.
  public var isColor: Bool {
    filmBoxes.contains { $0.imageBoxes.contains { $0[.basicColorImageSequence] != nil } }
  }
}
