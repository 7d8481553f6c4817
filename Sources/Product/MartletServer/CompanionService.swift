// SPDX-License-Identifier: Apache-2.0

import ServiceLifecycle

/// What goes on beside the server, as a service of its group.
struct CompanionService: Service {
  let announced: AsyncStream<MartletServer.Addresses>
  let body: MartletServer.Companion

  func run() async throws {
    await cancelWhenGracefulShutdown {
      for await addresses in announced {
        await body(addresses)
        break
      }
    }
    // That it has no more to do ends nothing else.
    try? await gracefulShutdown()
  }
}
