// SPDX-License-Identifier: Apache-2.0

/** A key of the reading page; it works in the report and on the images alike. */
export interface ReadingKey {
  readonly name:
    | "nextField" | "previousField" | "images" | "save" | "sign" | "validate" | "measurements" | "keyImages" | "next"
    | "critical" | "history" | "prior" | "keys";
  readonly label: string;
  readonly title: string;
  /** Only where text is being written. */
  readonly whileWriting?: boolean;
  matches(event: KeyboardEvent): boolean;
}

/** F keys, which dictation devices send, and letters with Alt, by their place on the keyboard. */
function key(
  name: ReadingKey["name"], label: string, title: string, code: string,
  more: { alt?: boolean; control?: boolean; shift?: boolean; whileWriting?: boolean } = {},
): ReadingKey {
  return {
    name, label, title, whileWriting: more.whileWriting,
    matches: (event) => event.code === code && event.altKey === Boolean(more.alt)
      && (event.ctrlKey || event.metaKey) === Boolean(more.control) && event.shiftKey === Boolean(more.shift),
  };
}

export const readingKeys: readonly ReadingKey[] = [
  key("nextField", "F2", "Next field", "F2"),
  key("previousField", "Shift+F2", "Field before", "F2", { shift: true }),
  key("images", "Esc", "From the text to the images", "Escape", { whileWriting: true }),
  key("measurements", "Alt+M", "Put the measurements in", "KeyM", { alt: true }),
  key("keyImages", "Alt+K", "Put the key images in", "KeyK", { alt: true }),
  key("prior", "Alt+P", "Earlier reports, one after another", "KeyP", { alt: true }),
  key("save", "Ctrl+S", "Save the draft now", "KeyS", { control: true, whileWriting: true }),
  key("sign", "F8", "Sign, or submit to sign", "F8"),
  key("validate", "F9", "Validate", "F9"),
  key("next", "Alt+N", "Next exam", "KeyN", { alt: true }),
  key("critical", "Alt+C", "Critical result", "KeyC", { alt: true }),
  key("history", "Alt+H", "Versions and what they changed", "KeyH", { alt: true, whileWriting: true }),
  key("keys", "F1", "Keys of the report", "F1", { whileWriting: true }),
];
