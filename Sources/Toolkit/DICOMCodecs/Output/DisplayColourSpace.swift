// SPDX-License-Identifier: Apache-2.0

import DICOMPixels
import LibLCMS

/// A colour space that pictures can be converted to (PS3.18 §8.3.5.1.5), by Little CMS.
public enum DisplayColourSpace: String, Sendable, Hashable, CaseIterable {
  /// IEC 61966-2-1.
  case sRGB = "srgb"
  /// Adobe RGB (1998).
  case adobeRGB = "adobergb"
  /// ROMM RGB, ISO 22028-2.
  case rommRGB = "rommrgb"

  /// A profile that an image carries may be this long, in bytes.
  public static let maximumProfileLength = 16 << 20

  /// The ICC profile of the space.
  public func profile() throws(CodecError) -> [UInt8] {
    let profile = try LoadedProfile(self)
    defer { profile.close() }
    return try profile.bytes()
  }

  /// A picture in this space, with the space's profile.
  ///
  /// The colours are taken as those of the picture's own profile, as sRGB where it has none. Grey pictures come back as
  /// they are: their values are P-values and have no colour.
  /// - Throws: `.corrupt` where the picture's profile cannot be read, `.unsupported` where it is not for RGB, `.limit`
  ///   where it is too long.
  public func convert(_ picture: RenderedImage) throws(CodecError) -> RenderedImage {
    guard picture.samples == 3 else { return picture }
    let source: LoadedProfile
    if let own = picture.iccProfile { source = try LoadedProfile(own) } else { source = try LoadedProfile(.sRGB) }
    defer { source.close() }
    let target = try LoadedProfile(self)
    defer { target.close() }
    let format = Self.rgb | UInt32(picture.bits / 8)
    guard
      let transform = cmsCreateTransform(
        source.handle, format, target.handle, format, UInt32(INTENT_PERCEPTUAL), UInt32(cmsFLAGS_NOCACHE))
    else { throw CodecError(.corrupt, "the ICC profile has no transform to \(rawValue)") }
    defer { cmsDeleteTransform(transform) }
    let bytes = [UInt8](unsafeUninitializedCapacity: picture.bytes.count) { output, count in
      picture.bytes.withUnsafeBytes { input in
        cmsDoTransform(transform, input.baseAddress, output.baseAddress, UInt32(picture.width * picture.height))
      }
      count = picture.bytes.count
    }
    return RenderedImage(
      width: picture.width, height: picture.height, samples: 3, bits: picture.bits, bytes: bytes,
      iccProfile: try target.bytes())
  }

  /// `TYPE_RGB_8` without its sample length: three channels of PT_RGB, interleaved, in the byte order of the machine.
  private static let rgb = UInt32(PT_RGB) << 16 | 3 << 3
}

/// A profile that Little CMS has open; whoever makes it closes it.
private struct LoadedProfile {
  let handle: cmsHPROFILE

  /// The profile of an image.
  init(_ bytes: [UInt8]) throws(CodecError) {
    guard bytes.count <= DisplayColourSpace.maximumProfileLength else {
      throw CodecError(.limit, "an ICC profile of \(bytes.count) bytes")
    }
    guard let handle = cmsOpenProfileFromMem(bytes, UInt32(bytes.count)) else {
      throw CodecError(.corrupt, "the ICC profile cannot be read")
    }
    guard cmsGetColorSpace(handle) == cmsSigRgbData else {
      cmsCloseProfile(handle)
      throw CodecError(.unsupported, "the ICC profile is not one for RGB")
    }
    self.handle = handle
  }

  init(_ space: DisplayColourSpace) throws(CodecError) {
    let made =
      switch space {
      case .sRGB: cmsCreate_sRGBProfile()
      case .adobeRGB:
        Self.make(
          white: (0.3127, 0.3290), red: (0.64, 0.33), green: (0.21, 0.71), blue: (0.15, 0.06),
          curve: cmsBuildGamma(nil, 563.0 / 256))
      case .rommRGB:
        // Linear below 1/32, a gamma of 1.8 above.
        Self.make(
          white: (0.3457, 0.3585), red: (0.7347, 0.2653), green: (0.1596, 0.8404), blue: (0.0366, 0.0001),
          curve: cmsBuildParametricToneCurve(nil, 4, [1.8, 1, 0, 1.0 / 16, 1.0 / 32]))
      }
    guard let made else { throw CodecError(.limit, "no memory for an ICC profile") }
    handle = made
  }

  private static func make(
    white: (Double, Double), red: (Double, Double), green: (Double, Double), blue: (Double, Double),
    curve: OpaquePointer?
  ) -> cmsHPROFILE? {
    guard let curve else { return nil }
    defer { cmsFreeToneCurve(curve) }
    func point(_ place: (Double, Double)) -> cmsCIExyY { cmsCIExyY(x: place.0, y: place.1, Y: 1) }
    var white = point(white)
    var primaries = cmsCIExyYTRIPLE(Red: point(red), Green: point(green), Blue: point(blue))
    return cmsCreateRGBProfile(&white, &primaries, [curve, curve, curve])
  }

  /// The profile in its file format (ICC.1).
  func bytes() throws(CodecError) -> [UInt8] {
    var size: UInt32 = 0
    guard cmsSaveProfileToMem(handle, nil, &size) != 0, size > 0 else {
      throw CodecError(.limit, "no memory for an ICC profile")
    }
    var bytes = [UInt8](repeating: 0, count: Int(size))
    guard cmsSaveProfileToMem(handle, &bytes, &size) != 0 else {
      throw CodecError(.limit, "no memory for an ICC profile")
    }
    return bytes
  }

  func close() { cmsCloseProfile(handle) }
}
