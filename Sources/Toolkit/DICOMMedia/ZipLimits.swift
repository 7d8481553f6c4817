// SPDX-License-Identifier: Apache-2.0

/// What a ZIP file of a stranger may ask of its reader. Beyond any of these it is refused as a whole.
public struct ZipLimits: Sendable, Hashable {
  /// Members, folders among them: twice as many as objects that leave on one medium.
  public var members = 200_000
  /// Bytes of all members together once unpacked.
  public var totalLength: Int64 = 256 << 30
  /// Bytes that come out of one byte of the file, all members together, beyond `freeLength`. Images of CT and MR give
  /// two to four, black ones a thousand.
  public var ratio: Int64 = 100
  /// Bytes that may come out whatever the file's length.
  public var freeLength: Int64 = 64 << 20
  /// Bytes of a member's name.
  public var nameLength = 1024
  /// Bytes of the list of members.
  public var directoryLength: Int64 = 64 << 20

  public init() {}
}
