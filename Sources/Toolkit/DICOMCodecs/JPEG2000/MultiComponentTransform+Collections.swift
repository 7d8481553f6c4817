// SPDX-License-Identifier: Apache-2.0

extension MultiComponentTransform {
  /// A transform of some components (ISO/IEC 15444-2 §J.2).
  struct Collection: Hashable {
    /// How outputs are made of inputs.
    enum Kind: Hashable {
      case copy
      /// A row of factors for each output.
      case matrix([Double])
      /// Steps that change one component each, in integers; a row for each component, a column for each step.
      case reversibleMatrix([Double])
      /// Each component from those before it; rows of the triangle below the diagonal.
      case dependency([Double])
      /// The same in integers; each row but the first ends with its divisor.
      case reversibleDependency([Double])
      case wavelet(ComponentWavelet)

      /// It may make more or fewer components of its inputs.
      var isMatrix: Bool {
        if case .matrix = self { return true }
        return false
      }
    }

    let inputs: [Int]
    let outputs: [Int]
    let kind: Kind
    /// Added to each output; by dependencies before the next one is made of it.
    let offsets: [Double]?

    /// Steps for each pixel.
    var work: Int {
      switch kind {
      case .copy: outputs.count
      case .wavelet(let wavelet): wavelet.work(outputs.count)
      case .dependency(let factors), .reversibleDependency(let factors): factors.count + outputs.count
      case .matrix(let factors), .reversibleMatrix(let factors): factors.count + outputs.count
      }
    }

    /// The outputs. Integers below 2⁵³ stay exact, so that reversible transforms are.
    func outputs(of block: [[Double]]) -> [[Double]] {
      var lines = inputs.map { block[$0] }
      switch kind {
      case .copy: break
      case .matrix(let factors): lines = multiplied(lines, factors)
      case .reversibleMatrix(let steps): Self.step(&lines, steps)
      case .dependency(let factors): addDependencies(&lines, factors, isReversible: false)
      case .reversibleDependency(let factors): addDependencies(&lines, factors, isReversible: true)
      case .wavelet(let wavelet): lines = wavelet.synthesized(lines)
      }
      if let offsets, !isDependency {
        for (row, offset) in offsets.enumerated() { Self.add(offset, to: &lines[row]) }
      }
      return lines
    }

    private var isDependency: Bool {
      switch kind {
      case .dependency, .reversibleDependency: true
      default: false
      }
    }

    private func multiplied(_ lines: [[Double]], _ factors: [Double]) -> [[Double]] {
      outputs.indices.map { row in
        var sum = [Double](repeating: 0, count: lines.first?.count ?? 0)
        for (column, line) in lines.enumerated() {
          Self.add(line, times: factors[row * lines.count + column], to: &sum)
        }
        return sum
      }
    }

    /// Single-row elementary steps, from the last component to the first and once more to the last. The factor of the
    /// component itself divides; a negative one of the last step turns the sign.
    private static func step(_ lines: inout [[Double]], _ factors: [Double]) {
      let count = lines.count
      for step in 0...count {
        let target = count - 1 - step % count
        let divisor = factors[target * (count + 1) + step]
        var sum = [Double](repeating: (abs(divisor) / 2).rounded(.down), count: lines[target].count)
        for source in 0..<count where source != target {
          add(lines[source], times: factors[source * (count + 1) + step], to: &sum)
        }
        for index in sum.indices {
          let value = lines[target][index] - (sum[index] / abs(divisor)).rounded(.down)
          lines[target][index] = divisor < 0 ? -value : value
        }
      }
    }

    private func addDependencies(_ lines: inout [[Double]], _ factors: [Double], isReversible: Bool) {
      var next = 0
      for row in lines.indices {
        if let offsets { Self.add(offsets[row], to: &lines[row]) }
        guard row > 0 else { continue }
        let divisor = isReversible ? factors[next + row] : 1
        var sum = [Double](
          repeating: isReversible ? (divisor / 2).rounded(.down) : 0, count: lines[row].count)
        for source in 0..<row { Self.add(lines[source], times: factors[next + source], to: &sum) }
        next += isReversible ? row + 1 : row
        for index in sum.indices {
          lines[row][index] += isReversible ? (sum[index] / divisor).rounded(.down) : sum[index]
        }
      }
    }

    private static func add(_ offset: Double, to line: inout [Double]) {
      guard offset != 0 else { return }
      for index in line.indices { line[index] += offset }
    }

    private static func add(_ line: [Double], times factor: Double, to sum: inout [Double]) {
      guard factor != 0 else { return }
      for index in sum.indices { sum[index] += factor * line[index] }
    }
  }
}
