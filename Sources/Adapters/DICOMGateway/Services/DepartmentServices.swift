// SPDX-License-Identifier: Apache-2.0

public import Archive
import DICOMCore
import Logging
public import Radiology
public import Workflow

/// What the department's services beside storage and query stand on. A service whose part is nil is not offered.
public struct DepartmentServices: Sendable {
  /// What is owed to others goes out by jobs.
  public var jobs: any JobStore
  public var nodes: any NodeDirectory
  /// Told of each station that associates.
  public var absences = PeerAbsences()
  public var commitment: StorageCommitment?
  public var printer: FilmPrinter?
  /// Orders, for the worklist.
  public var worklist: Department?
  public var performedSteps: PerformedStepDesk?
  public var procedureSteps: UnifiedProcedureStepDesk?
  /// What other archives announce.
  public var announcedStudies: (any AnnouncedStudyList)?
  public var performedStepRecipients = PerformedStepRecipients()
  /// AE titles that are told of what has arrived, and how long arrivals are gathered for.
  public var availabilityRecipients: [String] = []
  public var availabilityDelaySeconds = 60
  /// Defined terms of Specific Character Set by AE title, `*` for all others: in what worklists are answered.
  public var characterSets: [String: [String]] = [:]
  /// Microseconds since 1970-01-01 UTC.
  var now: @Sendable () -> Int64 = ArchiveOptions.systemTime

  public init(jobs: any JobStore, nodes: any NodeDirectory) {
    self.jobs = jobs
    self.nodes = nodes
  }

  var answerCharacterSets: AnswerCharacterSets {
    AnswerCharacterSets(byCaller: characterSets.mapValues { SpecificCharacterSet(terms: $0) })
  }

  func providers() -> [any ServiceProvider] {
    var providers: [any ServiceProvider] = []
    if let commitment {
      providers.append(CommitmentProvider(commitment, queue: CommitmentQueue(commitment, jobs: jobs, now: now)))
    }
    if let printer { providers.append(PrintProvider(printer)) }
    if let worklist { providers.append(WorklistProvider(worklist)) }
    if let performedSteps, let forwarding {
      providers.append(PerformedStepProvider(performedSteps, changed: forwarding.changed))
    }
    if let announcedStudies { providers.append(AvailabilityProvider(announcedStudies, now: now)) }
    if let procedureSteps {
      providers += [UnifiedProcedureStepProvider(procedureSteps), UnifiedWorklistProvider(procedureSteps)]
    }
    return providers
  }

  /// Who does the jobs that the services make.
  public func jobHandlers(options: GatewayOptions, logger: Logger) -> [any JobHandler] {
    var handlers: [any JobHandler] = []
    if let commitment {
      handlers.append(CommitmentReporter(commitment, nodes: nodes, options: options, logger: logger).handler)
    }
    if let forwarding { handlers += forwarding.handlers(options: options) }
    if let procedureSteps {
      handlers.append(events.handler(procedureSteps, options: options, logger: logger))
    }
    return handlers
  }

  private var events: UnifiedProcedureStepEvents { UnifiedProcedureStepEvents(jobs: jobs, nodes: nodes, now: now) }

  private var forwarding: PerformedStepForwarding? {
    performedSteps.map {
      PerformedStepForwarding(
        desk: $0, jobs: jobs, nodes: nodes, recipients: performedStepRecipients, now: now)
    }
  }

  /// What tells nodes of arrivals, and does the jobs that come of it; nil where nobody is told.
  public func availability(
    index: any InstanceIndex, consumers: any EventConsumers, steps: any PerformedStepList, options: GatewayOptions
  ) -> (follower: OutboxFollower, handler: any JobHandler)? {
    guard !availabilityRecipients.isEmpty else { return nil }
    let notification = AvailabilityNotification(
      index: index, steps: steps, jobs: jobs, nodes: nodes, recipients: availabilityRecipients,
      delaySeconds: availabilityDelaySeconds, now: now)
    return (notification.follower(consumers), notification.handler(options: options))
  }

  /// Makes jobs of what was owed when the program ended.
  public func resume() throws {
    if let commitment { try CommitmentQueue(commitment, jobs: jobs, now: now).resume() }
    if let procedureSteps {
      try events.add(procedureSteps.allOwed())
      try procedureSteps.announceRestart()
    }
  }
}
