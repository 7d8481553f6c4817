// SPDX-License-Identifier: Apache-2.0

import Archive
import SQLStore
import SQLiteDriver
import Trust

/// The embedded database of a data folder and the ports that stand on it. The server and the commands open it alike,
/// at the same time if need be.
public struct ServerDatabase: Sendable {
  public let nodes: any NodeDirectory
  public let incidents: any IncidentList
  public let accounts: any AccountStore
  public let credentials: any CredentialStore
  public let journal: any AuditJournal
  let index: any InstanceIndex
  let lifeCycle: any LifeCycleIndex

  /// Creates the folder and the database where they are missing, and brings the schema up to date.
  public init(_ folder: DataFolder) throws {
    try folder.create()
    let database = try SQLiteDatabase(path: folder.file("index.sqlite"))
    _ = try Schema.migrate(database)
    nodes = SQLNodeDirectory(database)
    incidents = SQLIncidentList(database)
    accounts = SQLAccountStore(database)
    credentials = SQLCredentialStore(database)
    journal = SQLAuditJournal(database)
    let index = SQLInstanceIndex(database)
    self.index = index
    lifeCycle = index
  }
}
