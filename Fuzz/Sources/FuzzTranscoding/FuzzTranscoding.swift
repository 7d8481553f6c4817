// SPDX-License-Identifier: Apache-2.0

import DICOMCodecs
import DICOMCore
import DICOMFile
import DICOMPixels
import Dispatch
import Synchronization

/// Whole files into other transfer syntaxes (PS3.5 §A.4): native, and lossless ones, which verify themselves. The
/// result has as many frames as it says, each of which decodes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTranscoding(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  let limits = ReadLimits(depth: 64, elements: 10_000, inflatedLength: 1 << 20)
  guard let file = try? Part10File.read(ByteSlice(copying: bytes), options: ReadOptions(limits: limits)) else {
    return 0
  }
  let codecs = CodecRegistry.standard.limited(
    PixelLimits(frameBytes: 1 << 20, expansion: 200, compressedAllowance: 1 << 20))
  let targets = ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.80"]
  let target = TransferSyntax(UID(targets[count % targets.count]))
  let options = TranscodingOptions(workers: 1, codecs: codecs)
  guard let transcoder = try? Transcoder(to: target, options: options) else { return 0 }
  let result = wait { try? await transcoder.transcode(file.dataSet, from: file.transferSyntax) }
  guard let image = result, image.frames > 0,
    let reader = try? FrameReader(image.dataSet, transferSyntax: image.transferSyntax, codecs: codecs)
  else { return 0 }
  precondition(reader.frameCount == image.frames, "frames are lost")
  for index in 0..<min(image.frames, 3) {
    precondition((try? reader.frame(index)) != nil, "a frame that was written does not decode")
  }
  return 0
}

/// The result of what runs in a task.
private func wait<Value: Sendable>(_ body: @escaping @Sendable () async -> Value?) -> Value? {
  let result = Box<Value>()
  let done = DispatchSemaphore(value: 0)
  Task {
    let value = await body()
    result.value.withLock { $0 = value }
    done.signal()
  }
  done.wait()
  return result.value.withLock { $0 }
}

private final class Box<Value: Sendable>: Sendable {
  let value = Mutex<Value?>(nil)
}
