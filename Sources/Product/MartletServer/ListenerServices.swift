// SPDX-License-Identifier: Apache-2.0

import DICOMGateway
import HL7Gateway
import ServiceLifecycle

/// The DICOM listener as a service of the group. It runs on threads of its own.
struct DICOMService: Service {
  let server: DICOMServer

  func run() async throws {
    try await gracefulShutdown()
    server.stop()
  }
}

/// The HL7 listener as a service of the group.
struct HL7Service: Service {
  let listener: HL7Listener

  func run() async throws {
    do {
      try await cancelWhenGracefulShutdown { try await listener.run() }
    } catch is CancellationError {
      return  // so it is told to stop
    }
  }
}
