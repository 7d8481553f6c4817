// SPDX-License-Identifier: Apache-2.0

/// A font of lines: each sign is drawn with a pen, so it is smooth at any size. ASCII, the letters of Western Europe
/// and the signs of measurements; any other sign is an empty box.
enum StrokeFont {
  struct Glyph {
    /// Lines in units of the font: x from the left, y up from the baseline.
    let lines: [[Point]]
    let advance: Double
  }

  /// Height of a capital in units of the font.
  static let capHeight = 9.0
  /// From baseline to baseline.
  static let lineHeight = 15.0

  /// The glyphs of a line of text.
  static func glyphs(_ text: String) -> [Glyph] {
    text.unicodeScalars.filter { !$0.properties.isGraphemeExtend || $0.isASCII }.map { glyph($0) }
  }

  /// The width of a line of text in units of the font.
  static func width(_ text: String) -> Double { glyphs(text).reduce(0) { $0 + $1.advance } }

  private static func glyph(_ scalar: Unicode.Scalar) -> Glyph {
    if let glyph = table[scalar] { return glyph }
    if let parts = composed[scalar], let base = table[parts.base], let mark = marks[parts.mark] {
      let isCapital = base.lines.contains { $0.contains { $0.y > 8 } } && parts.base != "i"
      let shift = Point(base.advance / 2 - 2, isCapital || parts.mark == "¸" ? 0 : -2)
      let body = parts.base == "i" ? Array(base.lines.prefix(1)) : base.lines
      return Glyph(lines: body + mark.map { $0.map { $0 + shift } }, advance: base.advance)
    }
    return unknown
  }

  private static let unknown = Glyph(
    lines: [[Point(0, 0), Point(0, 9), Point(5, 9), Point(5, 0), Point(0, 0)]], advance: 7)

  /// A line each: the sign, its advance (hexadecimal), its strokes. A point is x as a digit and y as a letter, d the
  /// baseline; ~ before a stroke makes it smooth, o smooth and closed.
  private static let source = #"""
    A8 0d3m6d 1g5g
    B8 0d0m3m 0i3i 0d3d ~3m5l5j3i ~3i6h6e3d
    C8 ~6k5l3m1l0j0g1e3d5e6f
    D8 0d0m2m 0d2d ~2m5l6j6g5e2d
    E7 5m0m0d5d 0i4i
    F7 5m0m0d 0i4i
    G8 ~6k5l3m1l0j0g1e3d5e6f 6f6h4h
    H8 0d0m 6d6m 0i6i
    I4 1d1m
    J6 4m4f ~4f3d1d0f
    K7 0d0m 5m0h 2j5d
    L7 0m0d5d
    M8 0d0m3f6m6d
    N8 0d0m6d6m
    O9 o3m1l0j0g1e3d4d6e7g7j6l4m
    P7 0d0m3m 0h3h ~3m5l5i3h
    Q9 o3m1l0j0g1e3d4d6e7g7j6l4m 4f7c
    R8 0d0m3m 0h3h ~3m5l5i3h 3h6d
    S7 ~5l4m1m0k1i4h5f4d1d0e
    T8 0m6m 3m3d
    U8 0m0g ~0g1e3d5e6g 6g6m
    V8 0m3d6m
    WA 0m2d4m6d8m
    X7 0d5m 0m5d
    Y8 0m3i6m 3i3d
    Z7 0m5m0d5d
    a7 5j5d ~5i3j2j0h0f2d3d5e
    b7 0m0d ~0i2j3j5h5f3d2d0e
    c6 ~4i3j2j0h0f2d3d4e
    d7 5m5d ~5i3j2j0h0f2d3d5e
    e7 0g5g ~5g5h3j2j0h0f2d3d5e
    f5 ~4m3m1l1j 1j1d 0j3j
    g7 5j5c ~5c4a1a0b ~5i3j2j0h0f2d3d5e
    h7 0m0d ~0h2j3j5h 5h5d
    i4 1j1d 1l
    j4 2j2c ~2c1a0a 2l
    k6 0m0d 4j0g 1h4d
    l4 1m1d
    m8 0j0d ~0h2j3i3h 3h3d ~3h5j6i6h 6h6d
    n7 0j0d ~0h2j3j5h 5h5d
    o7 o2j0h0f2d3d5f5h3j
    p7 0j0a ~0i2j3j5h5f3d2d0e
    q7 5j5a ~5i3j2j0h0f2d3d5e
    r6 0j0d ~0h2j4j
    s6 ~4i3j1j0i1g3g4e3d1d0e
    t5 1l1f ~1f2d4d 0j3j
    u7 0j0f ~0f2d3d5f 5j5d
    v6 0j2d4j
    w8 0j2d3h4d6j
    x6 0j4d 0d4j
    y6 0j2d 4j1a
    z6 0j4j0d4d
    07 o2m0k0f2d3d5f5k3m
    17 1k3m3d
    27 ~0k1m4m5k4h 4h0d5d
    37 ~0l2m4m5k4i2i ~2i4i5g5f4d1d0e
    47 4d4m0g5g
    57 5m1m0i ~0i2j4j5h5f4d1d0e
    67 ~4m2l0i0f2d3d5f5g3i2i0g
    77 0m5m2d
    87 o3m2m0l0j2i3i5j5l o2i0h0e2d3d5e5h3i
    97 ~1d3e5h5k3m2m0k0j2h3h5j
    !4 1m1g 1d
    "4 0m0k 2m2k
    #8 1d2m 4d5m 0g5g 1j6j
    $8 ~6k5l1l0j1i5h6f5e1e0f 3n3c
    %8 0d6m o1m0l0k1j2k2l o5g4f4e5d6e6f
    &8 ~6h5f3d1d0f1h3j4l3m2m1l2j4f6d
    '3 1m1k
    (4 ~2n0k0e2b
    )4 ~0n2k2e0b
    *6 2l2h 0k4i 0i4k
    +8 3j3d 0g6g
    ,4 1e0b
    -6 0g4g
    .4 1d
    /6 0c4n
    :4 1i 1d
    ;4 1i 1e0b
    <7 5j0g5d
    =7 0h5h 0f5f
    >7 0j5g0d
    ?6 ~0k1m3m4k4j2h 2h2f 2d
    @9 ~5j3j2h2f3e4e5g 5j5f ~5f6e7f7i6l4m2m0k0g1e3d5d
    [4 2n0n0b2b
    \6 0n4c
    ]4 0n2n2b0b
    ^6 0j2m4j
    _8 0b6b
    `4 0m2k
    {5 ~3n1m1j0i1h1c3b
    |4 1n1b
    }5 ~0n2m2j3i2h2c0b
    ~8 ~0f1h2h4f5f6h
    °4 o1m0l0k1j2k2l
    µ7 0j0a ~0f2d3d5f 5j5d
    ±8 3k3f 0h6h 0d6d
    ×7 0i5d 0d5i
    ·4 1g
    ²5 ~0l1m2m3l3k 3k0h3h
    ³5 ~0m2m3l2k1k ~1k2k3i2h0h
    ß7 0d0k ~0k1m3m4k2i ~2i5h5f4d2d
    ø7 o2j0h0f2d3d5f5h3j 0d5j
    Ø9 o3m1l0j0g1e3d4d6e7g7j6l4m 0d7m
    Ł7 0m0d5d 0g3j
    ł4 1m1d 0g2i
    æ9 ~0i1j3j4h4f ~4g3g1g0f1d2d4f 4g7g ~7g7h6j5j4h4f5d6d7e
    """#

  private static let table: [Unicode.Scalar: Glyph] = {
    var table: [Unicode.Scalar: Glyph] = [" ": Glyph(lines: [], advance: 5), "\u{A0}": Glyph(lines: [], advance: 5)]
    for line in source.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let head = words.first?.unicodeScalars, let sign = head.first, let digit = head.last,
        let advance = digit.properties.numericValue ?? (digit == "A" ? 10 : nil)
      else { continue }
      table[sign] = Glyph(lines: words.dropFirst().map { stroke($0) }, advance: advance)
    }
    // Greek mu and the minus sign look like their Latin neighbours.
    table["\u{3BC}"] = table["µ"]
    table["\u{2212}"] = table["-"]
    table["\u{2013}"] = table["-"]
    table["\u{2019}"] = table["'"]
    return table
  }()

  private static func stroke(_ text: Substring) -> [Point] {
    var bytes = Array(text.utf8)
    let form = bytes.first
    // 0x7E is ~, 0x6F o.
    let isClosed = form == 0x6F
    let isSmooth = form == 0x7E || isClosed
    if isSmooth { bytes.removeFirst() }
    let points = stride(from: 0, to: bytes.count - 1, by: 2).map {
      Point(Double(bytes[$0]) - 0x30, Double(bytes[$0 + 1]) - 0x64)
    }
    return isSmooth ? Curve.through(points, closed: isClosed) : points
  }

  /// Accents above a capital, around x = 2.
  private static let marks: [Unicode.Scalar: [[Point]]] = [
    "`": [stroke("1o3n")], "´": [stroke("3o1n")], "^": [stroke("0n2o4n")], "~": [stroke("~0n1o3n4o")],
    "¨": [stroke("1n"), stroke("3n")], "°": [stroke("o2p1o2n3o")], "ˇ": [stroke("0o2n4o")], "¸": [stroke("~2d3c2b1b")],
  ]

  private static let composed: [Unicode.Scalar: (base: Unicode.Scalar, mark: Unicode.Scalar)] = {
    let groups: [(mark: Unicode.Scalar, letters: String, bases: String)] = [
      ("`", "àèìòùÀÈÌÒÙ", "aeiouAEIOU"), ("´", "áéíóúýÁÉÍÓÚÝ", "aeiouyAEIOUY"), ("^", "âêîôûÂÊÎÔÛ", "aeiouAEIOU"),
      ("~", "ãñõÃÑÕ", "anoANO"), ("¨", "äëïöüÿÄËÏÖÜ", "aeiouyAEIOU"), ("°", "åůÅŮ", "auAU"), ("¸", "çşÇŞ", "csCS"),
      ("ˇ", "čěřšžňČĚŘŠŽŇ", "cersznCERSZN"),
    ]
    var composed: [Unicode.Scalar: (base: Unicode.Scalar, mark: Unicode.Scalar)] = [:]
    for group in groups {
      for (letter, base) in zip(group.letters.unicodeScalars, group.bases.unicodeScalars) {
        composed[letter] = (base, group.mark)
      }
    }
    return composed
  }()
}
