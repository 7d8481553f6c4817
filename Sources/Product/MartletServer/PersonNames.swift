// SPDX-License-Identifier: Apache-2.0

/// Names that people write as they speak them.
enum PersonNames {
  /// A name as PN (PS3.5 §6.2): the last word is the family name, unless it is written as PN already.
  static func pn(_ name: String) -> String {
    if name.contains("^") { return name }
    let words = name.split(separator: " ")
    guard let family = words.last, words.count > 1 else { return name }
    return family + "^" + words.dropLast().joined(separator: " ")
  }
}
