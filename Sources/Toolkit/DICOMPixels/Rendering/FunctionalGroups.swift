// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Multi-frame functional groups (PS3.3 §C.7.6.16).
public enum FunctionalGroups {
  /// The items of a functional group macro for a frame, counted from 0: its own, else the shared ones.
  public static func items(_ dataSet: DataSet, _ macro: Tag, frame: Int) -> [DataSet] {
    if case .items(let frames)? = dataSet[.perFrameFunctionalGroupsSequence]?.value, frames.indices.contains(frame) {
      let own = frames[frame].items(macro)
      if !own.isEmpty { return own }
    }
    return dataSet.items(.sharedFunctionalGroupsSequence).first?.items(macro) ?? []
  }

  /// The first item of a functional group macro for a frame, counted from 0: its own, else the shared one.
  public static func item(_ dataSet: DataSet, _ macro: Tag, frame: Int) -> DataSet? {
    items(dataSet, macro, frame: frame).first
  }
}
