// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMNIO
import DICOMNetwork
import DICOMServices
import Synchronization

/// Keeps what is stored.
final class MemoryStore: CStoreProvider {
  enum Behaviour: Sendable {
    case keep
    case ignoreBody
    case refuse
  }

  private let objects = Mutex<[UID: (request: CStoreRequest, bytes: [UInt8])]>([:])
  private let behaviour: Behaviour

  init(_ behaviour: Behaviour = .keep) { self.behaviour = behaviour }

  subscript(uid: UID) -> (request: CStoreRequest, bytes: [UInt8])? { objects.withLock { $0[uid] } }

  func store(_ request: CStoreRequest, body: DataSetBody) async -> CStoreResponse {
    switch behaviour {
    case .ignoreBody: return CStoreResponse(.success)
    case .refuse:
      return CStoreResponse(.cannotUnderstand, errorComment: "no", offendingElement: [Tag(0x0008, 0x0018)])
    case .keep: break
    }
    var bytes: [UInt8] = []
    do {
      for try await piece in body { piece.withUnsafeBytes { bytes.append(contentsOf: $0) } }
    } catch {
      return CStoreResponse(.processingFailure)
    }
    let received = bytes
    objects.withLock { $0[request.affectedSOPInstanceUID ?? ""] = (request, received) }
    return CStoreResponse(.success)
  }
}

/// A listener on a free port for the length of a test.
enum Loopback {
  static let ct: UID = "1.2.840.10008.5.1.4.1.1.2"
  static let verification: UID = "1.2.840.10008.1.1"
  static let explicit = TransferSyntax.explicitVRLittleEndian

  static let contexts = PresentationContext.numbered([
    (verification, [TransferSyntax.implicitVRLittleEndian.uid]), (ct, [explicit.uid]),
  ])

  static func options(maximumLength: UInt32 = 16384) -> ListenerOptions {
    ListenerOptions(
      policy: AcceptancePolicy(
        calledAETitles: .only(["MARTLET"]),
        rules: [
          verification: AbstractSyntaxRule(transferSyntaxes: .anyProposed),
          ct: AbstractSyntaxRule(transferSyntaxes: .anyProposed),
        ], implementationClassUID: "1.2.3", implementationVersionName: "TEST", maximumLength: maximumLength))
  }

  /// The reasons why associations ended, as they end; empty for a release.
  static func observeEnds(_ options: inout ListenerOptions) -> AsyncStream<String> {
    let (stream, ends) = AsyncStream.makeStream(of: String.self)
    options.observer = { event in
      if case .ended(_, _, let reason) = event { ends.yield(reason ?? "") }
    }
    return stream
  }

  static func with<Value: Sendable>(
    _ options: ListenerOptions = options(), storage: (any CStoreProvider)? = nil,
    _ body: @Sendable (Int) async throws -> Value
  ) async throws -> Value {
    let listener = try await DICOMListener.bind(host: "127.0.0.1", port: 0, options: options, storage: storage)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await listener.run() }
      let value = try await body(listener.port)
      group.cancelAll()
      return value
    }
  }

  static func connect(
    _ port: Int, called: String = "MARTLET", contexts: [PresentationContext] = contexts,
    options: AssociationOptions = AssociationOptions()
  ) async throws -> Association {
    try await DICOMClient.connect(
      host: "127.0.0.1", port: port, calling: "TEST", called: called, contexts: contexts, options: options)
  }

  static func operation(_ instance: UID) -> CStoreOperation {
    CStoreOperation(sopClass: ct, sopInstance: instance, transferSyntax: explicit)
  }
}
