// SPDX-License-Identifier: Apache-2.0

import PixelKernels

/// The kernels with buffers of exactly the size that they ask for. The first byte chooses the kernel, four more the
/// shape of a frame; what RLE encodes must decode to itself.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzKernels(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  guard count > 5,
    let shape = FrameShape(
      rows: Int(bytes[1] % 64) + 1, columns: Int(bytes[2] % 64) + 1, samples: Int(bytes[3] % 4) + 1,
      sampleBytes: Int(bytes[4] % 4) + 1)
  else { return 0 }
  let rest = UnsafeRawBufferPointer(rebasing: bytes[5...])
  switch bytes[0] % 4 {
  case 0: jpeg(rest, shape)
  case 1: decodeRLE(rest, shape)
  case 2: encodeRLE(rest, shape)
  default: volume(rest, bytes)
  }
  return 0
}

/// Memory of exactly so many bytes, so that the address sanitizer sees the next one.
private func buffer(_ count: Int) -> UnsafeMutableRawBufferPointer {
  UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
}

private func jpeg(_ stream: UnsafeRawBufferPointer, _ shape: FrameShape) {
  let output = buffer(shape.byteCount)
  let workspace = buffer(JPEGLosslessKernel.workspaceBytes(shape))
  defer {
    output.deallocate()
    workspace.deallocate()
  }
  try? JPEGLosslessKernel.decode(stream, shape, into: output, workspace: workspace)
}

private func decodeRLE(_ stream: UnsafeRawBufferPointer, _ shape: FrameShape) {
  let output = buffer(shape.byteCount)
  defer { output.deallocate() }
  try? RLEKernel.decode(stream, shape, into: output)
}

private func encodeRLE(_ bytes: UnsafeRawBufferPointer, _ shape: FrameShape) {
  let frame = buffer(shape.byteCount)
  let encoded = buffer(RLEKernel.maximumEncodedBytes(shape))
  let decoded = buffer(shape.byteCount)
  defer {
    frame.deallocate()
    encoded.deallocate()
    decoded.deallocate()
  }
  guard !bytes.isEmpty else { return }
  for index in frame.indices { frame[index] = bytes[index % bytes.count] }
  guard let length = try? RLEKernel.encode(UnsafeRawBufferPointer(frame), shape, into: encoded) else { return }
  let stream = UnsafeRawBufferPointer(rebasing: encoded[..<length])
  do throws(KernelError) {
    try RLEKernel.decode(stream, shape, into: decoded)
  } catch {
    preconditionFailure("what RLE encoded is refused")
  }
  precondition(decoded.elementsEqual(frame), "what RLE encoded does not decode to itself")
}

/// A small volume out of the same bytes, cut by a plane whose numbers are any bits.
private func volume(_ bytes: UnsafeRawBufferPointer, _ shape: UnsafeRawBufferPointer) {
  guard bytes.count >= 128 else { return }
  func number(_ index: Int) -> Double { bytes.loadUnaligned(fromByteOffset: index * 8, as: Double.self) }
  func vector(_ index: Int) -> VolumeVector {
    VolumeVector(x: number(index * 3), y: number(index * 3 + 1), z: number(index * 3 + 2))
  }
  guard
    let grid = VolumeShape(
      columns: Int(shape[1] % 8) + 1, rows: Int(shape[2] % 8) + 1, slices: Int(shape[3] % 8) + 1, spacing: vector(0))
  else { return }
  var plane = ReslicePlane(width: 9, height: 7, origin: vector(1), right: vector(2), down: vector(3))
  plane.depth = vector(4)
  plane.samples = Int(shape[4] % 5)
  plane.projection = .init(rawValue: shape[4] / 5 % 3) ?? .average
  let values = buffer(grid.count * 2)
  let output = buffer(plane.width * plane.height * 2)
  defer {
    values.deallocate()
    output.deallocate()
  }
  for index in values.indices { values[index] = bytes[index % bytes.count] }
  _ = ResliceKernel.sample(
    UnsafeBufferPointer(values.bindMemory(to: Int16.self)), grid, plane, into: output.bindMemory(to: Int16.self))
  _ = GreyWindow(center: number(0), width: number(1), function: .sigmoid, slope: number(2), intercept: number(3))(
    number(4))
}
