// SPDX-License-Identifier: Apache-2.0

/// Query/Retrieve View (0008,0053): how images that have a classic and an enhanced form are shown (PS3.4 §C.3.5).
public enum QueryRetrieveView: String, Sendable, CaseIterable {
  /// Enhanced CT, MR and PET images as classic ones of one frame each.
  case classic = "CLASSIC"
  /// Classic CT, MR and PET images of a series as enhanced ones of many frames.
  case enhanced = "ENHANCED"
}
