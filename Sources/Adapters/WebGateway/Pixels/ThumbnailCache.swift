// SPDX-License-Identifier: Apache-2.0

import Archive
import NIOCore
import Synchronization

/// Keeps small pictures, since lists show the same ones over and over again; bounded in bytes, the longest unused goes
/// first.
final class ThumbnailCache: Sendable {
  struct Key: Hashable, Sendable {
    var location: StoredLocation
    var frame: Int
    var width: Int
    var height: Int
    var type: String
  }

  private struct State {
    var pictures: [Key: (bytes: ByteBuffer, lastUse: Int)] = [:]
    var cost = 0
    var clock = 0
  }

  private let capacity: Int
  private let state = Mutex(State())

  init(capacity: Int) { self.capacity = capacity }

  subscript(key: Key) -> ByteBuffer? {
    state.withLock { state in
      state.clock += 1
      state.pictures[key]?.lastUse = state.clock
      return state.pictures[key]?.bytes
    }
  }

  func keep(_ bytes: ByteBuffer, as key: Key) {
    state.withLock { state in
      state.clock += 1
      if let old = state.pictures.updateValue((bytes, state.clock), forKey: key) {
        state.cost -= old.bytes.readableBytes
      }
      state.cost += bytes.readableBytes
      guard state.cost > capacity else { return }
      for (key, picture) in state.pictures.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
        if state.cost <= capacity / 4 * 3 { break }
        state.pictures.removeValue(forKey: key)
        state.cost -= picture.bytes.readableBytes
      }
    }
  }
}
