// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMNIO
import DICOMNetwork
import DICOMServices
import Testing

func isAlive(host: String, port: Int) async throws -> Bool {
  let contexts = PresentationContext.numbered([
    (abstract: "1.2.840.10008.1.1", transfer: [TransferSyntax.implicitVRLittleEndian.uid])
  ])
  let association = try await DICOMClient.connect(
    host: host, port: port, calling: "EXAMPLE", called: "MARTLET", contexts: contexts)
  let status = try await association.echo()
  try await association.release()
  return status == .success
}

@Suite struct DICOMNIOExample {
  @Test func aListenerIsAlive() async throws {
    try await Loopback.with { port in
      let alive = try await isAlive(host: "127.0.0.1", port: port)
      #expect(alive)
    }
  }
}
