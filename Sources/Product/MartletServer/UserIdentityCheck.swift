// SPDX-License-Identifier: Apache-2.0

import Foundation
import Trust

/// Checks user names and passcodes that come with an association request (PS3.7 §D.3.3.7), and tokens, slowly where
/// they are wrong.
final class UserIdentityCheck: Sendable {
  private let authenticator: Authenticator
  private let throttle = SignInThrottle()

  private let accounts: any AccountStore
  /// Nil where no tokens are taken.
  private let tokens: JSONWebTokenVerifier?

  /// - Parameter tokenKeyFile: key that JSON Web Tokens are checked by; none are taken where empty.
  init(accounts: any AccountStore, credentials: any CredentialStore, tokenKeyFile: String = "") throws {
    self.accounts = accounts
    if tokenKeyFile.isEmpty {
      tokens = nil
    } else {
      guard let key = FileManager.default.contents(atPath: tokenKeyFile) else {
        throw SettingsError(key: "tokenKeyFile", reason: "\(tokenKeyFile) cannot be read")
      }
      tokens = try JSONWebTokenVerifier(key: [UInt8](key))
    }
    authenticator = try Authenticator(accounts: accounts, credentials: credentials)
  }

  /// - Parameter name: empty for a JSON Web Token, which is the passcode then.
  func check(name: String, passcode: String, address: String) -> Bool {
    if name.isEmpty { return isToken(passcode) }
    let now = Clock.now()
    guard throttle.wait(account: name, address: address, now: now) == 0 else { return false }
    let account = (try? authenticator.account(name: name, password: passcode, now: now)) ?? nil
    // A machine cannot choose another password.
    guard let account, account.oneTimeUntil == nil else {
      throttle.failed(account: name, address: address, now: now)
      return false
    }
    throttle.succeeded(account: name)
    return true
  }

  private func isToken(_ text: String) -> Bool {
    guard let name = tokens?.subject(of: text, now: Date().timeIntervalSince1970),
      let account = (try? accounts.account(named: name)) ?? nil
    else { return false }
    return !account.isDisabled
  }
}
