// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Where in a data set a reader of a model is, made into text only for an error. Of a deep path the beginning is left
/// out.
struct AttributePathText {
  private struct Step {
    let tag: Tag
    let item: Int
  }

  private static let longest = 32

  static let root = AttributePathText()

  private var steps: [Step] = []
  private var isCut = false

  var isInItem: Bool { !steps.isEmpty }

  /// The path of an item, counted from 0.
  func item(_ tag: Tag, _ index: Int) -> AttributePathText {
    var result = self
    if steps.count == Self.longest {
      result.steps.removeFirst()
      result.isCut = true
    }
    result.steps.append(Step(tag: tag, item: index))
    return result
  }

  var text: String { (isCut ? "…." : "") + steps.map { "\($0.tag)[\($0.item)]" }.joined(separator: ".") }

  func element(_ tag: Tag) -> String { steps.isEmpty ? "\(tag)" : "\(text).\(tag)" }
}
