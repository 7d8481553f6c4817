// SPDX-License-Identifier: Apache-2.0

/// Has the next instances of a retrieval read while one is being sent: some megabytes in front of it, whatever the size
/// of the instances.
public struct ReadingAhead {
  private static let window: Int64 = 2 << 20

  private let instances: [StoredInstance]
  private let archive: ImageArchive
  private var current = 0
  /// Instances before this one were asked for.
  private var asked = 1
  /// Bytes of the instances from the one behind the current up to `asked`.
  private var bytes: Int64 = 0

  public init(_ instances: [StoredInstance], archive: ImageArchive) {
    self.instances = instances
    self.archive = archive
  }

  /// Called before each instance is sent, in their order.
  public mutating func next() {
    if current > 0, current < asked, current < instances.count { bytes -= instances[current].location.length }
    current += 1
    asked = max(asked, current)
    while asked < instances.count, bytes < Self.window {
      archive.prepare(instances[asked].location)
      bytes += instances[asked].location.length
      asked += 1
    }
  }
}
