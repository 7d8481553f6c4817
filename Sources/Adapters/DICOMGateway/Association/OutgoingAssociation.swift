// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMNetwork
import Workflow

/// A node does not take the association: it is away, or refuses us.
struct NodeAway: PeerAwayError, CustomStringConvertible {
  let end: AssociationEnd
  var description: String { end.description }
}

/// Associations that the gateway itself asks for.
enum OutgoingAssociation {
  /// Connects and negotiates. A node that takes no association is `NodeAway`.
  static func open(
    to node: RemoteNode, contexts: [PresentationContext], options: GatewayOptions, roles: [RoleSelection] = [],
    extended: [SOPClassExtendedNegotiation] = []
  ) throws -> BlockingAssociation {
    let socket: BlockingSocket
    do throws(TransportError) {
      socket = try BlockingSocket.connect(host: node.host, port: node.port, timeout: options.connectSeconds)
      if node.profile.usesTLS {
        socket.setTimeouts(receive: options.artimSeconds, send: options.artimSeconds)
        guard let tls = options.requestorTLS else { throw TransportError(.tls("is not set up here"), "TLS") }
        try socket.secure(tls.context(), host: tls.files.checksNames ? node.host : nil)
      }
    } catch {
      throw NodeAway(end: .transport(error))
    }
    let stream = PDUStream(socket, limits: PDULimits(maximumDataLength: options.maximumPDULength))
    let layer = UpperLayer(
      stream, role: .requestor, artimSeconds: options.artimSeconds, idleSeconds: options.idleSeconds)
    let request = AssociateRQ(
      calledAETitle: node.aeTitle, callingAETitle: options.aeTitle, presentationContexts: contexts,
      userInformation: UserInformation(
        maximumLength: UInt32(options.maximumPDULength), implementationClassUID: options.implementationClassUID,
        implementationVersionName: options.implementationVersionName, roleSelections: roles,
        extendedNegotiations: extended))
    do throws(AssociationEnd) {
      return BlockingAssociation(layer, try layer.request(request), role: .requestor)
    } catch {
      switch error {
      case .transport, .rejected: throw NodeAway(end: error)
      default: throw error
      }
    }
  }

  /// Releases; a peer that does not answer is cut off.
  static func end(_ association: BlockingAssociation) {
    do throws(AssociationEnd) {
      try association.layer.release()
    } catch {
      association.layer.abort(nil)
    }
  }
}
