// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMNetwork
import Foundation

/// Who may associate, and what for: the negotiation policy for one connection.
struct AssociationPolicy: Sendable {
  let options: GatewayOptions
  let nodes: any NodeDirectory
  /// Checks a user name and its passcode (PS3.7 §D.3.3.7).
  let authenticate: @Sendable (_ name: String, _ passcode: String, _ address: String) -> Bool
  private let rules: [UID: AbstractSyntaxRule]

  /// Storage Service Class, for SOP classes that common extended negotiation relates to it (PS3.4 §B.3.1.4).
  static let storageServiceClass: UID = "1.2.840.10008.4.2"

  init(
    options: GatewayOptions, nodes: any NodeDirectory, registry: ServiceRegistry,
    authenticate: @escaping @Sendable (String, String, String) -> Bool
  ) {
    self.options = options
    self.nodes = nodes
    self.authenticate = authenticate
    rules = registry.rules
  }

  /// The answer to a request that came over this socket.
  func answer(_ request: AssociateRQ, from socket: BlockingSocket) -> NegotiationOutcome {
    let node = (try? nodes.node(aeTitle: request.callingAETitle)) ?? nil
    guard allows(node, from: socket) else { return .reject(.callingAETitleNotRecognized) }
    let permissions = NodePermissions(node?.profile)
    var policy = AcceptancePolicy(
      calledAETitles: options.checksCalledAETitle ? .only([options.aeTitle]) : .any,
      rules: permissions.permitted(rules),
      implementationClassUID: options.implementationClassUID,
      implementationVersionName: options.implementationVersionName,
      maximumLength: UInt32(options.maximumPDULength))
    if permissions.storesAnything { policy.serviceClassRules = [Self.storageServiceClass: Self.storage] }
    let address = socket.peer
    policy.userIdentity = { [authenticate] identity in
      switch identity.kind {
      case .username: return .accepted(response: [])
      case .usernameAndPasscode:
        let name = String(decoding: identity.primaryField, as: UTF8.self)
        let passcode = String(decoding: identity.secondaryField, as: UTF8.self)
        return authenticate(name, passcode, address) ? .accepted(response: []) : .refused
      case .jsonWebToken:
        let token = String(decoding: identity.primaryField, as: UTF8.self)
        return authenticate("", token, address) ? .accepted(response: []) : .refused
      // Kerberos and SAML cannot be checked here, and what cannot be checked is not believed.
      default: return .refused
      }
    }
    return policy.negotiate(request)
  }

  private func allows(_ node: RemoteNode?, from socket: BlockingSocket) -> Bool {
    if let profile = node?.profile {
      if profile.requiresTLS, socket.security == nil { return false }
      if profile.checksAddress { return isAtHome(node, socket) }
    }
    if socket.isLoopback ? options.acceptsUnknownLocalCallers : options.acceptsUnknownRemoteCallers { return true }
    return isAtHome(node, socket)
  }

  private func isAtHome(_ node: RemoteNode?, _ socket: BlockingSocket) -> Bool {
    guard let node else { return false }
    return SocketAddress.addresses(of: node.host).contains(socket.peer)
  }

  private static let storage = AbstractSyntaxRule(
    transferSyntaxes: .firstProposed(of: Set(TransferSyntaxes.all.map(\.uid))), allowsRequestorSCP: true)
}
