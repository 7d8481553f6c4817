// SPDX-License-Identifier: Apache-2.0

import Archive
import Synchronization

/// Keeps images with several frames for a while, since their frames are asked for one by one; bounded in bytes, the
/// longest unused goes first.
final class ImageCache: Sendable {
  private struct Entry {
    var image: StoredImage
    var lastUse: Int
  }

  private struct State {
    var entries: [StoredLocation: Entry] = [:]
    var cost = 0
    var clock = 0
  }

  private let capacity: Int
  private let state = Mutex(State())

  init(capacity: Int) { self.capacity = capacity }

  func image(_ instance: StoredInstance, archive: ImageArchive) throws -> StoredImage {
    if let known = cached(instance.location) { return known }
    let image = try StoredImage(instance, archive: archive)
    if image.frameCount > 1, image.memoryCost <= capacity { keep(image) }
    return image
  }

  private func cached(_ location: StoredLocation) -> StoredImage? {
    state.withLock { state in
      guard state.entries[location] != nil else { return nil }
      state.clock += 1
      state.entries[location]?.lastUse = state.clock
      return state.entries[location]?.image
    }
  }

  private func keep(_ image: StoredImage) {
    state.withLock { state in
      state.clock += 1
      let location = image.instance.location
      if state.entries.updateValue(Entry(image: image, lastUse: state.clock), forKey: location) == nil {
        state.cost += image.memoryCost
      }
      while state.cost > capacity, let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
        state.entries.removeValue(forKey: oldest.key)
        state.cost -= oldest.value.image.memoryCost
      }
    }
  }
}
