// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary
import DICOMNetwork
public import DICOMServices

/// Counts of sub-operations in a C-MOVE or C-GET response (PS3.4 §C.4.2.1.6); nil where the peer gives none.
public struct SuboperationCounts: Sendable, Hashable {
  public var remaining: Int?
  public var completed: Int?
  public var failed: Int?
  public var warning: Int?

  public init(remaining: Int? = nil, completed: Int? = nil, failed: Int? = nil, warning: Int? = nil) {
    self.remaining = remaining
    self.completed = completed
    self.failed = failed
    self.warning = warning
  }

  init(_ command: CommandSet) {
    remaining = command.numberOfRemainingSuboperations.map { Int($0) }
    completed = command.numberOfCompletedSuboperations.map { Int($0) }
    failed = command.numberOfFailedSuboperations.map { Int($0) }
    warning = command.numberOfWarningSuboperations.map { Int($0) }
  }
}

/// The final response of a C-MOVE or C-GET.
public struct RetrieveResult: Sendable, Hashable {
  public var status: DIMSEStatus
  public var counts: SuboperationCounts
  public var errorComment: String?
  /// Failed SOP Instance UID List (0008,0058).
  public var failedSOPInstances: [UID]
}

extension Association {
  /// C-MOVE (PS3.7 §9.1.4): asks the peer to send what the identifier names to `destination`.
  public func move(
    _ identifier: DataSet, model: QueryRetrieveModel, destination: String,
    progress: @Sendable (SuboperationCounts) -> Void = { _ in }
  ) async throws -> RetrieveResult {
    try await exclusively {
      try await finishFind()
      let context = try context(for: model.moveSOPClass)
      let bytes = try encode(identifier, context)
      let messageID = nextMessageID()
      let command = CommandSet.cMoveRQ(
        messageID: messageID, sopClass: model.moveSOPClass, destination: destination)
      try await messages.send(command, dataSet: bytes, contextID: context.id)
      while true {
        let response = try await response(to: messageID, of: .cMoveRQ)
        let counts = SuboperationCounts(response.command)
        guard response.status.isPending else { return Self.result(response, counts) }
        progress(counts)
      }
    }
  }

  /// C-GET (PS3.7 §9.1.3): what the identifier names comes back on this association and goes to `provider`. The
  /// storage SOP classes must have been proposed with the SCP role for us.
  public func get(
    _ identifier: DataSet, model: QueryRetrieveModel, into provider: some CStoreProvider,
    progress: @Sendable (SuboperationCounts) -> Void = { _ in }
  ) async throws -> RetrieveResult {
    try await exclusively {
      try await finishFind()
      let context = try context(for: model.getSOPClass)
      let bytes = try encode(identifier, context)
      let messageID = nextMessageID()
      let command = CommandSet.cGetRQ(messageID: messageID, sopClass: model.getSOPClass)
      try await messages.send(command, dataSet: bytes, contextID: context.id)
      while true {
        guard case .message(let message) = try await messages.next(timeout: options.responseTimeout) else {
          throw try await released()
        }
        if message.command.commandField == .cStoreRQ {
          try await CStoreDispatch(messages: messages, timeout: options.responseTimeout).serve(message, provider)
          continue
        }
        let response = try await read(message, to: messageID, of: .cGetRQ)
        let counts = SuboperationCounts(response.command)
        guard response.status.isPending else { return Self.result(response, counts) }
        progress(counts)
      }
    }
  }

  private static func result(
    _ response: (command: CommandSet, status: DIMSEStatus, identifier: DataSet?), _ counts: SuboperationCounts
  ) -> RetrieveResult {
    let failed = response.identifier?.strings(.failedSOPInstanceUIDList) ?? []
    return RetrieveResult(
      status: response.status, counts: counts, errorComment: response.command.errorComment,
      failedSOPInstances: failed.map { UID($0) })
  }
}
