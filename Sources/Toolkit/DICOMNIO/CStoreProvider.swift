// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMNetwork
import DICOMServices
import Synchronization

/// A received C-STORE-RQ (PS3.7 table 9.3-1).
public struct CStoreRequest: Sendable, Hashable {
  public var messageID: UInt16
  public var affectedSOPClassUID: UID?
  public var affectedSOPInstanceUID: UID?
  /// The syntax of the bytes that follow.
  public var transferSyntax: TransferSyntax
  public var moveOriginatorAETitle: String?
  public var callingAETitle: String
  public var calledAETitle: String
}

/// Takes objects, as SCP of the storage service class or in the sub-operations of a C-GET.
public protocol CStoreProvider: Sendable {
  /// Stores one object. What is left unread of `body` is passed over.
  func store(_ request: CStoreRequest, body: DataSetBody) async -> CStoreResponse
}

/// The bytes of a data set as they arrive, fragment by fragment. Iterate once.
public struct DataSetBody: AsyncSequence, Sendable {
  let reader: FragmentReader

  public struct AsyncIterator: AsyncIteratorProtocol {
    let reader: FragmentReader
    public mutating func next() async throws -> ByteSlice? { try await reader.next() }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: reader) }
}

/// Remembers whether the last fragment has come.
final class FragmentReader: Sendable {
  private let messages: MessageChannel
  private let timeout: Duration?
  private let isDone: Atomic<Bool>

  init(messages: MessageChannel, timeout: Duration?, isEmpty: Bool) {
    self.messages = messages
    self.timeout = timeout
    isDone = Atomic(isEmpty)
  }

  func next() async throws -> ByteSlice? {
    guard !isDone.load(ordering: .acquiring) else { return nil }
    let (bytes, isLast) = try await messages.nextFragment(timeout: timeout)
    if isLast { isDone.store(true, ordering: .releasing) }
    return bytes
  }

  /// Passes over what nobody read.
  func drain() async throws { while try await next() != nil {} }
}

/// Serves a C-STORE-RQ with a provider, on either side of an association.
struct CStoreDispatch {
  let messages: MessageChannel
  let timeout: Duration?

  func serve(_ message: DIMSEMessage, _ provider: (any CStoreProvider)?) async throws {
    let command = message.command
    let negotiated = messages.negotiated
    let reader = FragmentReader(messages: messages, timeout: timeout, isEmpty: !command.hasDataSet)
    var response: CStoreResponse
    if let provider, let context = negotiated.contexts[message.contextID], isSCP(context) {
      let request = CStoreRequest(
        messageID: command.messageID ?? 0, affectedSOPClassUID: command.affectedSOPClassUID,
        affectedSOPInstanceUID: command.affectedSOPInstanceUID, transferSyntax: context.transferSyntax,
        moveOriginatorAETitle: command.moveOriginatorApplicationEntityTitle,
        callingAETitle: negotiated.callingAETitle, calledAETitle: negotiated.calledAETitle)
      response = await provider.store(request, body: DataSetBody(reader: reader))
    } else {
      response = CStoreResponse(.sopClassNotSupported)
    }
    try await reader.drain()
    var answer = command.response(status: response.status.rawValue)
    answer.errorComment = response.errorComment
    answer.offendingElement = response.offendingElement
    try await messages.send(answer, contextID: message.contextID)
  }

  private func isSCP(_ context: NegotiatedContext) -> Bool {
    messages.role == .acceptor ? context.requestorIsSCU : context.requestorIsSCP
  }
}
