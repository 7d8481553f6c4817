// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary
public import DICOMNetwork

/// What the SCP of basic print management keeps for one association: the film session with its film boxes, image boxes,
/// annotation boxes, and presentation LUTs (PS3.4 §H.2, §H.4). It ends with the association.
public struct PrintSession: Sendable {
  /// Film boxes of a session at the most.
  public static let maximumFilmBoxes = 100
  /// Presentation LUTs of an association at the most.
  public static let maximumLUTs = 64
  /// Bytes of pixels that an association may have waiting.
  public static let maximumPixelBytes = 1 << 30
  /// Copies of a film at the most.
  public static let maximumCopies = 99

  /// A DIMSE-N request.
  public struct Request: Sendable {
    public var operation: CommandField
    public var sopClass: UID
    public var sopInstance: UID?
    public var actionTypeID: UInt16?
    public var dataSet: DataSet
    /// The meta SOP class of the presentation context, where it is one: what image boxes take.
    public var isColor: Bool?

    public init(
      _ operation: CommandField, _ sopClass: UID, _ sopInstance: UID? = nil, actionTypeID: UInt16? = nil,
      _ dataSet: DataSet = DataSet()
    ) {
      self.operation = operation
      self.sopClass = sopClass
      self.sopInstance = sopInstance
      self.actionTypeID = actionTypeID
      self.dataSet = dataSet
    }
  }

  /// What is answered, and what is to be printed before that.
  public struct Answer: Sendable {
    public var status = DIMSEStatus.success
    public var comment: String?
    public var dataSet: DataSet?
    public var sopInstance: UID?
    public var films: [Film] = []
  }

  struct FilmBox: Sendable {
    var film: Film
    var imageBoxes: [UID]
    var annotationBoxes: [UID]
  }

  var session: UID?
  var sessionAttributes = DataSet()
  var filmBoxes: [UID: FilmBox] = [:]
  /// In the order in which they were created.
  var filmOrder: [UID] = []
  var luts: [UID: Film.PresentationLUT] = [:]
  var pixelBytes = 0
  /// Whether image boxes take colour images.
  var isColor = false
  /// Layouts of the printer's own.
  let formats: DeclaredDisplayFormats
  let makeUID: @Sendable () -> UID

  /// - Parameters:
  ///   - formats: layouts of the printer's own, `CUSTOM\i`.
  ///   - makeUID: names what the user leaves without a name.
  public init(formats: DeclaredDisplayFormats = .none, makeUID: @escaping @Sendable () -> UID) {
    self.formats = formats
    self.makeUID = makeUID
  }

  /// Carries out a request of the association.
  public mutating func perform(_ request: Request) -> Answer {
    isColor = request.isColor ?? isColor
    do throws(AttributeFault) {
      switch request.sopClass {
      case .basicFilmSession: return try filmSession(request)
      case .basicFilmBox: return try filmBox(request)
      case .basicGrayscaleImageBox where !isColor, .basicColorImageBox where isColor: return try imageBox(request)
      case .basicAnnotationBox: return try annotationBox(request)
      case .presentationLUT: return try presentationLUT(request)
      case .printer, .printJob, .printerConfigurationRetrieval: throw Self.unrecognized(request)
      default: throw AttributeFault(.noSuchSOPClass, .affectedSOPClassUID, "\(request.sopClass) is not of this service")
      }
    } catch {
      var answer = Answer()
      answer.status = error.status
      answer.comment = error.comment
      return answer
    }
  }

  static func unrecognized(_ request: Request) -> AttributeFault {
    AttributeFault(.unrecognizedOperation, .commandField, "\(request.operation) is not for this SOP class")
  }

  static func absent(_ what: String) -> AttributeFault {
    AttributeFault(.noSuchSOPInstance, .requestedSOPInstanceUID, "there is no such \(what)")
  }

  // MARK: Film session (PS3.4 §H.4.1)

  private mutating func filmSession(_ request: Request) throws(AttributeFault) -> Answer {
    var answer = Answer()
    switch request.operation {
    case .nCreateRQ:
      guard session == nil else {
        throw AttributeFault(.duplicateSOPInstance, .affectedSOPInstanceUID, "there is a film session already")
      }
      try checkSession(request.dataSet)
      let uid = request.sopInstance ?? makeUID()
      session = uid
      sessionAttributes = request.dataSet
      answer.sopInstance = uid
      answer.dataSet = sessionAttributes
    case .nSetRQ:
      try requireSession(request)
      try checkSession(request.dataSet)
      for element in request.dataSet.elements { sessionAttributes.set(element) }
      answer.dataSet = sessionAttributes
    case .nActionRQ:
      try requireSession(request)
      try Self.checkAction(request)
      let films = filmOrder.compactMap { filmBoxes[$0]?.film }
      guard !films.isEmpty else {
        throw AttributeFault(DIMSEStatus(0xC600), .requestedSOPInstanceUID, "the film session has no film boxes")
      }
      answer.films = films.map(complete)
      if !films.contains(where: \.hasImages) { answer.status = DIMSEStatus(0xB602) }
    case .nDeleteRQ:
      try requireSession(request)
      session = nil
      sessionAttributes = DataSet()
      filmBoxes = [:]
      filmOrder = []
      pixelBytes = 0
    default: throw Self.unrecognized(request)
    }
    return answer
  }

  private func requireSession(_ request: Request) throws(AttributeFault) {
    guard let session, session == request.sopInstance else { throw Self.absent("film session") }
  }

  private func checkSession(_ given: DataSet) throws(AttributeFault) {
    if let copies = given.string(.numberOfCopies), !copies.isEmpty {
      guard let number = Int(copies), (1...Self.maximumCopies).contains(number) else {
        throw AttributeFault(.invalidAttributeValue, .numberOfCopies, "\(copies) copies")
      }
    }
    if let priority = given.string(.printPriority), !["", "HIGH", "MED", "LOW"].contains(priority) {
      throw AttributeFault(.invalidAttributeValue, .printPriority, "\(priority) is no print priority")
    }
  }

  static func checkAction(_ request: Request) throws(AttributeFault) {
    guard request.actionTypeID == PrintManagement.printActionTypeID else {
      throw AttributeFault(.noSuchAction, .actionTypeID, "action \(request.actionTypeID ?? 0) is not 1, print")
    }
  }

  /// The film with what the session says.
  func complete(_ film: Film) -> Film {
    var film = film
    film.copies = sessionAttributes.string(.numberOfCopies).flatMap { Int($0) } ?? 1
    let priority = sessionAttributes.string(.printPriority) ?? ""
    film.priority = priority.isEmpty ? "MED" : priority
    film.medium = sessionAttributes.string(.mediumType) ?? ""
    film.destination = sessionAttributes.string(.filmDestination) ?? ""
    film.label = sessionAttributes.string(.filmSessionLabel) ?? ""
    return film
  }

  // MARK: Presentation LUT (PS3.4 §H.4.9)

  private mutating func presentationLUT(_ request: Request) throws(AttributeFault) -> Answer {
    var answer = Answer()
    switch request.operation {
    case .nCreateRQ:
      guard luts.count < Self.maximumLUTs else {
        throw AttributeFault(.resourceLimitation, .presentationLUTSequence, "more than \(Self.maximumLUTs) LUTs")
      }
      let uid = request.sopInstance ?? makeUID()
      guard luts[uid] == nil else {
        throw AttributeFault(.duplicateSOPInstance, .affectedSOPInstanceUID, "there is such a presentation LUT")
      }
      luts[uid] = try Film.PresentationLUT(request.dataSet)
      answer.sopInstance = uid
      answer.dataSet = request.dataSet
    case .nDeleteRQ:
      guard let uid = request.sopInstance, luts.removeValue(forKey: uid) != nil else {
        throw Self.absent("presentation LUT")
      }
    default: throw Self.unrecognized(request)
    }
    return answer
  }
}

extension Film.PresentationLUT {
  /// Of Presentation LUT Sequence (2050,0010) or Shape (2050,0020).
  init(_ dataSet: DataSet) throws(AttributeFault) {
    guard let item = dataSet.items(.presentationLUTSequence).first else {
      switch dataSet.string(.presentationLUTShape) {
      case "IDENTITY": self = .identity
      case "LIN OD": self = .linearOpticalDensity
      case nil: throw AttributeFault(.missingAttribute, .presentationLUTShape, "neither a LUT nor a shape")
      case let shape?:
        throw AttributeFault(.invalidAttributeValue, .presentationLUTShape, "\(shape) is no presentation LUT shape")
      }
      return
    }
    let descriptor = (item.doubles(.lutDescriptor) ?? []).compactMap { Int(exactly: $0) }
    let data = (item.doubles(.lutData) ?? []).compactMap { Int(exactly: $0) }
    guard descriptor.count == 3, descriptor[1] == 0, (10...16).contains(descriptor[2]) else {
      throw AttributeFault(.invalidAttributeValue, .lutDescriptor, "LUT Descriptor is not that of a presentation LUT")
    }
    let count = descriptor[0] == 0 ? 65_536 : descriptor[0]
    guard count > 1, data.count >= count else {
      throw AttributeFault(.invalidAttributeValue, .lutData, "LUT Data has \(data.count) of \(count) entries")
    }
    self = .table(data.prefix(count).map { UInt16(truncatingIfNeeded: $0) }, bits: descriptor[2])
  }
}
