// SPDX-License-Identifier: Apache-2.0

import Trust

/// Checks user names and passcodes that come with an association request (PS3.7 §D.3.3.7), slowly where they are wrong.
final class UserIdentityCheck: Sendable {
  private let authenticator: Authenticator
  private let throttle = SignInThrottle()

  init(accounts: any AccountStore, credentials: any CredentialStore) throws {
    authenticator = try Authenticator(accounts: accounts, credentials: credentials)
  }

  func check(name: String, passcode: String, address: String) -> Bool {
    let now = Clock.now()
    guard throttle.wait(account: name, address: address, now: now) == 0 else { return false }
    guard (try? authenticator.account(name: name, password: passcode)) ?? nil != nil else {
      throttle.failed(account: name, address: address, now: now)
      return false
    }
    throttle.succeeded(account: name)
    return true
  }
}
