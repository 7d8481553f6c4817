// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMFile
import DICOMGateway
import Logging
import Radiology
import Workflow

extension MartletServer {
  /// How the gateway presents itself, and what it encrypts by.
  var gatewayOptions: GatewayOptions {
    var options = GatewayOptions(settings)
    let logger = named("dicom")
    let files = TLSFiles(
      certificate: settings.dicomTLSCertificate, key: settings.dicomTLSKey, authorities: settings.dicomTLSAuthorities,
      checksNames: settings.dicomTLSChecksNames)
    options.requestorTLS = RequestorTLS(files) { logger.warning("\($0)") }
    if !settings.dicomTLSCertificate.isEmpty {
      options.tlsListener = TLSListenerOptions(
        host: settings.dicomTLSAddress, port: settings.dicomTLSPort, files: files)
    }
    return options
  }

  /// The services beside storage and query, with what was owed to others when the server ended.
  func makeDepartment(_ parts: ServerArchive, _ database: ServerDatabase) throws -> DepartmentServices {
    var department = DepartmentServices(jobs: database.jobs, nodes: database.nodes)
    department.commitment = parts.commitment
    department.printer = films(database).printer
    department.worklist = database.department
    let index = database.index
    department.performedSteps = PerformedStepDesk(
      list: database.performedSteps, department: database.department,
      stored: { try !index.versions(of: $0).isEmpty })
    department.announcedStudies = database.announcedStudies
    department.procedureSteps = try procedureSteps(database)
    department.characterSets = settings.nodeCharacterSets
    department.performedStepRecipients = PerformedStepRecipients(
      forwarding: settings.performedStepNodes, notification: settings.performedStepNoticeNodes)
    department.availabilityRecipients = settings.availabilityNodes
    department.availabilityDelaySeconds = settings.availabilitySeconds
    try department.resume()
    return department
  }
}

extension MartletServer {
  /// What looks at images that have arrived.
  func arrivals(_ parts: ServerArchive, _ database: ServerDatabase) -> ArrivalDesk {
    ArrivalDesk(
      archive: parts.archive, department: database.department, rules: database.arrivalRules,
      corrections: parts.corrections, checks: Set(settings.orderChecks.compactMap { OrderCheck(rawValue: $0) }),
      moment: WallClock.moment)
  }

  /// The unified worklist; what it tells nodes goes out by jobs.
  private func procedureSteps(_ database: ServerDatabase) throws -> UnifiedProcedureStepDesk {
    let nodes = database.nodes
    let events = UnifiedProcedureStepEvents(jobs: database.jobs, nodes: nodes, now: Clock.now)
    let logger = named("dicom")
    let receivers = UnifiedProcedureStepReceivers(
      nodes: { Set(try nodes.nodes().map(\.aeTitle)) },
      owe: { owed in
        do {
          try events.add(owed)
        } catch {
          logger.error("events of procedure steps wait for the next start: \(error)")
        }
      })
    return UnifiedProcedureStepDesk(
      store: database.procedureSteps, receivers: receivers, options: try settings.departmentOptions)
  }

  /// What becomes of printed films.
  func films(_ database: ServerDatabase) -> FilmService {
    FilmService(
      settings, folder: folder.file("films"), jobs: database.jobs,
      forwarding: FilmForwarding(nodes: database.nodes, options: gatewayOptions))
  }
}

extension GatewayOptions {
  /// As an administrator has set it.
  init(_ settings: Settings) {
    self.init(
      aeTitle: settings.aeTitle, host: settings.dicomAddress, port: settings.dicomPort,
      implementationClassUID: FileMetaInformation.implementationClass,
      implementationVersionName: Version.implementationName)
    acceptsUnknownLocalCallers = settings.acceptUnknownCallers != .never
    acceptsUnknownRemoteCallers = settings.acceptUnknownCallers == .always
    checksCalledAETitle = settings.checkCalledAETitle
    federatedNodes = settings.federatedNodes
    federationSeconds = settings.federationSeconds
    offersRetiredModels = settings.retiredQueryModels
    toleratesMissingKeys = settings.lenientQueries
    privateStorageClasses = settings.privateStorageClasses.map { UID($0) }
    maximumAssociations = settings.maximumAssociations
    idleSeconds = settings.associationIdleSeconds
    artimSeconds = settings.artimSeconds
    maximumPDULength = settings.maximumPDULength
  }
}
