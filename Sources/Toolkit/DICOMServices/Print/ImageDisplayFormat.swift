// SPDX-License-Identifier: Apache-2.0

/// Image Display Format (2010,0010): how a film is divided into image boxes (PS3.3 §C.13.3).
public enum ImageDisplayFormat: Sendable, Hashable {
  /// `STANDARD\C,R`: equal boxes in columns and rows.
  case standard(columns: Int, rows: Int)
  /// `ROW\R1,R2,…`: rows of equal height, each with its own number of boxes.
  case rows([Int])
  /// `COL\C1,C2,…`: columns of equal width, each with its own number of boxes.
  case columns([Int])
  /// `SLIDE`: 35 mm slides, their number being the printer's own.
  case slide
  /// `SUPERSLIDE`: 40 mm slides.
  case superslide
  /// `CUSTOM\i`, and slides, as the printer declares them.
  case declared(String, boxes: [Rectangle])

  /// A rectangle of a film, in parts of its width and height.
  public struct Rectangle: Sendable, Hashable {
    public var x: Double
    public var y: Double
    public var width: Double
    public var height: Double

    public init(x: Double, y: Double, width: Double, height: Double) {
      self.x = x
      self.y = y
      self.width = width
      self.height = height
    }
  }

  /// Boxes of a film at the most.
  public static let maximumBoxes = 400
  /// Slides stand in this grid where nothing else is declared: mounts of 50 mm on a film of 8 by 10 inches.
  private static let slides = (columns: 4, rows: 5)

  /// The value, its parts joined by backslashes; nil where it is none of these, or would have more than
  /// `maximumBoxes`.
  /// - Parameter declared: layouts that both sides know: `CUSTOM\i` is none without one.
  public init?(_ text: String, declared: DeclaredDisplayFormats = .none) {
    if let boxes = declared.boxes(of: text) {
      self = .declared(DeclaredDisplayFormats.name(text), boxes: boxes)
      return
    }
    let parts = text.split(separator: "\\", maxSplits: 1).map(String.init)
    let numbers = parts.count > 1 ? parts[1].split(separator: ",").map { Int($0.trimmed) } : []
    let counts = numbers.compactMap { $0 }.filter { (1...Self.maximumBoxes).contains($0) }
    guard let name = parts.first?.trimmed, counts.count == numbers.count else { return nil }
    switch (name, counts.count) {
    case ("STANDARD", 2): self = .standard(columns: counts[0], rows: counts[1])
    case ("ROW", 1...): self = .rows(counts)
    case ("COL", 1...): self = .columns(counts)
    case ("SLIDE", 0): self = .slide
    case ("SUPERSLIDE", 0): self = .superslide
    default: return nil
    }
    guard boxCount <= Self.maximumBoxes else { return nil }
  }

  /// The value of Image Display Format.
  public var text: String {
    switch self {
    case .standard(let columns, let rows): "STANDARD\\\(columns),\(rows)"
    case .rows(let counts): "ROW\\" + counts.map(String.init).joined(separator: ",")
    case .columns(let counts): "COL\\" + counts.map(String.init).joined(separator: ",")
    case .slide: "SLIDE"
    case .superslide: "SUPERSLIDE"
    case .declared(let name, _): name
    }
  }

  public var boxCount: Int {
    switch self {
    case .standard(let columns, let rows): columns * rows
    case .rows(let counts), .columns(let counts): counts.reduce(0, +)
    case .slide, .superslide: Self.slides.columns * Self.slides.rows
    case .declared(_, let boxes): boxes.count
    }
  }

  /// The boxes by Image Box Position (2020,0010), the first being 1: row by row, in `COL` column by column.
  public var boxes: [Rectangle] {
    switch self {
    case .standard(let columns, let rows): Self.grid(columns, rows)
    case .slide, .superslide: Self.grid(Self.slides.columns, Self.slides.rows)
    case .declared(_, let boxes): boxes
    case .rows(let counts):
      counts.enumerated().flatMap { row, count in
        (0..<count).map {
          Rectangle(
            x: Double($0) / Double(count), y: Double(row) / Double(counts.count), width: 1 / Double(count),
            height: 1 / Double(counts.count))
        }
      }
    case .columns(let counts):
      counts.enumerated().flatMap { column, count in
        (0..<count).map {
          Rectangle(
            x: Double(column) / Double(counts.count), y: Double($0) / Double(count), width: 1 / Double(counts.count),
            height: 1 / Double(count))
        }
      }
    }
  }

  private static func grid(_ columns: Int, _ rows: Int) -> [Rectangle] {
    (0..<columns * rows).map {
      Rectangle(
        x: Double($0 % columns) / Double(columns), y: Double($0 / columns) / Double(rows), width: 1 / Double(columns),
        height: 1 / Double(rows))
    }
  }
}

extension StringProtocol {
  /// Without spaces at both ends.
  var trimmed: String {
    var part = Substring(self)
    while part.last == " " { part.removeLast() }
    while part.first == " " { part.removeFirst() }
    return String(part)
  }
}
