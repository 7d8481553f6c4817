// SPDX-License-Identifier: Apache-2.0

/// Escaping for HTML.
enum HTMLText {
  /// Text for content and for attributes in double quotes.
  static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// An address for `href`: only http, https, relative addresses and fragments, nothing that a browser would run.
  static func address(_ text: String) -> String? {
    let scheme = text.prefix { $0 != ":" && $0 != "/" && $0 != "?" && $0 != "#" }
    if scheme.count < text.count, text[scheme.endIndex] == ":" {
      guard ["http", "https", "wado", "dicomweb"].contains(scheme.lowercased()) else { return nil }
    }
    return escaped(text)
  }

  static let style = """
    :root { color-scheme: light; --ink: #1a1d21; --soft: #5a6472; --line: #d5dae0; --tint: #f3f5f8; --link: #0b5cad; }
    * { box-sizing: border-box; }
    body { font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; color: var(--ink); margin: 0 auto;
      max-width: 62rem; padding: 1.5rem; background: #fff; }
    h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
    h2 { font-size: 1.25rem; margin: 1.75rem 0 .5rem; padding-bottom: .2rem; border-bottom: 1px solid var(--line); }
    h3 { font-size: 1.08rem; margin: 1.25rem 0 .35rem; }
    h4, h5, h6, .deep { font-size: 1rem; font-weight: 600; margin: .9rem 0 .25rem; }
    .status { color: var(--soft); margin: 0 0 1rem; }
    .status strong { color: var(--ink); }
    .identity { background: var(--tint); border: 1px solid var(--line); border-radius: .4rem; padding: .7rem 1rem;
      display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .3rem 1.5rem;
      margin: 0 0 1rem; }
    .identity dt { font-size: .8rem; color: var(--soft); }
    .identity dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
    dl.values { margin: .25rem 0 .5rem; display: grid;
      grid-template-columns: minmax(9rem, 16rem) 1fr; gap: .15rem 1rem; }
    dl.values > dt { color: var(--soft); grid-column: 1; }
    dl.values > dd { grid-column: 2; margin: 0; white-space: pre-line; overflow-wrap: anywhere; }
    dl.values dl.values { grid-template-columns: minmax(7rem, 12rem) 1fr; font-size: .92rem; margin: .1rem 0 .2rem; }
    dl.context { font-size: .92rem; }
    section section { margin-left: .75rem; }
    .number { font-variant-numeric: tabular-nums; }
    .modifier { color: var(--soft); }
    .wide { overflow-x: auto; margin: .5rem 0; }
    table { border-collapse: collapse; font-size: .9rem; width: 100%; }
    th, td { border: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top; }
    thead th { background: var(--tint); }
    td.number { text-align: right; white-space: nowrap; }
    a { color: var(--link); }
    a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
    details { margin: .4rem 0; }
    summary { cursor: pointer; color: var(--link); }
    footer { margin-top: 2rem; padding-top: .75rem; border-top: 1px solid var(--line); font-size: .85rem;
      color: var(--soft); }
    caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    @media (max-width: 40rem) { dl.values { grid-template-columns: 1fr; }
      dl.values > dd { grid-column: 1; margin-bottom: .4rem; } }
    @media print { body { max-width: none; padding: 0; } summary { display: none; } }
    """
}
