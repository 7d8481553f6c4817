// SPDX-License-Identifier: Apache-2.0

import Archive
import ClinicalDocuments
import Radiology
import Trust
import Workflow

/// What the web server talks to.
public struct WebPorts: Sendable {
  public var archive: ImageArchive
  public var accounts: any AccountStore
  public var credentials: any CredentialStore
  public var audit: any AuditJournal
  public var nodes: any NodeDirectory
  public var incidents: any IncidentList
  /// Without it no commitment is given.
  public var commitment: StorageCommitment?
  /// Without it there are no routes for queues.
  public var jobs: (any JobStore)?
  /// Without it there are no routes for the rules by which is forwarded.
  public var routes: (any RouteDirectory)?
  /// Without it there are no routes for the rules at the door.
  public var arrivalRules: (any ArrivalRuleDirectory)?
  /// What looks at arrived images; nil where mismatches are listed only.
  public var arrivals: ArrivalDesk?
  /// Without it there are no routes for patients, orders and reports.
  public var department: Department?
  /// Draws a report as PDF; nil where none is drawn.
  public var reportPDF: (@Sendable (ImagingReport) throws -> [UInt8])?
  /// Who makes media, as their texts say it; empty where it is not set.
  public var institutionName = ""
  /// Nil where users cannot keep any.
  public var preferences: (any PreferenceStore)?
  /// What modalities told of their work; nil where that is not kept.
  public var performedSteps: (any PerformedStepList)?
  /// What other archives have announced; nil where that is not kept.
  public var announcedStudies: (any AnnouncedStudyList)?
  /// The unified worklist; nil where there is none.
  public var procedureSteps: UnifiedProcedureStepDesk?
  /// Archives that are asked together with this one; nil where there are none.
  public var otherArchives: (any OtherArchives)?
  /// HL7 messages; nil where there are none.
  public var messages: MessagePorts?
  /// What was an alarm once; what is one now stands on the archive's board.
  public var alarms: (any AlarmList)?
  /// Nil where the archive makes none.
  public var corrections: Corrections?
  /// Asks a node whether it is there; blocks. Nil where there is nobody to ask.
  public var echo: (@Sendable (RemoteNode) -> NodeTrial)?
  /// What `/api/v1/system` and `/metrics` show of the installation.
  public var status: @Sendable () throws -> SystemStatus
  /// All parts of the server are up.
  public var isReady: @Sendable () -> Bool

  public init(
    archive: ImageArchive, accounts: any AccountStore, credentials: any CredentialStore, audit: any AuditJournal,
    nodes: any NodeDirectory, incidents: any IncidentList, alarms: (any AlarmList)? = nil,
    corrections: Corrections? = nil,
    status: @escaping @Sendable () throws -> SystemStatus,
    isReady: @escaping @Sendable () -> Bool
  ) {
    self.archive = archive
    self.accounts = accounts
    self.credentials = credentials
    self.audit = audit
    self.nodes = nodes
    self.incidents = incidents
    self.alarms = alarms
    self.corrections = corrections
    self.status = status
    self.isReady = isReady
  }
}

/// What an administrator sees of the installation.
public struct SystemStatus: Sendable {
  /// A name and its number.
  public struct Figure: Sendable {
    public var name: String
    public var value: Int

    public init(_ name: String, _ value: Int) {
      self.name = name
      self.value = value
    }
  }

  public var aeTitle: String
  /// Microseconds since 1970-01-01 UTC.
  public var startedAt: Int64
  /// `dicom`, `http`, `https`, `hl7`.
  public var ports: [Figure]
  /// Names in lower case with underscores; they are the names of metrics too.
  public var counts: [Figure]
  /// Further facts, such as folders and modes.
  public var facts: [String: String]

  public init(
    aeTitle: String, startedAt: Int64, ports: [Figure] = [], counts: [Figure] = [], facts: [String: String] = [:]
  ) {
    self.aeTitle = aeTitle
    self.startedAt = startedAt
    self.ports = ports
    self.counts = counts
    self.facts = facts
  }
}
