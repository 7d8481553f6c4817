// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary
import DICOMNetwork
public import DICOMServices

/// What was refused while a film was sent to a printer.
public struct PrintFailure: Error, Sendable, CustomStringConvertible {
  /// What was asked for, such as `the film box`.
  public let step: String
  public let status: DIMSEStatus
  public let comment: String?

  public var description: String { "\(step) was refused: \(status) \(comment ?? "")" }
}

extension Association {
  /// Prints films as the user of basic print management (PS3.4 Annex H): a film session, and for each film a film box
  /// whose image boxes are filled and which is printed.
  /// - Parameters:
  ///   - films: of one session: the first tells copies, priority, medium and destination.
  ///   - meta: the meta SOP class that was negotiated.
  /// - Returns: the print job of each film; nil where the printer names none.
  public func printFilms(_ films: [Film], on meta: UID) async throws -> [UID?] {
    guard let first = films.first else { return [] }
    let isColor = meta == .basicColorPrintManagementMeta
    let session = UID.random()
    try check(
      "the film session",
      await create(.basicFilmSession, instance: session, PrintAttributes.session(first), on: meta))
    var jobs: [UID?] = []
    for film in films {
      let box = UID.random()
      let made = try await create(
        .basicFilmBox, instance: box, PrintAttributes.filmBox(film, session: session), on: meta)
      try check("the film box", made)
      let places = made.dataSet?.items(.referencedImageBoxSequence) ?? []
      let imageBox: UID = isColor ? .basicColorImageBox : .basicGrayscaleImageBox
      for (index, image) in film.images.enumerated() {
        guard let image, index < places.count, let place = places[index].uid(.referencedSOPInstanceUID) else {
          continue
        }
        let attributes = PrintAttributes.imageBox(image, position: index + 1, isColor: isColor)
        try check("image \(index + 1)", await set(imageBox, instance: place, attributes, on: meta))
      }
      let notes = made.dataSet?.items(.referencedBasicAnnotationBoxSequence) ?? []
      for text in PrintAttributes.annotationBoxes(film) {
        guard let position = text.integer(.annotationPosition), position <= notes.count,
          let place = notes[position - 1].uid(.referencedSOPInstanceUID)
        else {
          throw PrintFailure(step: "an annotation", status: .processingFailure, comment: "there is no box for it")
        }
        try check("an annotation", await set(.basicAnnotationBox, instance: place, text))
      }
      let printed = try await action(
        PrintManagement.printActionTypeID, .basicFilmBox, instance: box, nil, on: meta)
      try check("printing", printed)
      jobs.append(printed.dataSet?.items(.referencedPrintJobSequence).first?.uid(.referencedSOPInstanceUID))
      try check("the end of the film box", await delete(.basicFilmBox, instance: box, on: meta))
    }
    try check("the end of the film session", await delete(.basicFilmSession, instance: session, on: meta))
    return jobs
  }

  private func check(_ step: String, _ result: NormalizedResult) throws {
    let category = result.status.category
    guard category == .success || category == .warning else {
      throw PrintFailure(step: step, status: result.status, comment: result.errorComment)
    }
  }
}
