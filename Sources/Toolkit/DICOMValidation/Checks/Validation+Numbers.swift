// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

extension Validation {
  /// Attributes that a module gives a least number of values.
  mutating func checkNumbers(_ uses: [Use]) {
    for entry in NumberTable.leastValues {
      guard let use = uses.first(where: { $0.module.key == entry.module }), let values = root.strings(entry.tag),
        !values.isEmpty, values.count < entry.count
      else { continue }
      report(
        .wrongMultiplicity, .error, entry.tag, module: use.module,
        "\(Self.label(entry.tag)) has \(values.count) value\(values.count == 1 ? "" : "s"); "
          + "the \(use.module.name) Module asks for \(entry.count).")
    }
  }

  /// Numbers that make no sense at zero, and directions that are none.
  mutating func checkRange(_ element: DataElement, _ dataSet: DataSet) {
    let tag = element.tag
    let isDistance = NumberTable.nonZeroDistances.contains(tag)
    if isDistance || NumberTable.nonZeroQuantities.contains(tag), let numbers = dataSet.doubles(tag),
      numbers.contains(0)
    {
      report(
        .valueRange, isDistance ? .error : .warning, tag, clause: "PS3.5 7.4",
        "\(Self.label(tag)) is zero, which is no possible value.")
    }
    guard NumberTable.unitVectors.contains(tag), let numbers = dataSet.doubles(tag), numbers.count % 3 == 0 else {
      return
    }
    for start in stride(from: 0, to: numbers.count, by: 3) {
      let square = numbers[start..<start + 3].reduce(0) { $0 + $1 * $1 }
      if abs(square - 1) > 2 * NumberTable.unitTolerance {
        report(
          .valueRange, .error, tag, clause: "PS3.3 C.7.6.2.1.1",
          "\(Self.label(tag)) has a direction whose length is not 1.")
        return
      }
    }
  }
}
