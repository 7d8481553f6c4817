// SPDX-License-Identifier: Apache-2.0

/// Which values of interest are shown (PS3.3 §C.11.2).
public enum VOISelection: Sendable, Hashable {
  /// The image's first window or VOI LUT, else the range of the values in the frame.
  case automatic
  /// One of the image's alternatives, counted from 0: its windows, then its VOI LUTs.
  case stored(Int)
  /// A window of the caller, in the unit that `RenderOptions.windowsAreRealWorld` says.
  case window(Window)
  /// From the least to the greatest value of the frame, padding left out.
  case frameRange
  /// All values that can be stored.
  case storedRange
}
