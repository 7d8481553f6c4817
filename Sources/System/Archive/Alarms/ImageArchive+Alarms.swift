// SPDX-License-Identifier: Apache-2.0

extension ImageArchive {
  /// What is over once an instance was stored.
  private static let overOnceStored: [Alarm.Kind] = [.storageFull, .storageFailed, .writersBusy, .indexUnavailable]

  /// Runs a step of an instance's way in, and raises an alarm where the archive fails.
  func watching<Result>(_ step: () throws -> Result) throws -> Result {
    do {
      return try step()
    } catch let error as ArchiveError {
      note(error)
      throw error
    }
  }

  /// Raises the alarm that an error stands for.
  public func note(_ error: any Error) {
    guard let error = error as? ArchiveError else { return alarms.raise(.fault, .critical, "\(error)") }
    switch error.code {
    case .storageFull: alarms.raise(.storageFull, .critical, error.description)
    case .storageFailed: alarms.raise(.storageFailed, .critical, error.description)
    case .tooManyWriters: alarms.raise(.writersBusy, .warning, error.description)
    case .indexUnavailable: alarms.raise(.indexUnavailable, .critical, error.description)
    // A sink that outlives the archive, at the end of the process, is told so.
    case .misuse: if isStarted { alarms.raise(.fault, .warning, error.description) }
    case .missing, .damaged: break
    }
  }

  /// An instance was stored: whatever was in the way is gone.
  func storedAgain() {
    for kind in Self.overOnceStored { alarms.clear(kind) }
  }
}
