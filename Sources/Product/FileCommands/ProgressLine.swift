// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A progress bar on standard error, for people who wait.
package struct ProgressLine {
  package let total: Int
  package let isShown: Bool

  package init(total: Int, isShown: Bool) {
    self.total = total
    self.isShown = isShown
    isCounting = false
  }

  /// Where nobody knows how many there are, only what is done is shown.
  private let isCounting: Bool

  package init(countingIsShown isShown: Bool) {
    total = 0
    self.isShown = isShown
    isCounting = true
  }

  private static let width = 30

  package func show(_ done: Int, _ note: String) {
    if isShown, isCounting { FileHandle.standardError.write(Data("\r\(done) \(note)".utf8)) }
    guard isShown, total > 0 else { return }
    let filled = done * Self.width / total
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: Self.width - filled)
    FileHandle.standardError.write(Data("\r[\(bar)] \(done)/\(total) \(note)".utf8))
  }

  package func end() {
    if isShown, total > 0 || isCounting { FileHandle.standardError.write(Data("\n".utf8)) }
  }
}
