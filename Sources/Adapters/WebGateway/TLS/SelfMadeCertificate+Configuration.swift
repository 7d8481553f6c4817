// SPDX-License-Identifier: Apache-2.0

import NIOSSL

extension SelfMadeCertificate {
  /// TLS 1.2 and later with this certificate.
  var configuration: TLSConfiguration {
    get throws {
      let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificatePEM.utf8))
      let key = try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem)
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
      configuration.minimumTLSVersion = .tlsv12
      return configuration
    }
  }
}
