// SPDX-License-Identifier: Apache-2.0

import { Commands } from "./commands";

/** A key and what it does. The help is made from the same table. */
export interface Binding {
  /** `KeyboardEvent.key`, letters in lower case. */
  readonly key: string;
  readonly shift?: boolean;
  readonly alt?: boolean;
  readonly control?: boolean;
  readonly group: "Tools" | "Images" | "Window" | "View" | "Measure" | "Other";
  readonly label: string;
  run(commands: Commands): void;
}

const numbers: Binding[] = Array.from({ length: 9 }, (_, i) => ({
  key: String(i + 1), group: "Window", label: `Window ${i + 1}`, run: (commands) => commands.preset(i + 1),
}));

export const bindings: readonly Binding[] = [
  { key: "w", group: "Tools", label: "Window / level", run: (c) => c.chooseTool("window") },
  { key: "s", group: "Tools", label: "Scroll", run: (c) => c.chooseTool("scroll") },
  { key: "z", group: "Tools", label: "Zoom", run: (c) => c.chooseTool("zoom") },
  { key: "t", group: "Tools", label: "Move", run: (c) => c.chooseTool("pan") },
  { key: "d", group: "Tools", label: "Length", run: (c) => c.chooseTool("length") },
  { key: "a", group: "Tools", label: "Angle", run: (c) => c.chooseTool("angle") },
  { key: "ArrowDown", group: "Images", label: "Next image", run: (c) => c.next() },
  { key: "ArrowUp", group: "Images", label: "Previous image", run: (c) => c.previous() },
  { key: "ArrowDown", shift: true, group: "Images", label: "Ten images on", run: (c) => c.nextFast() },
  { key: "ArrowUp", shift: true, group: "Images", label: "Ten images back", run: (c) => c.previousFast() },
  { key: "Home", group: "Images", label: "First image", run: (c) => c.first() },
  { key: "End", group: "Images", label: "Last image", run: (c) => c.last() },
  { key: "PageDown", group: "Images", label: "Next series", run: (c) => c.nextSeries() },
  { key: "PageUp", group: "Images", label: "Previous series", run: (c) => c.previousSeries() },
  { key: "ArrowRight", group: "Images", label: "Next series", run: (c) => c.nextSeries() },
  { key: "ArrowLeft", group: "Images", label: "Previous series", run: (c) => c.previousSeries() },
  { key: "c", group: "Images", label: "Play or pause cine", run: (c) => c.toggleCine() },
  { key: "0", group: "Window", label: "Automatic window", run: (c) => c.automaticWindow() },
  ...numbers,
  { key: "i", shift: true, group: "View", label: "Invert", run: (c) => c.invert() },
  { key: "h", alt: true, group: "View", label: "Flip left and right", run: (c) => c.flipHorizontal() },
  { key: "v", alt: true, group: "View", label: "Flip top and bottom", run: (c) => c.flipVertical() },
  { key: "r", alt: true, group: "View", label: "Rotate right", run: (c) => c.rotateRight() },
  { key: "l", alt: true, group: "View", label: "Rotate left", run: (c) => c.rotateLeft() },
  { key: "i", group: "View", label: "Texts: full, few, none", run: (c) => c.annotate() },
  { key: "Escape", group: "View", label: "Reset the view", run: (c) => c.reset() },
  { key: "Delete", group: "Measure", label: "Delete the selected measurement", run: (c) => c.deleteMeasurement() },
  { key: "Backspace", group: "Measure", label: "Delete the selected measurement", run: (c) => c.deleteMeasurement() },
  { key: "z", control: true, group: "Measure", label: "Undo", run: (c) => c.undo() },
  { key: "h", group: "Other", label: "This help", run: (c) => c.showHelp() },
  { key: "F1", group: "Other", label: "This help", run: (c) => c.showHelp() },
  { key: "?", shift: true, group: "Other", label: "This help", run: (c) => c.showHelp() },
  { key: "q", group: "Other", label: "Back to the study list", run: (c) => c.leave() },
];

export type KeyPress = Pick<KeyboardEvent, "key" | "code" | "shiftKey" | "altKey" | "ctrlKey" | "metaKey">;

/** The letter of the key where Alt would make another one of it, as on a Mac. */
function keyName(press: KeyPress): string {
  const letter = /^Key([A-Z])$/.exec(press.code)?.[1];
  if (press.altKey && letter) return letter.toLowerCase();
  return press.key.length === 1 ? press.key.toLowerCase() : press.key;
}

export function bindingFor(press: KeyPress): Binding | undefined {
  const key = keyName(press);
  return bindings.find((binding) =>
    binding.key === key && Boolean(binding.shift) === press.shiftKey && Boolean(binding.alt) === press.altKey
    && Boolean(binding.control) === (press.ctrlKey || press.metaKey));
}

const keyLabels: Record<string, string> = {
  ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→", PageDown: "PgDn", PageUp: "PgUp",
  Escape: "Esc", Delete: "Del", Backspace: "⌫",
};

/** How the key is written in tooltips and the help. */
export function keyLabel(binding: Binding): string {
  const name = keyLabels[binding.key] ?? (binding.key.length === 1 ? binding.key.toUpperCase() : binding.key);
  const shift = binding.shift && binding.key !== "?";
  return [binding.control && "Ctrl", binding.alt && "Alt", shift && "Shift", name].filter(Boolean).join("+");
}
