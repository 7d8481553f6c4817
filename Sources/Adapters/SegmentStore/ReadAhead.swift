// SPDX-License-Identifier: Apache-2.0

import Archive
import Foundation

/// Reads into the cache what is about to be asked for, so that the disk works while a socket does. What is on its way
/// is claimed: nobody reads it twice. The cache bounds how much may wait in it unused.
final class ReadAhead: Sendable {
  /// Bytes in front of a reader that are asked for.
  static let window: Int64 = 2 << 20
  /// More would share one disk's speed.
  static let maximumThreads = 3
  /// Seconds after which a thread without work ends.
  static let patience = 5

  private struct Place: Hashable {
    let file: String
    let index: Int
  }

  private struct Job {
    let files: SegmentFiles
    let file: String
    let blocks: Range<Int>
  }

  private struct State {
    var queue: [Job] = []
    /// Blocks that wait in the queue or are being read.
    var claimed: Set<Place> = []
    var threads = 0
    var idle = 0
  }

  private let monitor = Monitor()
  private let work = Monitor.Condition()
  private let done = Monitor.Condition()
  private nonisolated(unsafe) var state = State()  // Guarded by `monitor`.

  /// Has a range of a file read, as far as the window goes, the file is final and the cache has room.
  func request(_ files: SegmentFiles, _ path: String, from start: Int64, to end: Int64) {
    let size = Int64(BlockCache.blockSize)
    let end = min(end, start + Self.window, files.finalEnd(path))
    guard end > start else { return }
    var (missing, room) = files.cache.missing(path, Int(start / size)..<Int((end + size - 1) / size))
    if missing.isEmpty { return }
    monitor.lock()
    defer { monitor.unlock() }
    room -= state.claimed.count
    var run: Range<Int>?
    for index in missing where room > 0 && state.claimed.insert(Place(file: path, index: index)).inserted {
      room -= 1
      if let begun = run, begun.upperBound == index, begun.count < SegmentReader.runLength {
        run = begun.lowerBound..<index + 1
      } else {
        if let run { enqueue(Job(files: files, file: path, blocks: run)) }
        run = index..<index + 1
      }
    }
    if let run { enqueue(Job(files: files, file: path, blocks: run)) }
  }

  /// Whether a block is being read: then it waits until that is over. A block that nobody has begun with is left to the
  /// caller.
  func isComing(_ path: String, _ index: Int) -> Bool {
    monitor.lock()
    defer { monitor.unlock() }
    let place = Place(file: path, index: index)
    guard state.claimed.contains(place) else { return false }
    if let waiting = state.queue.firstIndex(where: { $0.file == path && $0.blocks.contains(index) }) {
      release(state.queue.remove(at: waiting))
      return false
    }
    while state.claimed.contains(place) { monitor.wait(done) }
    return true
  }

  /// Whether a block waits to be read, or is being read.
  func isClaimed(_ path: String, _ index: Int) -> Bool {
    monitor.lock()
    defer { monitor.unlock() }
    return state.claimed.contains(Place(file: path, index: index))
  }

  /// Called with the monitor locked.
  private func enqueue(_ job: Job) {
    state.queue.append(job)
    if state.idle > 0 {
      monitor.signal(work)
    } else if state.threads < Self.maximumThreads {
      state.threads += 1
      Thread { self.run() }.start()
    }
  }

  /// Called with the monitor locked.
  private func release(_ job: Job) {
    for index in job.blocks { state.claimed.remove(Place(file: job.file, index: index)) }
    monitor.broadcast(done)
  }

  private func run() {
    monitor.lock()
    defer { monitor.unlock() }
    while true {
      if state.queue.isEmpty {
        state.idle += 1
        monitor.wait(work, seconds: Self.patience)
        state.idle -= 1
        guard !state.queue.isEmpty else { break }
      }
      let job = state.queue.removeFirst()
      monitor.unlock()
      read(job)
      monitor.lock()
      release(job)
    }
    state.threads -= 1
  }

  /// What cannot be read is met again by who asks for it.
  private func read(_ job: Job) {
    var reader = SegmentReader(job.files, job.file)
    try? reader.fill(job.blocks)
  }
}
