// SPDX-License-Identifier: Apache-2.0

/// What is done with accounts: adding and changing them, passwords, and ending what they have open. Functions block;
/// those that make or compare a password take a noticeable time.
public struct AccountOffice: Sendable {
  /// How long a one-time password is good for, in microseconds.
  public static let oneTimeLifetime: Int64 = 7 * 24 * 3_600_000_000

  /// A password that is shown once, and may be used to choose another.
  public struct OneTimePassword: Sendable {
    public var text: String
    /// Microseconds since 1970-01-01 UTC.
    public var until: Int64
  }

  /// What an account has open.
  public struct Use: Sendable, Hashable {
    public var sessions = 0
    public var tokens = 0
    /// Microseconds since 1970-01-01 UTC; 0 where nothing is open.
    public var lastUsedAt: Int64 = 0
  }

  /// What is to be changed; nil stays.
  public struct Change: Sendable {
    public var displayName: String?
    public var role: Role?
    public var isDisabled: Bool?

    public init(displayName: String? = nil, role: Role? = nil, isDisabled: Bool? = nil) {
      self.displayName = displayName
      self.role = role
      self.isDisabled = isDisabled
    }
  }

  private let accounts: any AccountStore
  private let credentials: any CredentialStore
  private let cost: PasswordHash.Parameters

  public init(
    accounts: any AccountStore, credentials: any CredentialStore, cost: PasswordHash.Parameters = .standard
  ) {
    self.accounts = accounts
    self.credentials = credentials
    self.cost = cost
  }

  /// All accounts by name, with what each has open now.
  /// - Parameter now: microseconds since 1970-01-01 UTC.
  public func list(now: Int64) throws -> [(account: Account, use: Use)] {
    var uses: [String: Use] = [:]
    for each in try credentials.credentials(ofAccount: nil) where each.expiresAt.map({ $0 > now }) ?? true {
      let key = each.accountName.lowercased()
      switch each.kind {
      case .session: uses[key, default: Use()].sessions += 1
      case .bearer: uses[key, default: Use()].tokens += 1
      case .setup, .link: continue
      }
      uses[key, default: Use()].lastUsedAt = max(uses[key]?.lastUsedAt ?? 0, each.lastUsedAt)
    }
    return try accounts.accounts().map { ($0, uses[$0.name.lowercased()] ?? Use()) }
      .sorted { $0.0.name.lowercased() < $1.0.name.lowercased() }
  }

  /// Adds an account with a one-time password.
  /// - Parameter now: microseconds since 1970-01-01 UTC.
  /// - Throws: `TrustError` `invalidName`, `nameTaken`.
  public func add(
    name: String, displayName: String, role: Role, now: Int64
  ) throws -> (account: Account, password: OneTimePassword) {
    try PasswordRules.check(name: name)
    let (password, hash) = try oneTime(now: now)
    let account = Account(
      name: name, displayName: try Self.shown(displayName, of: name), role: role, passwordHash: hash, createdAt: now,
      oneTimeUntil: password.until)
    try accounts.change { all in
      guard !all.contains(where: { Self.isSame($0.name, name) }) else {
        throw TrustError(.nameTaken, "There is an account \(name) already.")
      }
      return account
    }
    return (account, password)
  }

  /// Changes what an account is called, may do, and whether it may sign in. Whoever is disabled is signed out.
  /// - Returns: the account as it was and as it is.
  /// - Throws: `TrustError` `unknownAccount`, `invalidName`, `lastAdministrator`.
  public func change(_ name: String, _ change: Change) throws -> (before: Account, after: Account) {
    let pair = try rewrite(name) { account, all in
      if let shown = change.displayName { account.displayName = try Self.shown(shown, of: account.name) }
      if let role = change.role { account.role = role }
      if let isDisabled = change.isDisabled { account.isDisabled = isDisabled }
      guard Self.isAdministered(all, with: account) else {
        throw TrustError(
          .lastAdministrator, "\(account.name) is the last administrator who can sign in: make another one first.")
      }
    }
    if pair.after.isDisabled { _ = try endSessions(of: pair.after.name) }
    return pair
  }

  /// Gives an account a one-time password, and ends its sessions.
  /// - Parameter now: microseconds since 1970-01-01 UTC.
  /// - Throws: `TrustError` `unknownAccount`.
  public func resetPassword(of name: String, now: Int64) throws -> (account: Account, password: OneTimePassword) {
    let (password, hash) = try oneTime(now: now)
    let account = try rewrite(name) { account, _ in
      account.passwordHash = hash
      account.oneTimeUntil = password.until
    }.after
    _ = try endSessions(of: account.name)
    return (account, password)
  }

  /// Gives an account the password that its owner chose, and ends its other sessions.
  /// - Parameter session: stays open.
  /// - Throws: `TrustError` `wrongCurrentPassword`, `samePassword`, `weakPassword`.
  public func changePassword(of name: String, from current: String, to new: String, keeping session: Secret?) throws {
    guard let known = try accounts.account(named: name), !known.isDisabled, !known.passwordHash.isEmpty,
      current.utf8.count <= PasswordRules.maximumLength * 4,
      try PasswordHash(text: known.passwordHash).verify(current)
    else { throw TrustError(.wrongCurrentPassword, "The present password is another.") }
    guard current != new else { throw TrustError(.samePassword, "The new password is the present one.") }
    try PasswordRules.check(password: new, accountName: known.name)
    let hash = try PasswordHash(password: new, parameters: cost).text
    try rewrite(name) { account, _ in
      guard account.passwordHash == known.passwordHash, !account.isDisabled else {
        throw TrustError(.wrongCurrentPassword, "The present password is another.")
      }
      account.passwordHash = hash
      account.oneTimeUntil = nil
    }
    _ = try endSessions(of: known.name, keeping: session)
  }

  /// Ends the sessions of an account.
  /// - Parameters:
  ///   - tokens: the access of programs in its name ends too.
  ///   - session: stays open.
  /// - Returns: how many there were.
  public func endSessions(of name: String, tokens: Bool = false, keeping session: Secret? = nil) throws -> Int {
    try credentials.removeCredentials(
      ofAccount: name, kinds: tokens ? [.session, .bearer] : [.session], keeping: session?.digest)
  }

  @discardableResult
  private func rewrite(
    _ name: String, _ body: (inout Account, [Account]) throws -> Void
  ) throws -> (before: Account, after: Account) {
    var pair: (Account, Account)?
    try accounts.change { all in
      guard let before = all.first(where: { Self.isSame($0.name, name) }) else { return nil }
      var after = before
      try body(&after, all)
      pair = (before, after)
      return after
    }
    guard let pair else { throw TrustError(.unknownAccount, "There is no account \(name).") }
    return pair
  }

  private func oneTime(now: Int64) throws -> (OneTimePassword, hash: String) {
    let text = OneTimePassword.random()
    return (
      OneTimePassword(text: text, until: now + Self.oneTimeLifetime),
      try PasswordHash(password: text, parameters: cost).text
    )
  }

  private static func isSame(_ one: String, _ other: String) -> Bool { one.lowercased() == other.lowercased() }

  /// Somebody can administer the installation once this account is as given; or nobody could before either.
  private static func isAdministered(_ all: [Account], with account: Account) -> Bool {
    func can(_ each: Account) -> Bool { each.role == .administrator && !each.isDisabled && !each.passwordHash.isEmpty }
    return can(account) || all.contains { can($0) && !isSame($0.name, account.name) } || !all.contains(where: can)
  }

  /// A name as others read it; that for signing in where it is empty.
  private static func shown(_ text: String, of name: String) throws(TrustError) -> String {
    guard text.count <= PasswordRules.maximumDisplayNameLength,
      text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else {
      throw TrustError(
        .invalidName,
        "A displayed name has at most \(PasswordRules.maximumDisplayNameLength) characters, none of them of control.")
    }
    return text.allSatisfy(\.isWhitespace) ? name : text
  }
}

extension AccountOffice.OneTimePassword {
  /// Without characters that look alike: it is read out or copied by hand.
  private static let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789")

  /// Four groups of four characters, 79 bits.
  static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<4).map { _ in
      String((0..<4).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] })
    }.joined(separator: "-")
  }
}
