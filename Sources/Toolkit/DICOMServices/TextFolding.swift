// SPDX-License-Identifier: Apache-2.0

/// Text as a search compares it: lower case, without accents, ligatures taken apart, full-width letters made narrow.
public enum TextFolding {
  /// The text without case and marks, for comparison.
  public static func fold(_ text: String) -> String {
    if let folded = foldedASCII(text) { return folded }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      // Combining marks of decomposed letters, and the full-width forms of ASCII.
      if (0x300...0x36F).contains(scalar.value) { continue }
      let narrow = (0xFF01...0xFF5E).contains(scalar.value) ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar
      for lower in narrow.properties.lowercaseMapping.unicodeScalars where !(0x300...0x36F).contains(lower.value) {
        if let base = bases[lower] {
          result.append(contentsOf: base.unicodeScalars)
        } else {
          result.append(lower)
        }
      }
    }
    return String(result)
  }

  /// The words of a text or a person name: parted by spaces and by the delimiters of names.
  public static func words(_ text: String) -> [String] {
    fold(text).split { $0 == " " || $0 == "^" || $0 == "=" || $0 == "," || $0 == "\u{3000}" }.map(String.init)
  }

  private static func foldedASCII(_ text: String) -> String? {
    var text = text
    return text.withUTF8 { bytes in
      guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
      return String(unsafeUninitializedCapacity: bytes.count) { target in
        for (index, byte) in bytes.enumerated() {
          target[index] = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
        }
        return bytes.count
      }
    }
  }

  private static let bases: [Unicode.Scalar: String] = {
    var bases: [Unicode.Scalar: String] = [:]
    for line in table.split(separator: "\n") {
      let parts = line.split(separator: " ")
      guard parts.count == 2 else { continue }
      for letter in parts[1].unicodeScalars { bases[letter] = String(parts[0]) }
    }
    return bases
  }()

  /// What a letter is folded to, then the letters: canonical decompositions of the Unicode Character Database without
  /// their marks, for Latin, Greek and Cyrillic, and letters with strokes and ligatures, which have none.
  private static let table = """
    a àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ
    ae æǽǣ
    b ḃḅḇ
    c çćĉċčḉ
    d ďḋḍḏḑḓđð
    e èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ
    f ḟ
    g ĝğġģǧǵḡ
    h ĥȟḣḥḧḩḫẖħ
    i ìíîïĩīĭįǐȉȋḭḯỉịı
    j ĵǰ
    k ķǩḱḳḵ
    l ĺļľḷḹḻḽł
    m ḿṁṃ
    n ñńņňǹṅṇṉṋ
    o òóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợøǿ
    oe œ
    p ṕṗ
    r ŕŗřȑȓṙṛṝṟ
    s śŝşšșṡṣṥṧṩ
    ss ß
    t ţťțṫṭṯṱẗŧ
    th þ
    u ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự
    v ṽṿ
    w ŵẁẃẅẇẉẘ
    x ẋẍ
    y ýÿŷȳẏẙỳỵỷỹ
    z źżžẑẓẕ
    s ſẛ
    ʒ ǯ
    α άἀἁἂἃἄἅἆἇὰάᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷ
    ε έἐἑἒἓἔἕὲέ
    η ήἠἡἢἣἤἥἦἧὴήᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇ
    ι ΐίϊἰἱἲἳἴἵἶἷὶίιῐῑῒΐῖῗ
    ο όὀὁὂὃὄὅὸό
    ρ ῤῥ
    σ ς
    υ ΰϋύὐὑὒὓὔὕὖὗὺύῠῡῢΰῦῧ
    ω ώὠὡὢὣὤὥὦὧὼώᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ
    а ӑӓ
    г ѓ
    е ѐёӗ
    ж ӂӝ
    з ӟ
    и йѝӣӥ
    к ќ
    о ӧ
    у ўӯӱӳ
    ч ӵ
    ы ӹ
    э ӭ
    і ї
    ѵ ѷ
    ә ӛ
    ө ӫ
    """
}
