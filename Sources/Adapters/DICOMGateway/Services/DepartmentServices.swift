// SPDX-License-Identifier: Apache-2.0

public import Archive
import Logging
public import Workflow

/// What the department's services beside storage and query stand on. A service whose part is nil is not offered.
public struct DepartmentServices: Sendable {
  /// What is owed to others goes out by jobs.
  public var jobs: any JobStore
  public var nodes: any NodeDirectory
  public var commitment: StorageCommitment?
  public var printer: FilmPrinter?
  /// Microseconds since 1970-01-01 UTC.
  var now: @Sendable () -> Int64 = ArchiveOptions.systemTime

  public init(jobs: any JobStore, nodes: any NodeDirectory) {
    self.jobs = jobs
    self.nodes = nodes
  }

  func providers() -> [any ServiceProvider] {
    var providers: [any ServiceProvider] = []
    if let commitment {
      providers.append(CommitmentProvider(commitment, queue: CommitmentQueue(commitment, jobs: jobs, now: now)))
    }
    if let printer { providers.append(PrintProvider(printer)) }
    return providers
  }

  /// Who does the jobs that the services make.
  public func jobHandlers(options: GatewayOptions, logger: Logger) -> [any JobHandler] {
    var handlers: [any JobHandler] = []
    if let commitment {
      handlers.append(CommitmentReporter(commitment, nodes: nodes, options: options, logger: logger).handler)
    }
    return handlers
  }

  /// Makes jobs of what was owed when the program ended.
  public func resume() throws {
    if let commitment { try CommitmentQueue(commitment, jobs: jobs, now: now).resume() }
  }
}
