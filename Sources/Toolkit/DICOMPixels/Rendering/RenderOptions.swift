// SPDX-License-Identifier: Apache-2.0

/// How a frame is to be shown (PS3.18 §8.3.5).
public struct RenderOptions: Sendable, Hashable {
  /// A part of the image, in pixels of the stored matrix.
  public struct Region: Sendable, Hashable {
    public var x: Int
    public var y: Int
    public var width: Int
    public var height: Int

    public init(x: Int, y: Int, width: Int, height: Int) {
      self.x = x
      self.y = y
      self.width = width
      self.height = height
    }
  }

  /// Replaces the image's own window.
  public var window: Window?
  /// The result fits into this many pixels, larger or smaller than the image; nil keeps the image's size.
  public var viewport: (width: Int, height: Int)? {
    get { width.flatMap { width in height.map { (width, $0) } } }
    set {
      width = newValue?.width
      height = newValue?.height
    }
  }
  /// Images that are smaller than the viewport are not enlarged.
  public var onlyShrinks: Bool
  public var region: Region?
  /// Without a viewport, one pixel of the result for each of the image, whatever shape they have: positions in the
  /// result are positions in the image.
  public var keepsMatrix = false
  private var width: Int?
  private var height: Int?

  public init(
    window: Window? = nil, viewport: (width: Int, height: Int)? = nil, onlyShrinks: Bool = false, region: Region? = nil
  ) {
    self.window = window
    self.onlyShrinks = onlyShrinks
    self.region = region
    width = viewport?.width
    height = viewport?.height
  }
}
