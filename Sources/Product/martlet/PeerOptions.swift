// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore
import DICOMNIO
import DICOMNetwork
import FileCommands

/// Who is called, by whom, and how the answer is printed: the same for every command that makes associations.
struct PeerOptions: ParsableArguments {
  @Argument(help: "Host name or address of the peer.") var host: String
  @Argument(help: "DICOM port of the peer.") var port: Int
  @Option(help: "Our AE title.") var calling = "MARTLET_SCU"
  @Option(help: "The peer's AE title.") var called = "MARTLET"
  @Option(help: "Seconds to wait for the connection and for each answer; 0 waits for ever for answers.")
  var timeout = 60
  @Flag(help: "Encrypt by TLS 1.2 or 1.3 (BCP 195).") var tls = false
  @Option(help: ArgumentHelp("PEM file of our certificate, for peers that ask for one.", valueName: "file"))
  var cert: String?
  @Option(help: ArgumentHelp("PEM file of its key; else in the file of the certificate.", valueName: "file"))
  var certKey: String?
  @Option(
    help: ArgumentHelp("PEM file of the authorities that the peer's certificate may come from.", valueName: "file"))
  var ca: String?
  @Option(help: "How the peer's certificate is checked: full, authority (any name), or none.")
  var verify: TLSOptions.Verification = .full
  @Flag(help: "Print JSON.") var json = false
  @Flag(name: .shortAndLong, help: "Tell of each step.") var verbose = false

  func validate() throws {
    guard (1...65535).contains(port) else { throw ValidationError("A port is a number from 1 to 65535.") }
    guard timeout >= 0 else { throw ValidationError("A timeout is a number of seconds.") }
    guard tls || (cert == nil && certKey == nil && ca == nil) else {
      throw ValidationError("--cert, --cert-key and --ca are for --tls.")
    }
    for title in [calling, called] where !Self.isAETitle(title) {
      throw ValidationError("'\(title)' is no AE title: 1 to 16 characters, no backslash.")
    }
  }

  static func isAETitle(_ text: String) -> Bool {
    (1...16).contains(text.utf8.count) && text.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x5C }
      && text.contains { $0 != " " }
  }

  /// Makes an association; in verbose mode tells what was negotiated.
  func connect(
    _ contexts: [PresentationContext], roles: [RoleSelection] = [], extended: [SOPClassExtendedNegotiation] = []
  ) async throws -> Association {
    var options = AssociationOptions()
    let limit = Duration.seconds(timeout == 0 ? 60 : timeout)
    options.connectTimeout = limit
    options.associateTimeout = limit
    options.responseTimeout = timeout == 0 ? nil : limit
    options.roleSelections = roles
    options.extendedNegotiations = extended
    if tls {
      options.tls = TLSOptions(certificate: cert, key: certKey, authorities: ca, verification: verify)
    }
    let association = try await DICOMClient.connect(
      host: host, port: port, calling: calling, called: called, contexts: contexts, options: options)
    if verbose { describe(association.negotiated) }
    return association
  }

  /// Makes an association for a query or a retrieval. Ends the command where the archive does not convert and a view is
  /// asked for.
  func connect(
    _ contexts: [PresentationContext], roles: [RoleSelection] = [], for query: IdentifierOptions, _ sopClass: UID
  ) async throws -> Association {
    let association = try await connect(contexts, roles: roles, extended: query.negotiations(sopClass))
    if query.isGranted(sopClass, association.negotiated) { return association }
    await release(association)
    complain("\(called) does not convert enhanced multi-frame images.")
    throw ExitCode(1)
  }

  /// Ends an association whose work is done: that the peer ends it otherwise changes nothing.
  func release(_ association: Association) async {
    do {
      try await association.release()
    } catch {
      if verbose { complain("release: \(error)") }
    }
  }

  private func describe(_ negotiated: NegotiatedAssociation) {
    let information = negotiated.acceptance.userInformation
    let name = information.implementationVersionName ?? ""
    complain("associated with \(called) at \(host):\(port), \(name) \(information.implementationClassUID ?? "")")
    complain("  maximum length \(information.maximumLength), \(negotiated.contexts.count) contexts accepted")
    for result in negotiated.acceptance.presentationContexts where !result.isAccepted {
      let syntax = negotiated.request.presentationContext(result.id)?.abstractSyntax.rawValue ?? ""
      complain("  context \(result.id) \(syntax) not accepted: \(result.result)")
    }
  }
}

extension TLSOptions.Verification: ExpressibleByArgument {}
