// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMPixels

/// Which decoder reads and which encoder writes which transfer syntax.
public struct CodecRegistry: Sendable {
  private let decoders: [UID: any FrameDecoder]
  private let encoders: [UID: any FrameEncoder]
  public let limits: PixelLimits

  public init(
    _ decoders: [UID: any FrameDecoder], encoders: [UID: any FrameEncoder] = [:], limits: PixelLimits = PixelLimits()
  ) {
    self.decoders = decoders
    self.encoders = encoders
    self.limits = limits
  }

  /// The same codecs under other limits.
  public func limited(_ limits: PixelLimits) -> CodecRegistry {
    CodecRegistry(decoders, encoders: encoders, limits: limits)
  }

  /// Every codec that this library has.
  public static let standard = CodecRegistry(standardDecoders, encoders: standardEncoders)

  private static let standardDecoders: [UID: any FrameDecoder] = {
    var decoders: [UID: any FrameDecoder] = [:]
    func register(_ decoder: any FrameDecoder, _ suffixes: [String]) {
      for suffix in suffixes { decoders[UID("1.2.840.10008.1.2." + suffix)] = decoder }
    }
    register(EncapsulatedUncompressedDecoder(), ["1.98"])
    register(RLEDecoder(), ["5"])
    register(DeflatedFrameDecoder(), ["8.1"])
    let jpeg = (50...66).map { "4.\($0)" } + ["4.70"]
    register(JPEGDecoder(), jpeg)
    register(JPEGLSDecoder(), ["4.80", "4.81"])
    register(JPEG2000Decoder(), ["4.90", "4.91", "4.92", "4.93", "4.201", "4.202", "4.203"])
    register(JPEGXLDecoder(), ["4.111", "4.112"])
    register(JPEGXLDecoder(keepsColour: true), ["4.110"])
    return decoders
  }()

  private static let standardEncoders: [UID: any FrameEncoder] = {
    let encoders: [String: any FrameEncoder] = [
      "1.98": EncapsulatedUncompressedEncoder(),
      "5": RLEFrameEncoder(),
      "8.1": DeflatedFrameEncoder(),
      "4.50": JPEGFrameEncoder(),
      "4.51": JPEGFrameEncoder(isExtended: true),
      "4.57": LosslessJPEGFrameEncoder(isFirstOrder: false),
      "4.70": LosslessJPEGFrameEncoder(),
      "4.80": JPEGLSEncoder(),
      "4.81": JPEGLSEncoder(isNearLossless: true),
      "4.90": JPEG2000Encoder(),
      "4.91": JPEG2000Encoder(isLossy: true),
      "4.110": JPEGXLEncoder(.lossless),
      "4.111": JPEGXLEncoder(.recompressedJPEG),
      "4.112": JPEGXLEncoder(.lossy),
      "4.201": JPEG2000Encoder(.highThroughput),
      "4.202": JPEG2000Encoder(.highThroughputRPCL),
      "4.203": JPEG2000Encoder(.highThroughput, isLossy: true),
    ]
    return Dictionary(uniqueKeysWithValues: encoders.map { (UID("1.2.840.10008.1.2." + $0.key), $0.value) })
  }()

  /// The encoder for an encapsulated transfer syntax; nil for native ones and where there is none.
  public func encoder(for transferSyntax: TransferSyntax) -> (any FrameEncoder)? { encoders[transferSyntax.uid] }

  /// Pixel data can be brought into this transfer syntax.
  public func canEncode(_ transferSyntax: TransferSyntax) -> Bool {
    transferSyntax.isNative || transferSyntax == .deflatedExplicitVRLittleEndian
      || encoders[transferSyntax.uid] != nil
  }

  /// The decoder for an encapsulated transfer syntax; nil for native ones and where there is none (video).
  public func decoder(for transferSyntax: TransferSyntax) -> (any FrameDecoder)? { decoders[transferSyntax.uid] }

  /// Pixel data of this transfer syntax can be had uncompressed.
  public func canDecode(_ transferSyntax: TransferSyntax) -> Bool {
    !transferSyntax.isEncapsulated || decoders[transferSyntax.uid] != nil
  }

  /// Decodes one compressed frame.
  public func decode(
    _ codestream: ByteSlice, transferSyntax: TransferSyntax, description: PixelDescription
  ) throws(CodecError) -> DecodedFrame {
    guard let decoder = decoders[transferSyntax.uid] else {
      throw CodecError(.unsupported, "no codec for transfer syntax \(transferSyntax.uid)")
    }
    do throws(PixelError) {
      try limits.check(decodedBytes: description.decodedFrameBytes, compressedBytes: codestream.count)
    } catch {
      throw CodecError(error)
    }
    return try decoder.decode(codestream, description: description)
  }

  /// Decodes the frames that share one compressed stream.
  public func decode(
    _ codestream: ByteSlice, transferSyntax: TransferSyntax, description: PixelDescription, frames: Int
  ) throws(CodecError) -> [DecodedFrame] {
    guard frames > 1 else {
      return [try decode(codestream, transferSyntax: transferSyntax, description: description)]
    }
    guard let decoder = decoders[transferSyntax.uid] as? any FrameGroupDecoder else {
      throw CodecError(.unsupported, "\(frames) frames in one stream of transfer syntax \(transferSyntax.uid)")
    }
    let (bytes, overflow) = description.decodedFrameBytes.multipliedReportingOverflow(by: frames)
    do throws(PixelError) {
      try limits.check(decodedBytes: overflow ? Int.max : bytes, compressedBytes: codestream.count)
    } catch {
      throw CodecError(error)
    }
    return try decoder.decode(codestream, description: description, frames: frames)
  }
}
