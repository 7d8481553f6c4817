// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMNetwork

extension PrintSession {
  // MARK: Film box (PS3.4 §H.4.2)

  mutating func filmBox(_ request: Request) throws(AttributeFault) -> Answer {
    switch request.operation {
    case .nCreateRQ: return try createFilmBox(request)
    case .nSetRQ:
      let uid = try known(request)
      guard var box = filmBoxes[uid] else { throw Self.absent("film box") }
      var answer = Answer()
      answer.status = try apply(request.dataSet, to: &box.film)
      filmBoxes[uid] = box
      answer.dataSet = request.dataSet
      return answer
    case .nActionRQ:
      let uid = try known(request)
      guard let box = filmBoxes[uid] else { throw Self.absent("film box") }
      try Self.checkAction(request)
      var answer = Answer()
      answer.films = [complete(box.film)]
      if !box.film.hasImages { answer.status = DIMSEStatus(0xB603) }
      return answer
    case .nDeleteRQ:
      let uid = try known(request)
      if let box = filmBoxes.removeValue(forKey: uid) {
        for image in box.film.images { pixelBytes -= image.map(Self.size) ?? 0 }
      }
      filmOrder.removeAll { $0 == uid }
      return Answer()
    default: throw Self.unrecognized(request)
    }
  }

  private func known(_ request: Request) throws(AttributeFault) -> UID {
    guard let uid = request.sopInstance, filmBoxes[uid] != nil else { throw Self.absent("film box") }
    return uid
  }

  private mutating func createFilmBox(_ request: Request) throws(AttributeFault) -> Answer {
    let given = request.dataSet
    guard let reference = given.items(.referencedFilmSessionSequence).first else {
      throw AttributeFault(.missingAttribute, .referencedFilmSessionSequence, "no film session is named")
    }
    guard let session, reference.string(.referencedSOPInstanceUID) == session.rawValue else {
      throw AttributeFault(.invalidAttributeValue, .referencedFilmSessionSequence, "there is no such film session")
    }
    guard let text = given.string(.imageDisplayFormat), !text.isEmpty else {
      throw AttributeFault(.missingAttribute, .imageDisplayFormat, "Image Display Format is missing")
    }
    guard let format = ImageDisplayFormat(text, declared: formats) else {
      throw AttributeFault(.invalidAttributeValue, .imageDisplayFormat, "\(text) is no display format of this printer")
    }
    guard filmBoxes.count < Self.maximumFilmBoxes else {
      throw AttributeFault(
        .resourceLimitation, .imageDisplayFormat, "a film session has at most \(Self.maximumFilmBoxes) film boxes")
    }
    let uid = request.sopInstance ?? makeUID()
    guard filmBoxes[uid] == nil else {
      throw AttributeFault(.duplicateSOPInstance, .affectedSOPInstanceUID, "there is such a film box")
    }
    var film = Film(format: format)
    var answer = Answer()
    answer.status = try apply(given, to: &film)
    film.annotationFormat = given.string(.annotationDisplayFormatID) ?? ""
    let annotations = film.annotationFormat.isEmpty ? 0 : Self.annotationCount
    film.annotations = Array(repeating: "", count: annotations)
    let box = FilmBox(
      film: film, imageBoxes: (0..<format.boxCount).map { _ in makeUID() },
      annotationBoxes: (0..<annotations).map { _ in makeUID() })
    filmBoxes[uid] = box
    filmOrder.append(uid)
    answer.sopInstance = uid
    answer.dataSet = described(given, box)
    return answer
  }

  /// Annotations of a film, top and bottom, where an annotation format is asked for.
  static let annotationCount = 6

  /// What was asked for, with the boxes that were made.
  private func described(_ given: DataSet, _ box: FilmBox) -> DataSet {
    var answer = given
    let image: UID = isColor ? .basicColorImageBox : .basicGrayscaleImageBox
    answer.set(.referencedImageBoxSequence, items: box.imageBoxes.map { Self.reference(image, $0) })
    if !box.annotationBoxes.isEmpty {
      answer.set(
        .referencedBasicAnnotationBoxSequence,
        items: box.annotationBoxes.map { Self.reference(.basicAnnotationBox, $0) })
    }
    return answer
  }

  private static func reference(_ sopClass: UID, _ instance: UID) -> DataSet {
    var item = DataSet()
    item.set(.referencedSOPClassUID, .UI, sopClass.rawValue)
    item.set(.referencedSOPInstanceUID, .UI, instance.rawValue)
    return item
  }

  /// Takes the attributes of a film box.
  /// - Returns: a warning where the film cannot be made quite as it is asked for.
  private func apply(_ given: DataSet, to film: inout Film) throws(AttributeFault) -> DIMSEStatus {
    var status = DIMSEStatus.success
    if let size = Self.term(given, .filmSizeID) {
      guard let known = FilmSize(rawValue: size) else {
        throw AttributeFault(.invalidAttributeValue, .filmSizeID, "\(size) is no film size of this printer")
      }
      film.size = known
    }
    if let orientation = Self.term(given, .filmOrientation) {
      guard ["PORTRAIT", "LANDSCAPE"].contains(orientation) else {
        throw AttributeFault(.invalidAttributeValue, .filmOrientation, "\(orientation) is no film orientation")
      }
      film.isLandscape = orientation == "LANDSCAPE"
    }
    if let magnification = Self.term(given, .magnificationType) {
      guard let known = Film.Magnification(rawValue: magnification) else {
        throw AttributeFault(.invalidAttributeValue, .magnificationType, "\(magnification) is no magnification type")
      }
      film.magnification = known
    }
    for (tag, path) in [(Tag.borderDensity, \Film.borderDensity), (.emptyImageDensity, \.emptyImageDensity)] {
      guard let text = Self.term(given, tag) else { continue }
      guard let density = Film.Density(text) else {
        throw AttributeFault(.invalidAttributeValue, tag, "\(text) is no density")
      }
      film[keyPath: path] = density
    }
    if let trim = Self.term(given, .trim) { film.isTrimmed = trim == "YES" }
    status = Self.densities(given, &film)
    // Candelas per square metre, as US holds them.
    film.illumination = min(max(Self.number(given, .illumination) ?? film.illumination, 0), 65_535)
    film.ambientLight = min(max(Self.number(given, .reflectedAmbientLight) ?? film.ambientLight, 0), 65_535)
    if let lut = try referencedLUT(given) { film.lut = lut }
    return status
  }

  /// Densities that film has not are brought into range, with a warning.
  private static func densities(_ given: DataSet, _ film: inout Film) -> DIMSEStatus {
    let (least, most) = (number(given, .minDensity), number(given, .maxDensity))
    film.minimumDensity = min(max(least ?? film.minimumDensity, 0), 100)
    film.maximumDensity = min(max(most ?? film.maximumDensity, film.minimumDensity + 50), 400)
    let isKept =
      (least ?? film.minimumDensity) == film.minimumDensity && (most ?? film.maximumDensity) == film.maximumDensity
    return isKept ? .success : DIMSEStatus(0xB605)
  }

  private func referencedLUT(_ given: DataSet) throws(AttributeFault) -> Film.PresentationLUT? {
    guard let item = given.items(.referencedPresentationLUTSequence).first else { return nil }
    guard let uid = item.string(.referencedSOPInstanceUID), let lut = luts[UID(uid)] else {
      throw AttributeFault(
        .invalidAttributeValue, .referencedPresentationLUTSequence, "there is no such presentation LUT")
    }
    return lut
  }

  private static func term(_ given: DataSet, _ tag: Tag) -> String? {
    given.string(tag).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// What no integer holds is out of every range.
  private static func number(_ given: DataSet, _ tag: Tag) -> Int? {
    given.doubles(tag)?.first.map { Int(exactly: $0.rounded(.towardZero)) ?? .max }
  }

  // MARK: Image box (PS3.4 §H.4.3)

  mutating func imageBox(_ request: Request) throws(AttributeFault) -> Answer {
    guard request.operation == .nSetRQ else { throw Self.unrecognized(request) }
    let found = filmBoxes.first { box in request.sopInstance.map(box.value.imageBoxes.contains) ?? false }
    guard let (uid, box) = found, let index = box.imageBoxes.firstIndex(where: { $0 == request.sopInstance }) else {
      throw Self.absent("image box")
    }
    let given = request.dataSet
    let position = try Self.position(given, .imageBoxPosition, of: box.imageBoxes.count) ?? index + 1
    guard position == index + 1 else {
      throw AttributeFault(
        .invalidAttributeValue, .imageBoxPosition, "the image box has position \(index + 1), not \(position)")
    }
    var film = box.film
    let old = film.images[index].map(Self.size) ?? 0
    film.images[index] = try image(given)
    let excess = try excess(film, index)
    let new = film.images[index].map(Self.size) ?? 0
    guard pixelBytes - old + new <= Self.maximumPixelBytes else {
      throw AttributeFault(DIMSEStatus(0xC605), .pixelData, "more pixels than the printer keeps")
    }
    pixelBytes += new - old
    filmBoxes[uid]?.film = film
    var answer = Answer()
    answer.status = excess
    answer.dataSet = Self.withoutPixels(given, isColor ? .basicColorImageSequence : .basicGrayscaleImageSequence)
    return answer
  }

  /// What Requested Decimate/Crop Behavior (2020,0040) makes of an image that is larger than its box.
  private func excess(_ film: Film, _ index: Int) throws(AttributeFault) -> DIMSEStatus {
    guard let image = film.images[index], film.exceeds(box: index, image) else { return .success }
    switch image.excess {
    case .decimate: return DIMSEStatus(image.width == nil ? 0xB60A : 0xB604)
    case .crop: return DIMSEStatus(0xB609)
    case .fail:
      throw AttributeFault(DIMSEStatus(0xC603), .requestedDecimateCropBehavior, "the image is larger than its box")
    }
  }

  /// An empty image sequence takes the image out of the box (PS3.4 §H.4.3.1.2.1.2).
  private func image(_ given: DataSet) throws(AttributeFault) -> Film.Image? {
    let tag: Tag = isColor ? .basicColorImageSequence : .basicGrayscaleImageSequence
    guard given[tag] != nil else { throw AttributeFault(.missingAttribute, tag, "the image is missing") }
    guard let pixels = given.items(tag).first else { return nil }
    for required in Self.pixelAttributes where pixels[required]?.isEmpty != false {
      throw AttributeFault(.missingAttribute, required, "\(required) of the image is missing")
    }
    var image = Film.Image(pixels: pixels)
    image.isReversed = Self.term(given, .polarity) == "REVERSE"
    image.magnification = Self.term(given, .magnificationType).flatMap { Film.Magnification(rawValue: $0) }
    image.width = given.doubles(.requestedImageSize)?.first
    if let behavior = Self.term(given, .requestedDecimateCropBehavior) {
      guard let known = Film.Excess(rawValue: behavior) else {
        throw AttributeFault(
          .invalidAttributeValue, .requestedDecimateCropBehavior, "\(behavior) is no Decimate/Crop Behavior")
      }
      image.excess = known
    }
    image.lut = try referencedLUT(given)
    return image
  }

  private static let pixelAttributes: [Tag] = [
    .samplesPerPixel, .photometricInterpretation, .rows, .columns, .bitsAllocated, .bitsStored, .highBit, .pixelData,
  ]

  private static func size(_ image: Film.Image) -> Int { image.pixels.bytes(.pixelData)?.count ?? 0 }

  private static func withoutPixels(_ given: DataSet, _ tag: Tag) -> DataSet {
    var answer = given
    answer.remove(tag)
    return answer
  }

  private static func position(_ given: DataSet, _ tag: Tag, of count: Int) throws(AttributeFault) -> Int? {
    guard let number = number(given, tag) else { return nil }
    guard (1...count).contains(number) else {
      throw AttributeFault(.invalidAttributeValue, tag, "position \(number) of \(count)")
    }
    return number
  }

  // MARK: Annotation box (PS3.4 §H.4.4)

  mutating func annotationBox(_ request: Request) throws(AttributeFault) -> Answer {
    guard request.operation == .nSetRQ else { throw Self.unrecognized(request) }
    let found = filmBoxes.first { box in request.sopInstance.map(box.value.annotationBoxes.contains) ?? false }
    guard let (uid, box) = found, let index = box.annotationBoxes.firstIndex(where: { $0 == request.sopInstance })
    else {
      throw Self.absent("annotation box")
    }
    _ = try Self.position(request.dataSet, .annotationPosition, of: box.annotationBoxes.count)
    filmBoxes[uid]?.film.annotations[index] = request.dataSet.string(.textString) ?? ""
    var answer = Answer()
    answer.dataSet = request.dataSet
    return answer
  }
}
