// SPDX-License-Identifier: Apache-2.0

/// How a rendered resource is wanted (PS3.18 §8.3.5.1).
public struct RenderedParameters: Hashable, Sendable {
  /// `viewport=vw,vh,sx,sy,sw,sh` (PS3.18 §8.3.5.1.3).
  public struct Viewport: Hashable, Sendable {
    /// Largest size of the image that is given, in pixels; the aspect ratio is kept.
    public var width: Int
    public var height: Int
    /// The part of the stored image that is shown; nil all of it.
    public var source: Source?

    public init(width: Int, height: Int, source: Source? = nil) {
      self.width = width
      self.height = height
      self.source = source
    }
  }

  /// A rectangle in the stored image. A negative width flips left to right, a negative height top to bottom.
  public struct Source: Hashable, Sendable {
    public var x: Double
    public var y: Double
    /// Nil reaches to the edge.
    public var width: Double?
    public var height: Double?

    public init(x: Double, y: Double, width: Double?, height: Double?) {
      self.x = x
      self.y = y
      self.width = width
      self.height = height
    }
  }

  /// `window=center,width,function` (PS3.18 §8.3.5.1.4).
  public struct Window: Hashable, Sendable {
    /// VOI LUT Function (PS3.3 §C.11.2.1.2).
    public enum Function: String, Sendable { case linear, linearExact = "linear-exact", sigmoid }

    public var center: Double
    public var width: Double
    public var function: Function

    public init(center: Double, width: Double, function: Function) {
      self.center = center
      self.width = width
      self.function = function
    }
  }

  /// What is written over the image (PS3.18 §8.3.5.1.1).
  public enum Annotation: String, Sendable { case patient, technique }

  /// Which colour profile goes with the image (PS3.18 §8.3.5.1.5).
  public enum ColourProfile: String, Sendable { case no, yes, srgb, adobergb, rommrgb }

  public static let largestViewport = 16_384

  public var viewport: Viewport?
  public var window: Window?
  /// 1 through 100.
  public var quality: Int?
  public var annotations: Set<Annotation> = []
  /// Nil leaves it to the server.
  public var colourProfile: ColourProfile?

  public init(viewport: Viewport? = nil, window: Window? = nil, quality: Int? = nil) {
    self.viewport = viewport
    self.window = window
    self.quality = quality
  }

  public init(parameters: QueryParameters) throws(WebError) {
    viewport = try parameters["viewport"].map { text throws(WebError) in try Self.viewport(text) }
    window = try parameters["window"].map { text throws(WebError) in try Self.window(text) }
    quality = try parameters.integer("quality", in: 1...100)
    annotations = try Self.annotations(parameters["annotation"] ?? "", of: "annotation")
    if let text = parameters["iccprofile"] {
      guard let profile = ColourProfile(rawValue: text.lowercased()) else {
        throw WebError(.malformed, "It is no, yes, srgb, adobergb or rommrgb.", at: "parameter iccprofile")
      }
      colourProfile = profile
    }
  }

  /// Parses `patient,technique`, with or without quotation marks.
  public static func annotations(_ text: String, of parameter: String) throws(WebError) -> Set<Annotation> {
    var annotations: Set<Annotation> = []
    for part in text.split(separator: ",") {
      guard let annotation = Annotation(rawValue: part.filter { $0 != "\"" && $0 != " " }.lowercased()) else {
        throw WebError(.malformed, "It is patient, technique or both.", at: "parameter \(parameter)")
      }
      annotations.insert(annotation)
    }
    return annotations
  }

  private static func viewport(_ text: String) throws(WebError) -> Viewport {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
    let malformed = WebError(
      .malformed, "It is written vw,vh or vw,vh,sx,sy,sw,sh; sizes from 1 to \(largestViewport).",
      at: "parameter viewport")
    guard parts.count == 2 || parts.count == 4 || parts.count == 6, let width = Int(parts[0]),
      let height = Int(parts[1]), (1...largestViewport).contains(width), (1...largestViewport).contains(height)
    else { throw malformed }
    guard parts.count > 2 else { return Viewport(width: width, height: height) }
    var numbers: [Double?] = []
    for part in parts.dropFirst(2) {
      if part.isEmpty {
        numbers.append(nil)
      } else {
        guard let number = Double(part), number.isFinite, abs(number) <= 1_000_000 else { throw malformed }
        numbers.append(number)
      }
    }
    let (x, y) = (numbers[0] ?? 0, numbers[1] ?? 0)
    let size = numbers.count == 4 ? (numbers[2], numbers[3]) : (nil, nil)
    guard x >= 0, y >= 0, size.0 != 0, size.1 != 0 else { throw malformed }
    return Viewport(width: width, height: height, source: Source(x: x, y: y, width: size.0, height: size.1))
  }

  private static func window(_ text: String) throws(WebError) -> Window {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3, let center = Double(parts[0]), let width = Double(parts[1]),
      center.isFinite, width.isFinite, width > 0,
      let function = parts.count == 2 ? .linear : Window.Function(rawValue: parts[2].lowercased())
    else {
      throw WebError(
        .malformed, "It is written center,width or center,width,function with linear, linear-exact or sigmoid.",
        at: "parameter window")
    }
    return Window(center: center, width: width, function: function)
  }
}
