// SPDX-License-Identifier: Apache-2.0

/// What names and passwords must be like. Length is asked for, not classes of characters (NIST SP 800-63B §5.1.1.2).
public enum PasswordRules {
  public static let minimumLength = 10
  public static let maximumLength = 256
  public static let maximumNameLength = 64
  public static let maximumDisplayNameLength = 128

  public static func check(password: String, accountName: String) throws(TrustError) {
    guard password.count >= minimumLength else {
      throw TrustError(.weakPassword, "The password needs at least \(minimumLength) characters.")
    }
    guard password.utf8.count <= maximumLength * 4, password.count <= maximumLength else {
      throw TrustError(.weakPassword, "The password may have at most \(maximumLength) characters.")
    }
    let lowered = password.lowercased()
    guard Set(lowered).count >= 4, !isRun(lowered) else {
      throw TrustError(.weakPassword, "The password repeats itself too much.")
    }
    guard accountName.isEmpty || !isName(lowered, accountName.lowercased()) else {
      throw TrustError(.weakPassword, "The password must not be made of the name.")
    }
  }

  /// Letters, digits and `.-_@` only, so that a name reads the same in a log, an address and an audit message.
  public static func check(name: String) throws(TrustError) {
    guard (1...maximumNameLength).contains(name.count),
      name.unicodeScalars.allSatisfy({
        $0.properties.isAlphabetic || $0.properties.numericType != nil || ".-_@".contains(Character($0))
      })
    else {
      throw TrustError(
        .invalidName, "A name has 1 to \(maximumNameLength) letters, digits, points, hyphens, underscores or @.")
    }
  }

  /// Each character follows the one before: `1234567890`, `abcdefghij`.
  private static func isRun(_ text: String) -> Bool {
    let values = text.unicodeScalars.map { Int($0.value) }
    let steps = zip(values.dropFirst(), values).map { $0 - $1 }
    return steps.filter { abs($0) == 1 }.count >= steps.count - 1
  }

  /// The name, once or repeated, with at most three more characters.
  private static func isName(_ password: String, _ name: String) -> Bool {
    var rest = Substring(password)
    guard rest.hasPrefix(name) else { return false }
    while rest.hasPrefix(name) { rest = rest.dropFirst(name.count) }
    return rest.count <= 3
  }
}
