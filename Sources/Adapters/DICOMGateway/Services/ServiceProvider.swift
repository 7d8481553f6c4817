// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMNetwork
import DICOMServices

/// A DIMSE-N request with all that its provider needs.
struct NormalizedRequest: Sendable {
  let command: CommandSet
  /// Of the presentation context; the command's SOP class may be another one of its service class.
  let abstractSyntax: UID
  let dataSet: DataSet?
  let caller: String
  let called: String
  let address: String

  var operation: CommandField { command.commandField }
}

/// The answer to a DIMSE-N request.
struct NormalizedResponse: Sendable {
  var status: DIMSEStatus
  var comment: String?
  var errorID: UInt16?
  var offendingElements: [Tag] = []
  /// Attribute Identifier List of 0105 and 0107.
  var attributes: [Tag] = []
  var dataSet: DataSet?
  /// The instance that was made, where the request named none.
  var sopInstance: UID?
  /// What the requester must be told besides, on this association if it lasts long enough.
  var report: (any OwedReport)?

  init(_ status: DIMSEStatus, _ comment: String? = nil) {
    self.status = status
    self.comment = comment
  }

  init(_ fault: AttributeFault) {
    status = fault.status
    comment = fault.comment
    offendingElements = [fault.tag]
  }

  /// The response message.
  func message(to request: CommandSet) -> CommandSet {
    var response = request.response(status: status.rawValue, hasDataSet: dataSet != nil)
    if let sopInstance { response.affectedSOPInstanceUID = sopInstance }
    response.errorComment = comment
    response.errorID = errorID
    if !offendingElements.isEmpty { response.offendingElement = offendingElements }
    if !attributes.isEmpty { response.attributeIdentifierList = attributes }
    return response
  }
}

/// An event that somebody is told of (PS3.7 §10.1.1).
struct EventReport: Sendable {
  var sopClass: UID
  var sopInstance: UID
  var eventTypeID: UInt16
  var information: DataSet
  /// Presentation contexts on which it may go, beside those of its own SOP class: meta SOP classes.
  var otherContexts: [UID] = []
}

/// An event report that is owed to who made a request.
protocol OwedReport: Sendable {
  /// Makes the event; nil where nothing is owed any more.
  func event() throws -> EventReport?
  /// The requester has confirmed it.
  func delivered() throws
  /// The association ended before, or the requester refused it.
  func notDelivered(_ reason: String) throws
  /// The requester went on to something else before it was sent.
  func overtaken() throws
}

extension OwedReport {
  func overtaken() throws { try notDelivered("the requester went on before the result was there") }
}

/// Performs the DIMSE-N requests of a service class.
protocol ServiceProvider: Sendable {
  var services: [OfferedService] { get }
  /// What performs the requests of one association; itself where nothing lasts from request to request.
  func forAssociation() -> any ServiceProvider
  /// Answers a request on one of its SOP classes. What it throws becomes a processing failure (0110).
  func perform(_ request: NormalizedRequest) throws -> NormalizedResponse
  /// Whether the peer may have to be told of something while it is silent.
  var isWatching: Bool { get }
  /// What the peer must be told now; nil for nothing.
  func owed() throws -> (any OwedReport)?
}

extension ServiceProvider {
  var isWatching: Bool { false }
  func owed() throws -> (any OwedReport)? { nil }
  func forAssociation() -> any ServiceProvider { self }
}
