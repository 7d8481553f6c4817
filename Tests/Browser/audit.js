// SPDX-License-Identifier: Apache-2.0

/** What WCAG 2.2 AA asks of a page and a machine can tell: contrast (1.4.3), names (4.1.2), reach by keys (2.1.1). */
() => {
  const faults = [];
  const parse = (colour) => {
    const found = colour.match(/[\d.]+/g)?.map(Number);
    return found ? { r: found[0], g: found[1], b: found[2], a: found[3] ?? 1 } : null;
  };
  const over = (top, below) => ({
    r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a),
    b: top.b * top.a + below.b * (1 - top.a), a: 1,
  });
  const light = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const backgroundOf = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== "none") return null;
      const colour = parse(style.backgroundColor);
      if (colour && colour.a > 0) layers.push(colour);
      if (colour && colour.a === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), { r: 0, g: 0, b: 0, a: 1 });
  };
  const describe = (element) => {
    const words = (element.innerText ?? element.value ?? "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `<${element.tagName.toLowerCase()} class="${element.className}"> ${words}`;
  };
  const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && element.getBoundingClientRect().width > 1;
  const opacity = (element) => {
    let share = 1;
    for (let at = element; at; at = at.parentElement) share *= Number(getComputedStyle(at).opacity);
    return share;
  };
  const isIdle = (element) => element.closest(":disabled, [aria-disabled='true'], [inert], .sr-only") !== null;

  let texts = 0;
  const contrast = (element, style) => {
    const background = backgroundOf(element);
    const colour = parse(style.color);
    if (!background || !colour) return;
    texts += 1;
    const shown = over({ ...colour, a: colour.a * opacity(element) }, background);
    const [p, q] = [light(shown), light(background)].sort((a, b) => b - a);
    const ratio = (p + 0.05) / (q + 0.05);
    const size = parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if (ratio < needed) faults.push(`contrast ${ratio.toFixed(2)} of ${needed}: ${describe(element)}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const done = new Set();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.nodeValue.trim() || done.has(element) || !seen(element) || isIdle(element)) continue;
    if (["SCRIPT", "STYLE", "OPTION"].includes(element.tagName)) continue;
    done.add(element);
    contrast(element, getComputedStyle(element));
  }
  for (const field of document.querySelectorAll("input, textarea")) {
    if (!seen(field) || isIdle(field) || ["checkbox", "radio", "file", "range"].includes(field.type)) continue;
    contrast(field, field.value ? getComputedStyle(field) : getComputedStyle(field, "::placeholder"));
  }

  const controls = "button, a[href], input:not([type='hidden']), select, textarea, [role='button'], [role='tab']";
  let count = 0;
  for (const control of document.querySelectorAll(controls)) {
    if (!seen(control)) continue;
    count += 1;
    const labelled = (control.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean)
      .map((id) => document.getElementById(id)?.textContent ?? "").join("");
    const labels = Array.from(control.labels ?? []).map((label) => label.textContent).join("");
    const own = control.matches("input, select, textarea") ? "" : control.textContent;
    const name = [control.getAttribute("aria-label"), labelled, labels, own, control.title].join("").trim();
    if (!name) faults.push(`no name: ${describe(control)} ${control.outerHTML.slice(0, 120)}`);
    const isRoving = control.closest("[role='grid'], [role='listbox'], [role='tablist'], [role='menu']");
    if (control.tabIndex < 0 && !control.disabled && !isRoving) faults.push(`not reached by Tab: ${describe(control)}`);
  }
  for (const picture of document.querySelectorAll("img, canvas, svg, video, iframe")) {
    const isNamed = picture.hasAttribute("alt") || picture.getAttribute("aria-label") || picture.title
      || picture.querySelector?.("title") || picture.closest("[aria-hidden='true'], [role='img'], button, a");
    if (seen(picture) && !isNamed) faults.push(`no alternative: ${picture.outerHTML.slice(0, 120)}`);
  }
  return { faults: [...new Set(faults)], texts, controls: count };
}
