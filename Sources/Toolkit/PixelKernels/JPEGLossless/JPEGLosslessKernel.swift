// SPDX-License-Identifier: Apache-2.0

/// JPEG lossless, process 14: Huffman coding and the predictors 1 to 7 (ISO/IEC 10918-1 Annex H), 2 to 16 bits, one to
/// four components of the same size, in one scan or in one for each.
public enum JPEGLosslessKernel {
  /// Tables and channels.
  static let fixedWords = 4 * HuffmanTable.wordCount

  /// Bytes of working memory that `decode` needs: the tables, and two rows where samples are narrower than 16 bits.
  public static func workspaceBytes(_ shape: FrameShape) -> Int {
    fixedWords * 4 + (shape.sampleBytes == 1 ? 4 * shape.columns * shape.samples : 0)
  }

  /// Decodes one frame.
  /// - Parameters:
  ///   - stream: a JPEG stream that begins with its SOI marker.
  ///   - shape: what is due; samples of 1 or 2 bytes. Samples of more bits than fit lose their high bits.
  ///   - output: at least `shape.byteCount` bytes, aligned to a sample.
  ///   - workspace: at least `workspaceBytes(shape)`, aligned to 4 bytes; nothing in it is used again.
  public static func decode(
    _ stream: UnsafeRawBufferPointer, _ shape: FrameShape, into output: UnsafeMutableRawBufferPointer,
    workspace: UnsafeMutableRawBufferPointer
  ) throws(KernelError) {
    guard shape.sampleBytes <= 2, output.count >= shape.byteCount, workspace.count >= workspaceBytes(shape),
      let target = output.baseAddress, let memory = workspace.baseAddress
    else { throw KernelError(.buffer, "JPEG output holds bytes:", output.count) }
    guard stream.count >= 4, let source = stream.bindMemory(to: UInt8.self).baseAddress else {
      throw KernelError(.truncated, "no JPEG stream, bytes:", stream.count)
    }
    guard source[0] == 0xFF, source[1] == 0xD8 else { throw KernelError(.corrupt, "no JPEG stream at byte", 0) }
    let words = memory.bindMemory(to: UInt32.self, capacity: fixedWords)
    let rows = (memory + fixedWords * 4).assumingMemoryBound(to: UInt16.self)
    var stream = JPEGLosslessStream(source, stream.count, shape, tables: words)
    while !stream.isComplete {
      let scan = try stream.nextScan()
      let decoder = JPEGLosslessScanDecoder(scan, shape, tables: words, output: target, rows: rows)
      try decoder.decode(&stream)
    }
  }
}
