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
    var operation = try NodeOperation(
      on: meta, of: node, options: options,
      besides: order.filmBoxes.contains { $0.presentationLUT != nil } ? [.presentationLUT] : [])
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
    let places = made.dataSet?.items(.referencedImageBoxSequence) ?? []
    let sopClass: UID = isColor ? .basicColorImageBox : .basicGrayscaleImageBox
    for image in box.imageBoxes {
      guard let position = image.integer(.imageBoxPosition), (1...places.count + 1).contains(position),
        position <= places.count, let place = places[position - 1].uid(.referencedSOPInstanceUID)
      else { throw Refused(step: "an image", status: .processingFailure, comment: "the printer has no box for it") }
      try check(
        "image \(position)",
        operation.invoke(image) { .nSetRQ(messageID: $0, sopClass: sopClass, sopInstance: place) })
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
