// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
public import DICOMNetwork
public import DICOMServices

/// What is sent with a C-STORE-RQ beside the data set.
public struct CStoreOperation: Sendable, Hashable {
  public var sopClass: UID
  public var sopInstance: UID
  /// The syntax that the bytes are in; sent on a context of just that syntax.
  public var transferSyntax: TransferSyntax
  public var priority: DIMSEPriority

  public init(
    sopClass: UID, sopInstance: UID, transferSyntax: TransferSyntax, priority: DIMSEPriority = .medium
  ) {
    self.sopClass = sopClass
    self.sopInstance = sopInstance
    self.transferSyntax = transferSyntax
    self.priority = priority
  }
}

/// The answer to a C-STORE.
public struct CStoreResponse: Sendable, Hashable {
  public var status: DIMSEStatus
  public var errorComment: String?
  public var offendingElement: [Tag]?

  public init(_ status: DIMSEStatus, errorComment: String? = nil, offendingElement: [Tag]? = nil) {
    self.status = status
    self.errorComment = errorComment
    self.offendingElement = offendingElement
  }
}

extension Association {
  /// C-STORE (PS3.7 §9.1.1): sends encoded data set bytes as they are.
  public func store(_ operation: CStoreOperation, from source: any DataSetSource) async throws -> CStoreResponse {
    try await exclusively {
      try await finishFind()
      let contexts = negotiated.contexts(for: operation.sopClass).filter(\.requestorIsSCU)
      guard let context = contexts.first(where: { $0.transferSyntax == operation.transferSyntax }) else {
        let text =
          "the peer accepted no presentation context for \(operation.sopClass) in \(operation.transferSyntax.uid)"
        throw AssociationError(.contextNotAccepted(operation.sopClass), text)
      }
      let messageID = nextMessageID()
      let command = CommandSet.cStoreRQ(
        messageID: messageID, sopClass: operation.sopClass, sopInstance: operation.sopInstance,
        priority: operation.priority)
      try await messages.send(command, from: source, contextID: context.id)
      let response = try await response(to: messageID, of: .cStoreRQ)
      return CStoreResponse(
        response.status, errorComment: response.command.errorComment,
        offendingElement: response.command.offendingElement)
    }
  }
}
