// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMFile
public import DICOMNetwork
public import DICOMServices

/// The matches of a C-FIND, in the order of the responses. Iterate once; stopping early cancels the query when the next
/// operation, or the release, begins.
public struct FindMatches: AsyncSequence, Sendable {
  let association: Association
  let messageID: UInt16

  public struct AsyncIterator: AsyncIteratorProtocol {
    let association: Association
    let messageID: UInt16

    /// The next identifier; nil at the end.
    ///
    /// - Throws: `AssociationError`, of code `.failed` for a failure status.
    public mutating func next() async throws -> DataSet? { try await association.nextMatch(of: messageID) }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(association: association, messageID: messageID) }

  /// C-CANCEL-RQ: the matches end with what the peer has sent until then.
  public func cancel() async throws { try await association.cancel(messageID) }
}

extension Association {
  /// C-FIND (PS3.7 §9.1.2) with a Query/Retrieve model.
  public func find(
    _ identifier: DataSet, model: QueryRetrieveModel, priority: DIMSEPriority = .medium
  ) async throws -> FindMatches {
    try await find(identifier, sopClass: model.findSOPClass, priority: priority)
  }

  /// C-FIND with any SOP class.
  public func find(
    _ identifier: DataSet, sopClass: UID, priority: DIMSEPriority = .medium
  ) async throws -> FindMatches {
    try await exclusively {
      try await finishFind()
      let context = try context(for: sopClass)
      let bytes = try encode(identifier, context)
      let messageID = nextMessageID()
      let command = CommandSet.cFindRQ(messageID: messageID, sopClass: sopClass, priority: priority)
      try await messages.send(command, dataSet: bytes, contextID: context.id)
      openFind = messageID
      openFindContext = context.id
      return FindMatches(association: self, messageID: messageID)
    }
  }

  func encode(_ identifier: DataSet, _ context: NegotiatedContext) throws -> ByteSlice {
    do {
      return ByteSlice(try DataSetWriter.write(identifier, transferSyntax: context.transferSyntax))
    } catch {
      throw AssociationError(.notEncodable, "identifier cannot be written: \(error)")
    }
  }

  func nextMatch(of messageID: UInt16) async throws -> DataSet? {
    try await exclusively {
      guard openFind == messageID else { return nil }
      while true {
        let (command, status, identifier) = try await response(to: messageID, of: .cFindRQ)
        if status.isPending {
          if let identifier { return identifier }
          continue
        }
        openFind = nil
        switch status.category {
        case .success, .warning, .cancel, .pending: return nil
        case .failure: throw Self.failure(status, .cFindRQ, command)
        }
      }
    }
  }

  static func failure(_ status: DIMSEStatus, _ request: CommandField, _ command: CommandSet) -> AssociationError {
    var text = "\(request) failed: \(status.hexadecimal) \(ServiceClass.meaning(status, of: request))"
    if let comment = command.errorComment, !comment.isEmpty { text += " (\(comment))" }
    return AssociationError(.failed(status), text)
  }

  func cancel(_ messageID: UInt16) async throws {
    guard openFind == messageID else { return }
    try await messages.send(.cCancelRQ(messageIDBeingRespondedTo: messageID), contextID: openFindContext)
  }

  /// Cancels a query that nobody read to its end, and passes over what still comes of it.
  func finishFind() async throws {
    guard let messageID = openFind else { return }
    try await cancel(messageID)
    while openFind != nil {
      let status = try await response(to: messageID, of: .cFindRQ).status
      if !status.isPending { openFind = nil }
    }
  }
}
