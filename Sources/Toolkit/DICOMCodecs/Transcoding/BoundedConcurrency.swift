// SPDX-License-Identifier: Apache-2.0

/// Work on numbered pieces, a few at a time.
enum BoundedConcurrency {
  /// The results for 0 up to `count`, in order. At most `workers` run at a time; the first failure ends all.
  static func map<Result: Sendable>(
    _ count: Int, workers: Int, _ body: @escaping @Sendable (Int) throws(CodecError) -> Result
  ) async throws(CodecError) -> [Result] {
    if count == 1 || workers <= 1 {
      var results: [Result] = []
      for index in 0..<count {
        if Task.isCancelled { throw CodecError(.cancelled, "cancelled") }
        results.append(try body(index))
      }
      return results
    }
    do {
      return try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var results = [Result?](repeating: nil, count: count)
        var next = 0
        while next < min(workers, count) {
          let index = next
          group.addTask { (index, try body(index)) }
          next += 1
        }
        while let (done, result) = try await group.next() {
          results[done] = result
          if next < count {
            let index = next
            group.addTask {
              try Task.checkCancellation()
              return (index, try body(index))
            }
            next += 1
          }
        }
        return results.compactMap { $0 }
      }
    } catch let error as CodecError {
      throw error
    } catch {
      throw CodecError(.cancelled, "cancelled")
    }
  }
}
