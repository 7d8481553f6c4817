// SPDX-License-Identifier: Apache-2.0

/// Senders and destinations of messages, as an administrator keeps them. Functions block.
public protocol MessagingDirectory: Sendable {
  func destinations() throws -> [Destination]
  func save(_ destination: Destination) throws
  func removeDestination(_ name: String) throws -> Bool

  func profiles() throws -> [SenderProfile]
  /// Adds the profile of a sender, or replaces it.
  func save(_ profile: SenderProfile) throws
  func removeProfile(of sender: MessageSender) throws -> Bool
}
