// SPDX-License-Identifier: Apache-2.0

import Foundation

extension Phantom {
  /// One frame as stored samples: 16 bits each, or three bytes for ultrasound.
  /// - Parameters:
  ///   - position: where the slice or the moment lies, from -1 to 1.
  mutating func frame(_ kind: SimulatedModality.Picture, rows: Int, columns: Int, position: Double) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(rows * columns * (kind == .ultrasound ? 3 : 2))
    for row in 0..<rows {
      let down = (Double(row) + 0.5) / Double(rows) * 2 - 1
      for column in 0..<columns {
        let right = (Double(column) + 0.5) / Double(columns) * 2 - 1
        let value = sample(kind, right, down, position)
        if kind == .ultrasound {
          let level = UInt8(min(max(value, 0), 255))
          bytes.append(level)
          bytes.append(level)
          bytes.append(level)
        } else {
          let level = UInt16(min(max(value, 0), 65535))
          bytes.append(UInt8(level & 0xFF))
          bytes.append(UInt8(level >> 8))
        }
      }
    }
    return bytes
  }

  /// The stored value at a place of the picture.
  private mutating func sample(
    _ kind: SimulatedModality.Picture, _ right: Double, _ down: Double, _ position: Double
  ) -> Double {
    switch kind {
    case .computedTomography:
      // Hounsfield units above -1024, with the noise of a low dose.
      let density = density(right, down, position)
      return density * 1000 + 24 + grain() * 18
    case .magneticResonance:
      let density = density(right, down, position)
      let signal = density <= 0.05 ? 0 : 900 - abs(density - 1) * 700
      return max(signal, 0) + abs(grain()) * 25
    case .projection:
      return 3900 - projection(right, -down) * 2300 + grain() * 20
    case .mammography:
      // A half circle of tissue on the chest wall, with strands and calcifications.
      let (x, y) = ((right + 1) / 2, down)
      let edge = 1 - x * x / 0.64 - y * y / 0.7
      if edge <= 0 { return 60 + abs(grain()) * 8 }
      let strands = sin(x * 31 + y * 17) * sin(y * 43 - x * 11)
      let calcification = (x - 0.4) * (x - 0.4) + (y - 0.1) * (y - 0.1) < 0.0004 && strands > 0 ? 1400.0 : 0
      return 1200 + edge * 900 + strands * 320 + calcification + grain() * 25
    case .ultrasound:
      // A sector with speckle; the heart of the phantom moves with the position.
      let depth = ((right * right) + (down + 1) * (down + 1)).squareRoot() / 2
      let angle = atan2(right, down + 1)
      if depth > 0.95 || abs(angle) > 0.75 { return 0 }
      let tissue = density(right * 0.7 + 0.1, depth - 0.5, position * 0.1)
      let speckle = 0.55 + 0.45 * grain()
      return max(tissue, 0.1) * speckle * 150 * (1.1 - depth)
    case .tracer:
      let mean = uptake(right, down, position) * 900
      return mean + grain() * (mean + 4).squareRoot() * 1.5
    case .planarTracer:
      var total = 0.0
      for step in 0..<8 { total += uptake(right, Double(step) / 4 - 0.875, -down) }
      return total * 60 + abs(grain()) * (total * 60 + 2).squareRoot()
    case .angiography:
      // A vessel tree that fills with contrast from frame to frame.
      let front = position * 1.1
      var contrast = 0.0
      for branch in [-0.5, -0.15, 0.2, 0.55] {
        let path = branch * (down + 1) / 2 + 0.06 * sin(down * 9 + branch * 7)
        if down < front, abs(right - path) < 0.025 { contrast = 900 }
      }
      return 2600 - projection(right, -down) * 500 - contrast + grain() * 30
    }
  }
}
