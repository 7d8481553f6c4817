// SPDX-License-Identifier: Apache-2.0

import Archive
import Foundation
import Messaging
import PostgreSQLDriver
import Radiology
import SQLInterface
import SQLStore
import SQLiteDriver
import Trust
import Workflow

/// The database of a data folder and the ports that stand on it: a file in the folder, or PostgreSQL. The server and
/// the commands open it alike, at the same time if need be.
public struct ServerDatabase: Sendable {
  public let nodes: any NodeDirectory
  public let incidents: any IncidentList
  public let accounts: any AccountStore
  public let credentials: any CredentialStore
  public let journal: any AuditJournal
  public let jobs: any JobStore
  public let commitments: any CommitmentList
  public let routes: any RouteDirectory
  public let arrivalRules: any ArrivalRuleDirectory
  public let performedSteps: any PerformedStepList
  public let announcedStudies: any AnnouncedStudyList
  public let procedureSteps: any UnifiedProcedureStepStore
  public let department: Department
  let radiology: any RadiologyStore
  let preferences: any PreferenceStore
  public let inboundMessages: any InboundMessageLog
  public let outboundMessages: any OutboundQueue
  public let messaging: any MessagingDirectory
  public let alarms: any AlarmList
  public let scrub: any ScrubJournal
  let index: any InstanceIndex
  /// New instances on their way into the index, which it awaits before it answers.
  let backlog: IndexBacklog
  let lifeCycle: any LifeCycleIndex
  let consumers: any EventConsumers
  /// What tells this installation from others.
  let owner: String
  public let corrections: any CorrectionIndex

  /// Creates the folder and the database where they are missing, and brings the schema up to date.
  /// - Parameter settings: those of the folder where nil.
  public init(_ folder: DataFolder, _ settings: Settings? = nil) throws {
    try folder.create()
    let settings = try settings ?? folder.settings()
    let database = try Self.open(folder, settings)
    _ = try Schema.migrate(database)
    owner = try Self.identity(folder)
    if !settings.database.isEmpty { try DatabaseOwner.claim(database, owner: owner) }
    nodes = SQLNodeDirectory(database)
    incidents = SQLIncidentList(database)
    accounts = SQLAccountStore(database)
    credentials = SQLCredentialStore(database)
    inboundMessages = SQLInboundMessageLog(database)
    outboundMessages = SQLOutboundQueue(database)
    messaging = SQLMessagingDirectory(database)
    journal = SQLAuditJournal(database)
    jobs = SQLJobStore(database)
    commitments = SQLCommitmentList(database)
    routes = SQLRouteDirectory(database)
    arrivalRules = SQLArrivalRuleDirectory(database)
    radiology = SQLRadiologyStore(database)
    var options = try settings.departmentOptions
    options.personName = { [accounts] name in
      PersonNames.pn(((try? accounts.account(named: name)) ?? nil)?.displayName ?? name)
    }
    department = Department(store: radiology, options: options)
    preferences = SQLPreferenceStore(database)
    performedSteps = SQLPerformedStepList(database)
    announcedStudies = SQLAnnouncedStudyList(database)
    procedureSteps = SQLUnifiedProcedureStepStore(database)
    alarms = SQLAlarmList(database)
    scrub = SQLScrubJournal(database)
    let intake = SQLInstanceIndex(database)
    let backlog = IndexBacklog(intake, lifeCycle: intake)
    let index = SQLInstanceIndex(intake, awaiting: { backlog.drain() })
    self.backlog = backlog
    self.index = index
    lifeCycle = index
    corrections = index
    consumers = index
  }

  /// What sends a patient's studies to where they will be wanted.
  public var prefetch: Prefetch { Prefetch(index: index, encode: JobPayload.encode) }

  private static func open(_ folder: DataFolder, _ settings: Settings) throws -> any SQLDatabase {
    if settings.database.isEmpty { return try SQLiteDatabase(path: folder.file("index.sqlite")) }
    return try PostgreSQLDatabase(
      PostgreSQLOptions(url: settings.database, password: password(settings.databasePasswordFile)))
  }

  static func password(_ file: String) throws -> String? {
    if file.isEmpty { return ProcessInfo.processInfo.environment["MARTLET_DATABASE_PASSWORD"] }
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
      throw SettingsError(key: "databasePasswordFile", reason: "\(file) cannot be read")
    }
    return text.split(separator: "\n", omittingEmptySubsequences: false).first.map(String.init)
  }

  /// What tells this folder from others, kept in it.
  private static func identity(_ folder: DataFolder) throws -> String {
    let path = folder.file("identity")
    if let known = try? String(contentsOfFile: path, encoding: .utf8), !known.isEmpty { return known }
    let made = UUID().uuidString
    try made.write(toFile: path, atomically: true, encoding: .utf8)
    return made
  }

  /// An address without a password, since settings are shown.
  static func checkedAddress(_ text: String) throws -> String {
    if text.isEmpty { return text }
    guard text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") else {
      throw SettingsError(key: "database", reason: "an address that begins with postgresql:// is expected")
    }
    let authority = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)[2]
    let user = authority.lastIndex(of: "@").map { authority[..<$0] } ?? ""
    guard !user.contains(":"), !text.contains("password=") else {
      throw SettingsError(
        key: "database", reason: "the password does not belong here, but in databasePasswordFile or the environment")
    }
    return text
  }
}
