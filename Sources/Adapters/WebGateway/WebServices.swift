// SPDX-License-Identifier: Apache-2.0

import Archive
import Logging
import NIOPosix
import Trust

/// What all routes share.
struct WebServices: Sendable {
  let options: WebServerOptions
  let ports: WebPorts
  let logger: Logger
  /// Threads for what blocks.
  let pool: NIOThreadPool
  /// Threads for answers that only the database is asked for: a desk does not wait behind pictures.
  let documents: NIOThreadPool
  let passwords: PasswordWorker
  let authenticator: Authenticator
  let setup: SetupLink
  let accounts: AccountOffice
  let throttle: SignInThrottle
  let trail: AuditTrail
  let metrics: WebMetrics
  let events: StudyEvents
  let queues: QueueEvents?
  let pulse: DepartmentPulse?
  let client: ClientFiles
  /// Images with several frames, and small pictures, that were asked for lately.
  let images: ImageCache
  let thumbnails: ThumbnailCache
  /// Frames that were encoded for clients.
  let frames: EncodedFrameCache
  let uploads = UploadGate(capacity: MediaUploadRoutes.mostAtOnce)
  /// This listener speaks TLS.
  var isSecure = false

  var archive: ImageArchive { ports.archive }
  var index: any InstanceIndex { ports.archive.index }

  /// - Parameter documents: nil takes the same threads as for the rest.
  init(
    options: WebServerOptions, ports: WebPorts, pool: NIOThreadPool, documents: NIOThreadPool? = nil, logger: Logger
  ) throws {
    self.options = options
    self.ports = ports
    self.logger = logger
    self.pool = pool
    self.documents = documents ?? pool
    passwords = PasswordWorker()
    authenticator = try Authenticator(
      accounts: ports.accounts, credentials: ports.credentials, policy: options.sessions,
      decoyParameters: options.passwordCost)
    setup = SetupLink(accounts: ports.accounts, credentials: ports.credentials)
    accounts = AccountOffice(
      accounts: ports.accounts, credentials: ports.credentials, cost: options.passwordCost)
    throttle = SignInThrottle()
    trail = AuditTrail(
      journal: ports.audit, index: ports.archive.index, logger: logger, now: ArchiveOptions.systemTime)
    metrics = WebMetrics()
    events = StudyEvents(index: ports.archive.index, pool: pool, logger: logger)
    queues = ports.jobs.map { QueueEvents(store: $0, pool: pool, logger: logger) }
    pulse = ports.department.map { DepartmentPulse(department: $0, pool: pool, logger: logger) }
    images = ImageCache(capacity: options.imageCacheBytes)
    thumbnails = ThumbnailCache(capacity: options.thumbnailCacheBytes)
    frames = EncodedFrameCache(capacity: options.frameCacheBytes)
    client = try options.clientFolder.map { try ClientFiles(folder: $0) } ?? ClientFiles()
  }

  /// All routes, for one listener.
  func router(isSecure: Bool) -> RouterOfRoutes {
    var services = self
    services.isSecure = isSecure
    return RouterOfRoutes(services)
  }
}
