// SPDX-License-Identifier: Apache-2.0

import Archive
import Synchronization
import Trust

/// Accounts, credentials, audit trail and nodes in memory.
final class MemoryPorts: AccountStore, CredentialStore, AuditJournal, NodeDirectory, PreferenceStore {
  private struct State {
    var accounts: [String: Account] = [:]
    var credentials: [String: Credential] = [:]
    var events: [AuditEvent] = []
    var nodes: [String: RemoteNode] = [:]
    var preferences: [String: String] = [:]
  }

  private let state = Mutex(State())

  func account(named name: String) throws -> Account? { state.withLock { $0.accounts[name.lowercased()] } }
  func accounts() throws -> [Account] { state.withLock { Array($0.accounts.values) } }
  func save(_ account: Account) throws { state.withLock { $0.accounts[account.name.lowercased()] = account } }
  func change(_ make: ([Account]) throws -> Account?) throws {
    try state.withLock { state in
      if let changed = try make(Array(state.accounts.values)) { state.accounts[changed.name.lowercased()] = changed }
    }
  }
  func removeAccounts() { state.withLock { $0.accounts = [:] } }

  func credential(digest: String) throws -> Credential? { state.withLock { $0.credentials[digest] } }
  func credentials(ofAccount name: String?) throws -> [Credential] {
    state.withLock { $0.credentials.values.filter { name == nil || $0.accountName == name } }
  }
  func save(_ credential: Credential) throws { state.withLock { $0.credentials[credential.digest] = credential } }
  func removeCredential(digest: String) throws -> Bool {
    state.withLock { $0.credentials.removeValue(forKey: digest) != nil }
  }
  func noteUse(ofDigest digest: String, at time: Int64) throws {
    state.withLock { state in
      if let known = state.credentials[digest] {
        state.credentials[digest]?.lastUsedAt = max(known.lastUsedAt, time)
      }
    }
  }
  func removeCredentials(ofAccount name: String, kinds: Set<Credential.Kind>, keeping digest: String?) throws -> Int {
    state.withLock { state in
      let gone = state.credentials.values.filter {
        $0.accountName.lowercased() == name.lowercased() && kinds.contains($0.kind) && $0.digest != digest
      }
      for one in gone { state.credentials[one.digest] = nil }
      return gone.count
    }
  }
  func removeExpired(before: Int64) throws {}

  func append(_ events: [AuditEvent]) throws { state.withLock { $0.events += events } }
  func events(matching query: AuditQuery) throws -> [AuditEvent] {
    state.withLock { $0.events.reversed().filter(query.matches).prefix(query.limit).map(\.self) }
  }
  func firstBrokenLink() throws -> Int64? { nil }

  func preference(_ topic: String, ofAccount name: String) throws -> String? {
    state.withLock { $0.preferences["\(name.lowercased()) \(topic)"] }
  }
  func save(_ document: String, topic: String, ofAccount name: String) throws {
    state.withLock { $0.preferences["\(name.lowercased()) \(topic)"] = document }
  }
  func removePreference(_ topic: String, ofAccount name: String) throws -> Bool {
    state.withLock { $0.preferences.removeValue(forKey: "\(name.lowercased()) \(topic)") != nil }
  }

  func nodes() throws -> [RemoteNode] { state.withLock { $0.nodes.values.sorted { $0.aeTitle < $1.aeTitle } } }
  func node(aeTitle: String) throws -> RemoteNode? { state.withLock { $0.nodes[aeTitle] } }
  func save(_ node: RemoteNode) throws { state.withLock { $0.nodes[node.aeTitle] = node } }
  func removeNode(aeTitle: String) throws -> Bool { state.withLock { $0.nodes.removeValue(forKey: aeTitle) != nil } }
}
