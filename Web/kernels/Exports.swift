// SPDX-License-Identifier: Apache-2.0

// The kernels as a browser calls them: offsets into the module's memory and plain numbers. This file is compiled as one
// module with Sources/Toolkit/PixelKernels by Web/build. Web/src/kernels/kernels.ts is the other side.

/// Why a call failed, in the caller's memory: code, position, where the reason stands, its length; 4 bytes each.
private func report(_ error: KernelError, _ fault: UnsafeMutablePointer<UInt32>) {
  fault[0] = UInt32(error.code.rawValue)
  fault[1] = UInt32(truncatingIfNeeded: error.position)
  fault[2] = UInt32(truncatingIfNeeded: UInt(bitPattern: error.reason.utf8Start))
  fault[3] = UInt32(truncatingIfNeeded: error.reason.utf8CodeUnitCount)
}

private func input(_ start: UnsafeMutableRawPointer, _ count: Int) -> UnsafeRawBufferPointer {
  UnsafeRawBufferPointer(start: start, count: count)
}

private func output(_ start: UnsafeMutableRawPointer, _ count: Int) -> UnsafeMutableRawBufferPointer {
  UnsafeMutableRawBufferPointer(start: start, count: count)
}

/// Bytes of a decoded frame, of the encoder's output or of the JPEG decoder's workspace; -1 where the numbers describe
/// no frame.
@_expose(wasm, "frame_bytes")
@_cdecl("frame_bytes")
public func frameBytes(_ what: Int, _ rows: Int, _ columns: Int, _ samples: Int, _ sampleBytes: Int) -> Int {
  guard let shape = FrameShape(rows: rows, columns: columns, samples: samples, sampleBytes: sampleBytes) else {
    return -1
  }
  switch what {
  case 0: return shape.byteCount
  case 1: return shape.byteCount > Int32.max / 4 ? -1 : RLEKernel.maximumEncodedBytes(shape)
  default: return JPEGLosslessKernel.workspaceBytes(shape)
  }
}

/// 0, or 1 with the fault filled in.
@_expose(wasm, "rle_decode")
@_cdecl("rle_decode")
public func rleDecode(
  _ stream: UnsafeMutableRawPointer, _ length: Int, _ rows: Int, _ columns: Int, _ samples: Int, _ sampleBytes: Int,
  _ target: UnsafeMutableRawPointer, _ fault: UnsafeMutablePointer<UInt32>
) -> Int {
  guard let shape = FrameShape(rows: rows, columns: columns, samples: samples, sampleBytes: sampleBytes) else {
    return 1
  }
  do throws(KernelError) {
    try RLEKernel.decode(input(stream, length), shape, into: output(target, shape.byteCount))
    return 0
  } catch {
    report(error, fault)
    return 1
  }
}

/// Bytes written, or -1 with the fault filled in.
@_expose(wasm, "rle_encode")
@_cdecl("rle_encode")
public func rleEncode(
  _ frame: UnsafeMutableRawPointer, _ rows: Int, _ columns: Int, _ samples: Int, _ sampleBytes: Int,
  _ target: UnsafeMutableRawPointer, _ fault: UnsafeMutablePointer<UInt32>
) -> Int {
  guard let shape = FrameShape(rows: rows, columns: columns, samples: samples, sampleBytes: sampleBytes) else {
    return -1
  }
  do throws(KernelError) {
    return try RLEKernel.encode(
      input(frame, shape.byteCount), shape, into: output(target, RLEKernel.maximumEncodedBytes(shape)))
  } catch {
    report(error, fault)
    return -1
  }
}

/// 0, or 1 with the fault filled in.
@_expose(wasm, "jpeg_lossless_decode")
@_cdecl("jpeg_lossless_decode")
public func jpegLosslessDecode(
  _ stream: UnsafeMutableRawPointer, _ length: Int, _ rows: Int, _ columns: Int, _ samples: Int, _ sampleBytes: Int,
  _ target: UnsafeMutableRawPointer, _ workspace: UnsafeMutableRawPointer, _ fault: UnsafeMutablePointer<UInt32>
) -> Int {
  guard let shape = FrameShape(rows: rows, columns: columns, samples: samples, sampleBytes: sampleBytes) else {
    return 1
  }
  do throws(KernelError) {
    try JPEGLosslessKernel.decode(
      input(stream, length), shape, into: output(target, shape.byteCount),
      workspace: output(workspace, JPEGLosslessKernel.workspaceBytes(shape)))
    return 0
  } catch {
    report(error, fault)
    return 1
  }
}

@_expose(wasm, "normalize")
@_cdecl("normalize")
public func normalize(
  _ samples: UnsafeMutableRawPointer, _ byteCount: Int, _ sampleBytes: Int, _ unused: Int, _ isSigned: Int
) {
  SampleKernel.normalize(
    output(samples, byteCount), sampleBytes: sampleBytes, unused: unused, isSigned: isSigned != 0)
}

/// Fills the table for the values `first` to `last` and looks every sample up. `numbers` are centre, width, slope and
/// intercept.
@_expose(wasm, "apply_window")
@_cdecl("apply_window")
public func applyWindow(
  _ samples: UnsafeMutableRawPointer, _ byteCount: Int, _ form: Int, _ first: Int, _ last: Int,
  _ numbers: UnsafePointer<Double>, _ function: Int, _ isInverse: Int, _ table: UnsafeMutablePointer<UInt8>,
  _ target: UnsafeMutablePointer<UInt8>
) {
  guard first <= last, let sample = WindowKernel.Sample(rawValue: UInt8(truncatingIfNeeded: form)),
    let function = GreyWindow.Function(rawValue: UInt8(truncatingIfNeeded: function))
  else { return }
  let window = GreyWindow(
    center: numbers[0], width: numbers[1], function: function, slope: numbers[2], intercept: numbers[3],
    isInverse: isInverse != 0)
  let entries = UnsafeMutableBufferPointer(start: table, count: sample.tableCount)
  WindowKernel.fill(entries, sample, values: first...last, window)
  WindowKernel.apply(
    input(samples, byteCount), sample, table: UnsafeBufferPointer(entries),
    into: UnsafeMutableBufferPointer(start: target, count: byteCount / sample.byteCount))
}

/// 0, or 1 where the volume or the plane is none. `counts` are columns, rows and slices of the volume, width and height
/// of the plane, samples and projection of the slab, and the value outside; `places` are the vectors spacing, origin,
/// right, down and depth.
@_expose(wasm, "reslice")
@_cdecl("reslice")
public func reslice(
  _ volume: UnsafePointer<Int16>, _ counts: UnsafePointer<Int32>, _ places: UnsafePointer<Double>,
  _ target: UnsafeMutablePointer<Int16>
) -> Int {
  func vector(_ index: Int) -> VolumeVector {
    VolumeVector(x: places[index * 3], y: places[index * 3 + 1], z: places[index * 3 + 2])
  }
  guard
    let shape = VolumeShape(
      columns: Int(counts[0]), rows: Int(counts[1]), slices: Int(counts[2]), spacing: vector(0)),
    let projection = ReslicePlane.Projection(rawValue: UInt8(truncatingIfNeeded: counts[6]))
  else { return 1 }
  var plane = ReslicePlane(
    width: Int(counts[3]), height: Int(counts[4]), origin: vector(1), right: vector(2), down: vector(3))
  plane.depth = vector(4)
  plane.samples = Int(counts[5])
  plane.projection = projection
  plane.outside = Int16(truncatingIfNeeded: counts[7])
  let pixels = plane.width.multipliedReportingOverflow(by: plane.height)
  guard !pixels.overflow, pixels.partialValue >= 0 else { return 1 }
  let isDone = ResliceKernel.sample(
    UnsafeBufferPointer(start: volume, count: shape.count), shape, plane,
    into: UnsafeMutableBufferPointer(start: target, count: pixels.partialValue))
  return isDone ? 0 : 1
}
