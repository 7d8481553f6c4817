// SPDX-License-Identifier: Apache-2.0

/// Image display formats that a printer declares itself: `CUSTOM\i`, and how many slides are on a film, which the
/// standard leaves to both sides (PS3.3 §C.13.3, PS3.2).
public struct DeclaredDisplayFormats: Sendable, Hashable {
  /// Formats of a printer at the most.
  public static let maximumCount = 100
  public static let none = DeclaredDisplayFormats()

  /// A declaration that cannot be.
  public struct Fault: Error, Hashable {
    public let reason: String
  }

  private var layouts: [String: [ImageDisplayFormat.Rectangle]] = [:]
  /// As it was declared.
  public private(set) var text = ""

  private init() {}

  /// Declarations that are parted by semicolons: a number or `CUSTOM\number`, `SLIDE` or `SUPERSLIDE`, an equals sign,
  /// and a layout. That is another format with a space in place of its backslash (`ROW 1,2`), or the boxes by their
  /// position, parted by commas: x, y, width and height in percent of the film, from its top left corner.
  public init(_ text: String) throws(Fault) {
    self.text = text
    for declaration in text.split(separator: ";") where !declaration.trimmed.isEmpty {
      let sides = declaration.split(separator: "=", maxSplits: 1)
      guard sides.count == 2, let name = Self.declaredName(sides[0].trimmed) else {
        throw Fault(reason: "\"\(declaration.trimmed)\" does not begin with a number, SLIDE or SUPERSLIDE, and =")
      }
      guard layouts[name] == nil else { throw Fault(reason: "\(name) is declared twice") }
      guard layouts.count < Self.maximumCount else { throw Fault(reason: "more than \(Self.maximumCount) formats") }
      layouts[name] = try Self.layout(sides[1].trimmed, of: name)
    }
  }

  /// The boxes that a value of Image Display Format stands for; nil where none are declared for it.
  func boxes(of text: String) -> [ImageDisplayFormat.Rectangle]? { layouts[Self.name(text)] }

  /// A value of Image Display Format without its padding.
  static func name(_ text: String) -> String {
    text.split(separator: "\\", omittingEmptySubsequences: false).map(\.trimmed).joined(separator: "\\")
  }

  private static func declaredName(_ text: String) -> String? {
    if ["SLIDE", "SUPERSLIDE"].contains(text) { return text }
    let digits = text.hasPrefix("CUSTOM\\") ? String(text.dropFirst("CUSTOM\\".count)) : text
    guard let number = Int(digits), (1...65_535).contains(number) else { return nil }
    return "CUSTOM\\\(number)"
  }

  private static func layout(_ text: String, of name: String) throws(Fault) -> [ImageDisplayFormat.Rectangle] {
    let words = text.split(separator: " ", maxSplits: 1).map(String.init)
    if let first = words.first, first.contains(where: \.isLetter) {
      guard let format = ImageDisplayFormat(words.joined(separator: "\\")) else {
        throw Fault(reason: "\"\(text)\" of \(name) is no image display format")
      }
      return format.boxes
    }
    var boxes: [ImageDisplayFormat.Rectangle] = []
    for part in text.split(separator: ",") {
      let numbers = part.split(separator: " ").map { Double($0) }
      let known = numbers.compactMap { $0 }
      guard numbers.count == 4, known.count == 4, known.allSatisfy({ (0...100).contains($0) }), known[2] > 0,
        known[3] > 0, known[0] + known[2] <= 100.001, known[1] + known[3] <= 100.001
      else { throw Fault(reason: "\"\(part.trimmed)\" of \(name) is no x, y, width and height in percent of a film") }
      boxes.append(.init(x: known[0] / 100, y: known[1] / 100, width: known[2] / 100, height: known[3] / 100))
    }
    guard (1...ImageDisplayFormat.maximumBoxes).contains(boxes.count) else {
      throw Fault(reason: "\(name) has no boxes, or more than \(ImageDisplayFormat.maximumBoxes)")
    }
    return boxes
  }
}
