// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Trust

/// Accounts in memory.
final class MemoryAccounts: AccountStore {
  private let held = Mutex<[String: Account]>([:])

  func account(named name: String) throws -> Account? { held.withLock { $0[name.lowercased()] } }
  func accounts() throws -> [Account] { held.withLock { Array($0.values) } }
  func save(_ account: Account) throws { held.withLock { $0[account.name.lowercased()] = account } }
  func change(_ make: ([Account]) throws -> Account?) throws {
    try held.withLock { held in
      if let changed = try make(Array(held.values)) { held[changed.name.lowercased()] = changed }
    }
  }
}

/// Credentials in memory.
final class MemoryCredentials: CredentialStore {
  private let held = Mutex<[String: Credential]>([:])

  func credential(digest: String) throws -> Credential? { held.withLock { $0[digest] } }
  func credentials(ofAccount name: String?) throws -> [Credential] {
    held.withLock { $0.values.filter { name == nil || $0.accountName == name } }
  }
  func save(_ credential: Credential) throws { held.withLock { $0[credential.digest] = credential } }
  func removeCredential(digest: String) throws -> Bool { held.withLock { $0.removeValue(forKey: digest) != nil } }
  func noteUse(ofDigest digest: String, at time: Int64) throws {
    held.withLock { held in held[digest].map { held[digest]?.lastUsedAt = max($0.lastUsedAt, time) } }
  }
  func removeCredentials(ofAccount name: String, kinds: Set<Credential.Kind>, keeping digest: String?) throws -> Int {
    held.withLock { held in
      let gone = held.values.filter { $0.accountName == name && kinds.contains($0.kind) && $0.digest != digest }
      for one in gone { held[one.digest] = nil }
      return gone.count
    }
  }
  func removeExpired(before time: Int64) throws {
    held.withLock { $0 = $0.filter { ($0.value.expiresAt ?? .max) >= time } }
  }
}

/// Cheap enough for a debug build.
let fastHash = PasswordHash.Parameters(logRounds: 4, blockSize: 8, parallelism: 1)

func account(_ name: String, _ password: String, role: Role = .clinician) throws -> Account {
  Account(
    name: name, displayName: name, role: role,
    passwordHash: try PasswordHash(password: password, parameters: fastHash).text, createdAt: 0)
}
