// SPDX-License-Identifier: Apache-2.0

/// The version of this program.
public enum Version {
  public static let number = "0.1.0"
  /// Implementation Version Name (PS3.7 §D.3.3.2), at most 16 characters.
  public static let implementationName = "MARTLET_0.1.0"
}
