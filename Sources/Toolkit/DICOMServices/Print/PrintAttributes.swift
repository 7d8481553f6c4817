// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary

/// Films as the attributes that the user of basic print management sends (PS3.3 §C.13).
public enum PrintAttributes {
  /// N-CREATE of the film session.
  public static func session(_ film: Film) -> DataSet {
    var session = DataSet()
    session.set(.numberOfCopies, .IS, String(film.copies))
    session.set(.printPriority, .CS, film.priority)
    if !film.medium.isEmpty { session.set(.mediumType, .CS, film.medium) }
    if !film.destination.isEmpty { session.set(.filmDestination, .CS, film.destination) }
    if !film.label.isEmpty { session.set(.filmSessionLabel, .LO, film.label) }
    return session
  }

  /// N-CREATE of a film box.
  public static func filmBox(_ film: Film, session: UID) -> DataSet {
    var box = DataSet()
    box.set(.imageDisplayFormat, .ST, film.format.text)
    box.set(.filmOrientation, .CS, film.isLandscape ? "LANDSCAPE" : "PORTRAIT")
    box.set(.filmSizeID, .CS, film.size.rawValue)
    box.set(.magnificationType, .CS, film.magnification.rawValue)
    box.set(.borderDensity, .CS, film.borderDensity.text)
    box.set(.emptyImageDensity, .CS, film.emptyImageDensity.text)
    box.set(.trim, .CS, film.isTrimmed ? "YES" : "NO")
    if !film.annotationFormat.isEmpty { box.set(.annotationDisplayFormatID, .CS, film.annotationFormat) }
    var reference = DataSet()
    reference.set(.referencedSOPClassUID, .basicFilmSession)
    reference.set(.referencedSOPInstanceUID, session)
    box.set(.referencedFilmSessionSequence, items: [reference])
    return box
  }

  /// N-SET of an image box.
  /// - Parameter position: from 1.
  public static func imageBox(_ image: Film.Image, position: Int, isColor: Bool) -> DataSet {
    var box = DataSet()
    box.set(.imageBoxPosition, .US, integers: [position])
    box.set(.polarity, .CS, image.isReversed ? "REVERSE" : "NORMAL")
    if let width = image.width { box.set(.requestedImageSize, .DS, String("\(width)".prefix(16))) }
    if let magnification = image.magnification { box.set(.magnificationType, .CS, magnification.rawValue) }
    box.set(isColor ? .basicColorImageSequence : .basicGrayscaleImageSequence, items: [image.pixels])
    return box
  }

  /// N-SET of each annotation box that has a text.
  public static func annotationBoxes(_ film: Film) -> [DataSet] {
    film.annotations.enumerated().filter { !$0.element.isEmpty }.map { index, text in
      var box = DataSet(inheritedCharacterSet: .utf8)
      box.set(.annotationPosition, .US, integers: [index + 1])
      box.set(.textString, .LO, text)
      if text.utf8.contains(where: { $0 > 0x7F }) { box.set(.specificCharacterSet, .CS, "ISO_IR 192") }
      return box
    }
  }

  /// N-CREATE of a presentation LUT; nil for P-values, which need none.
  public static func presentationLUT(_ lut: Film.PresentationLUT) -> DataSet? {
    var made = DataSet()
    switch lut {
    case .identity: return nil
    case .linearOpticalDensity: made.set(.presentationLUTShape, .CS, "LIN OD")
    case .table(let entries, let bits):
      var item = DataSet()
      // 65,536 entries are written as 0 (PS3.3 §C.11.1.1).
      item.set(.lutDescriptor, .US, integers: [entries.count & 0xFFFF, 0, bits])
      item.set(
        DataElement(
          tag: .lutData, vr: .OW,
          value: .bytes(ByteSlice(entries.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }))))
      made.set(.presentationLUTSequence, items: [item])
    }
    return made
  }
}
