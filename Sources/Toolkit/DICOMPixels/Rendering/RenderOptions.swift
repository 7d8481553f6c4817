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

  /// Which values are shown between black and white. Where a presentation state is applied, anything but `.automatic`
  /// wins over it.
  public var voi = VOISelection.automatic
  /// A window of the caller says values in the unit of the image's first Real World Value Mapping, not in that of its
  /// modality transform.
  public var windowsAreRealWorld = false
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
  /// Bits of a sample in the result: 8 or 16.
  public var bits = 8
  /// The image's overlay planes are burned in; those of a presentation state in any case.
  public var showsOverlays = true
  /// The image's own Display Shutter covers what lies outside.
  public var showsShutter = true
  /// Pixel padding is black, whatever the window.
  public var blackensPadding = true
  /// Turns P-values into the driving levels of a display; nil leaves P-values.
  public var display: DisplayCalibration?
  /// A presentation state to apply: its transforms, overlays, shutter, geometry and drawings instead of the image's own
  /// and of `region`.
  public var presentation: SoftcopyPresentation?
  /// Distance of the display's pixels in mm, for what a presentation state shows at true size.
  public var displayPixelSpacing = 25.4 / 96
  private var width: Int?
  private var height: Int?

  public init(
    window: Window? = nil, viewport: (width: Int, height: Int)? = nil, onlyShrinks: Bool = false, region: Region? = nil
  ) {
    self.onlyShrinks = onlyShrinks
    self.region = region
    width = viewport?.width
    height = viewport?.height
    self.window = window
  }

  /// A window that replaces the image's own.
  public var window: Window? {
    get { if case .window(let window) = voi { window } else { nil } }
    set { voi = newValue.map { .window($0) } ?? .automatic }
  }
}
