// SPDX-License-Identifier: Apache-2.0

import DICOMCore

extension DataSet {
  /// The VR of an attribute here: that of the element, unless it is UN, else what the dictionary says; nil where
  /// neither knows one.
  ///
  /// Of two VRs, US or SS follows Pixel Representation, OB or OW follows Bits Allocated (PS3.5 §8.2, §A.2). Private
  /// attributes are looked up under their creator.
  public func vr(for tag: Tag) -> VR? {
    if let vr = self[tag]?.vr, vr != .UN { return vr }
    guard let entry = DataDictionary.entry(for: tag) else {
      return PrivateDictionary.entry(for: tag, in: self)?.vr ?? self[tag]?.vr
    }
    if entry.vrs.contains(.US), entry.vrs.contains(.SS) {
      return integer(.pixelRepresentation) == 1 ? .SS : .US
    }
    if entry.vrs.contains(.OB), entry.vrs.contains(.OW) {
      return (integer(.bitsAllocated) ?? 16) > 8 ? .OW : .OB
    }
    return entry.vrs.first
  }

  /// Sets the values of an attribute whose VR the data set or the dictionary knows, checked by the rules of the VR.
  public mutating func set(
    _ tag: Tag, to values: AttributeValues, options: ValueOptions = ValueOptions()
  ) throws(ValueError) {
    guard let vr = vr(for: tag) else {
      throw ValueError(.unknownVR, "The dictionary does not know the attribute.", vr: .UN, tag: tag)
    }
    try set(tag, vr, to: values, options: options)
  }

  /// Sets the values at a path, checked by the rules of the VR.
  /// - Parameters:
  ///   - vr: nil takes that of the element that is there, else of the dictionary.
  ///   - creating: supplies what is absent on the way.
  public mutating func set(
    _ values: AttributeValues, at path: AttributePath, vr: VR? = nil, creating: Bool = true,
    options: ValueOptions = ValueOptions()
  ) throws(AttributePathError) {
    guard path.last.item == nil else {
      throw AttributePathError(.notASequence, "An item has no value.", path: "\(path)")
    }
    try modify(at: path, creating: creating) { (holder, tag) throws(AttributePathError) in
      do throws(ValueError) {
        if let vr {
          try holder.set(tag, vr, to: values, options: options)
        } else {
          try holder.set(tag, to: values, options: options)
        }
      } catch {
        throw AttributePathError(.invalidValue, error.reason, path: "\(path)")
      }
    }
  }
}
