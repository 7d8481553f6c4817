// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import Synchronization

/// Keeps frames that were encoded for a client, since readers come back to what they have just seen; bounded in bytes,
/// the longest unused go first.
final class EncodedFrameCache: Sendable {
  private struct Key: Hashable {
    var location: StoredLocation
    var frame: Int
    var purpose: String
  }

  private struct State {
    var frames: [Key: (bytes: ByteSlice, lastUse: Int)] = [:]
    var cost = 0
    var clock = 0
  }

  private let capacity: Int
  private let state = Mutex(State())

  init(capacity: Int) { self.capacity = capacity }

  /// A frame, counted from 0, in another encapsulated transfer syntax than the stored one.
  func frame(of image: StoredImage, _ frame: Int, as target: TransferSyntax) throws -> ByteSlice {
    try bytes(of: image, frame, purpose: target.uid.rawValue) { try image.encoded(frame, as: target) }
  }

  /// What is made of a frame for a purpose, made only where it is not kept.
  func bytes(
    of image: StoredImage, _ frame: Int, purpose: String, make: () throws -> ByteSlice
  ) throws -> ByteSlice {
    let key = Key(location: image.instance.location, frame: frame, purpose: purpose)
    if let known = known(key) { return known }
    let bytes = try make()
    keep(bytes, as: key)
    return bytes
  }

  private func known(_ key: Key) -> ByteSlice? {
    state.withLock { state in
      state.clock += 1
      state.frames[key]?.lastUse = state.clock
      return state.frames[key]?.bytes
    }
  }

  private func keep(_ bytes: ByteSlice, as key: Key) {
    guard bytes.count <= capacity / 4 else { return }
    state.withLock { state in
      state.clock += 1
      if let old = state.frames.updateValue((bytes, state.clock), forKey: key) { state.cost -= old.bytes.count }
      state.cost += bytes.count
      guard state.cost > capacity else { return }
      for (key, frame) in state.frames.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
        if state.cost <= capacity / 4 * 3 { break }
        state.frames.removeValue(forKey: key)
        state.cost -= frame.bytes.count
      }
    }
  }
}
