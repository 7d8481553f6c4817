// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMNetwork
public import DICOMServices

/// Prints kept films on a DICOM printer, as the user of basic print management (PS3.4 Annex H).
public struct FilmForwarding: Sendable {
  /// What the printer refused.
  public struct Refused: Error, CustomStringConvertible {
    public let step: String
    public let status: DIMSEStatus
    let comment: String?

    public var description: String { "\(step) was refused: \(status) \(comment ?? "")" }
    /// The printer may take it later: it is short of something, or its queue is full (PS3.4 §H.4.2.2.4).
    public var mayPass: Bool {
      [.resourceLimitation, .processingFailure, DIMSEStatus(0xC601), DIMSEStatus(0xC602)].contains(status)
    }
  }

  static let used = [
    OfferedService(
      serviceClass: "Print Management", annex: "H", role: .user,
      sopClasses: PrintManagement.metaSOPClasses + [.presentationLUT, .basicAnnotationBox],
      operations: [.nCreateRQ, .nSetRQ, .nActionRQ, .nDeleteRQ],
      transferSyntaxes: OfferedService.proposedTransferSyntaxes)
  ]

  private let nodes: any NodeDirectory
  private let options: GatewayOptions

  public init(nodes: any NodeDirectory, options: GatewayOptions) {
    self.nodes = nodes
    self.options = options
  }

  /// Prints all films of an order. Blocks.
  /// - Returns: false where no node has the AE title.
  public func send(_ order: FilmOrder, to title: String) throws -> Bool {
    guard let node = try nodes.node(aeTitle: title) else { return false }
    let meta: UID = order.isColor ? .basicColorPrintManagementMeta : .basicGrayscalePrintManagementMeta
    var needed: [UID] = []
    if order.filmBoxes.contains(where: { $0.presentationLUT != nil }) { needed.append(.presentationLUT) }
    if order.filmBoxes.contains(where: { !$0.annotationBoxes.isEmpty }) { needed.append(.basicAnnotationBox) }
    var operation = try NodeOperation(on: meta, of: node, options: options, besides: needed)
    defer { operation.end() }
    let session = UID.random()
    try check("the film session", operation.create(.basicFilmSession, session, order.session))
    for box in order.filmBoxes { try send(box, isColor: order.isColor, session, &operation) }
    try check("the end of the film session", operation.delete(.basicFilmSession, session))
    return true
  }

  private func send(
    _ box: FilmOrder.FilmBox, isColor: Bool, _ session: UID, _ operation: inout NodeOperation
  ) throws {
    var attributes = box.attributes
    attributes.set(.referencedFilmSessionSequence, items: [Self.reference(.basicFilmSession, session)])
    if let lut = box.presentationLUT {
      let made = UID.random()
      // A printer without it would print something else than was asked for.
      try check("the presentation LUT", operation.create(.presentationLUT, made, lut, on: .presentationLUT))
      attributes.set(.referencedPresentationLUTSequence, items: [Self.reference(.presentationLUT, made)])
    }
    let film = UID.random()
    let made = try operation.create(.basicFilmBox, film, attributes)
    try check("the film box", made)
    let sopClass: UID = isColor ? .basicColorImageBox : .basicGrayscaleImageBox
    for image in box.imageBoxes {
      let place = try Self.place(image.integer(.imageBoxPosition), .referencedImageBoxSequence, of: made, "an image")
      try check("an image", operation.invoke(image) { .nSetRQ(messageID: $0, sopClass: sopClass, sopInstance: place) })
    }
    // A film that does not say whose it is would be worse than none.
    for text in box.annotationBoxes {
      let place = try Self.place(
        text.integer(.annotationPosition), .referencedBasicAnnotationBoxSequence, of: made, "an annotation")
      try check(
        "an annotation",
        operation.invoke(text, on: .basicAnnotationBox) {
          .nSetRQ(messageID: $0, sopClass: .basicAnnotationBox, sopInstance: place)
        })
    }
    try check(
      "printing",
      operation.invoke(nil) {
        .nActionRQ(
          messageID: $0, sopClass: .basicFilmBox, sopInstance: film,
          actionTypeID: PrintManagement.printActionTypeID, hasDataSet: false)
      })
    try check("the end of the film box", operation.delete(.basicFilmBox, film))
  }

  /// The box that the printer made for a position, from 1.
  private static func place(
    _ position: Int?, _ boxes: Tag, of made: NodeOperation.Answer, _ what: String
  ) throws(Refused) -> UID {
    let places = made.dataSet?.items(boxes) ?? []
    guard let position, position > 0, position <= places.count,
      let place = places[position - 1].uid(.referencedSOPInstanceUID)
    else { throw Refused(step: what, status: .processingFailure, comment: "the printer has no box for it") }
    return place
  }

  private func check(_ step: String, _ answer: NodeOperation.Answer) throws {
    let category = answer.status.category
    guard category == .success || category == .warning else {
      throw Refused(step: step, status: answer.status, comment: answer.comment)
    }
  }

  private static func reference(_ sopClass: UID, _ instance: UID) -> DataSet {
    var reference = DataSet()
    reference.set(.referencedSOPClassUID, sopClass)
    reference.set(.referencedSOPInstanceUID, instance)
    return reference
  }
}

extension NodeOperation {
  fileprivate mutating func create(
    _ sopClass: UID, _ instance: UID, _ attributes: DataSet, on abstractSyntax: UID? = nil
  ) throws -> Answer {
    try invoke(attributes, on: abstractSyntax) { .nCreateRQ(messageID: $0, sopClass: sopClass, sopInstance: instance) }
  }

  fileprivate mutating func delete(_ sopClass: UID, _ instance: UID) throws -> Answer {
    try invoke(nil) { .nDeleteRQ(messageID: $0, sopClass: sopClass, sopInstance: instance) }
  }
}
