// SPDX-License-Identifier: Apache-2.0

public import Archive
import DICOMCore
import DICOMDictionary
import DICOMNetwork

/// C-ECHO to a node (PS3.4 §A), told step by step so that a person sees where it fails.
public struct NodeEcho: Sendable {
  /// Somebody waits for the answer.
  static let idleSeconds = 15

  private let options: GatewayOptions

  public init(options: GatewayOptions) {
    var brief = options
    brief.idleSeconds = min(options.idleSeconds, Self.idleSeconds)
    self.options = brief
  }

  /// Blocks until the node has answered, or a step failed.
  public func ask(_ node: RemoteNode) -> NodeTrial {
    var steps: [NodeTrial.Step] = []
    func step<Value>(_ name: String, _ body: () throws -> (Value, String)) -> Value? {
      let start = ContinuousClock.now
      let outcome = Result { try body() }
      let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
      switch outcome {
      case .success(let (value, detail)):
        steps.append(.init(name, succeeded: true, milliseconds: milliseconds, detail: detail))
        return value
      case .failure(let error):
        steps.append(.init(name, succeeded: false, milliseconds: milliseconds, detail: "\(error)"))
        return nil
      }
    }
    let socket: Void? = step("connection") {
      let socket = try BlockingSocket.connect(host: node.host, port: node.port, timeout: options.connectSeconds)
      socket.shutdown()
      return ((), "\(node.host):\(node.port)")
    }
    guard socket != nil else { return NodeTrial(steps: steps) }
    let opened = step("association") {
      let association = try OutgoingAssociation.open(to: node, contexts: Self.contexts, options: options)
      let information = association.negotiated.acceptance.userInformation
      return (association, information.implementationVersionName ?? "")
    }
    guard let association = opened else { return NodeTrial(steps: steps) }
    defer { OutgoingAssociation.end(association) }
    _ = step("echo") { ((), try Self.echo(on: association)) }
    return NodeTrial(steps: steps)
  }

  static let used = [
    OfferedService(
      serviceClass: "Verification", annex: "A", role: .user, sopClasses: [.verification], operations: [.cEchoRQ],
      transferSyntaxes: [TransferSyntax.implicitVRLittleEndian.uid, TransferSyntax.explicitVRLittleEndian.uid])
  ]

  private static let contexts = PresentationContext.numbered([
    (.verification, [TransferSyntax.implicitVRLittleEndian.uid, TransferSyntax.explicitVRLittleEndian.uid])
  ])

  private static func echo(on association: BlockingAssociation) throws -> String {
    guard let context = association.negotiated.contexts(for: .verification).first else {
      throw AssociationEnd.noPresentationContext("Verification")
    }
    try association.send(CommandSet.cEchoRQ(messageID: 1), on: context)
    guard let message = try association.nextMessage() else { throw AssociationEnd.released }
    guard message.command.commandField == .cEchoRSP, let status = message.command.status else {
      throw AssociationEnd.violation("no answer to C-ECHO", .unexpectedPDUParameter)
    }
    guard status == 0 else { throw AssociationEnd.violation("status \(status)", .notSpecified) }
    return "success"
  }
}
