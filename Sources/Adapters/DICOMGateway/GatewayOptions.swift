// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// How the DICOM gateway presents itself, and its limits.
public struct GatewayOptions: Sendable {
  public var aeTitle: String
  public var host: String
  public var port: Int
  /// Whether stations that are not in the list of nodes may associate, from this machine and from elsewhere.
  public var acceptsUnknownLocalCallers: Bool
  public var acceptsUnknownRemoteCallers: Bool
  /// Requests that call another AE title than ours are refused.
  public var checksCalledAETitle: Bool
  /// Stored besides the standard's storage SOP classes.
  public var privateStorageClasses: [UID]
  public var maximumAssociations: Int
  public var idleSeconds: Int
  public var artimSeconds: Int
  public var connectSeconds: Int
  public var maximumPDULength: Int
  public var implementationClassUID: UID
  public var implementationVersionName: String
  /// A listener that speaks TLS, beside the plain one.
  public var tlsListener: TLSListenerOptions?
  /// AE titles of archives that are asked together with this one; each has so many seconds for an answer.
  public var federatedNodes: [String]
  public var federationSeconds: Int
  /// Whether the retired Patient/Study Only model is offered for queries and retrieval.
  public var offersRetiredModels: Bool
  /// Whether requests that leave out keys above their level are answered though that was not negotiated.
  public var toleratesMissingKeys: Bool
  /// What nodes are called with over TLS.
  public var requestorTLS: RequestorTLS?

  public init(
    aeTitle: String, host: String, port: Int, implementationClassUID: UID, implementationVersionName: String
  ) {
    self.aeTitle = aeTitle
    self.host = host
    self.port = port
    acceptsUnknownLocalCallers = true
    acceptsUnknownRemoteCallers = false
    checksCalledAETitle = false
    privateStorageClasses = []
    federatedNodes = []
    federationSeconds = 5
    offersRetiredModels = false
    toleratesMissingKeys = false
    maximumAssociations = 64
    idleSeconds = 600
    artimSeconds = 30
    connectSeconds = 15
    maximumPDULength = 131_072
    self.implementationClassUID = implementationClassUID
    self.implementationVersionName = implementationVersionName
  }
}
