// SPDX-License-Identifier: Apache-2.0

import { Commands } from "./commands";
import { differences, KeyProfile } from "./key-profiles";

export type BindingGroup = "Tools" | "Images" | "Window" | "View" | "Measure" | "Other";

/** A key and what it does. The help is made from the same table. */
export interface Binding {
  /** `KeyboardEvent.key`, letters in lower case. */
  readonly key: string;
  readonly shift?: boolean;
  readonly alt?: boolean;
  readonly control?: boolean;
  readonly group: BindingGroup;
  readonly label: string;
  run(commands: Commands): void;
}

const numbers: Binding[] = Array.from({ length: 9 }, (_, i) => ({
  key: String(i + 1), group: "Window", label: `Window ${i + 1}`, run: (commands) => commands.preset(i + 1),
}));

/** The keys of IHE Basic Image Review, and ours where it names none. */
export const bindings: readonly Binding[] = [
  { key: "w", group: "Tools", label: "Window / level", run: (c) => c.chooseTool("window") },
  { key: "s", group: "Tools", label: "Scroll", run: (c) => c.chooseTool("scroll") },
  { key: "z", group: "Tools", label: "Zoom", run: (c) => c.chooseTool("zoom") },
  { key: "t", group: "Tools", label: "Move", run: (c) => c.chooseTool("pan") },
  { key: "v", group: "Tools", label: "Select", run: (c) => c.chooseTool("select") },
  { key: "g", group: "Tools", label: "Magnifier", run: (c) => c.chooseTool("loupe") },
  { key: "j", group: "Tools", label: "3D cursor", run: (c) => c.chooseTool("crosshair") },
  { key: "d", group: "Measure", label: "Length", run: (c) => c.chooseTool("length") },
  { key: "a", group: "Measure", label: "Angle", run: (c) => c.chooseTool("angle") },
  { key: "a", shift: true, group: "Measure", label: "Cobb angle", run: (c) => c.chooseTool("cobb") },
  { key: "e", group: "Measure", label: "Ellipse", run: (c) => c.chooseTool("ellipse") },
  { key: "b", group: "Measure", label: "Rectangle", run: (c) => c.chooseTool("rectangle") },
  { key: "f", group: "Measure", label: "Freehand area", run: (c) => c.chooseTool("freehand") },
  { key: "d", shift: true, group: "Measure", label: "Arrow", run: (c) => c.chooseTool("arrow") },
  { key: "t", shift: true, group: "Measure", label: "Text", run: (c) => c.chooseTool("text") },
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
  { key: "p", shift: true, group: "Images", label: "Compare with an earlier study", run: (c) => c.comparePrior() },
  { key: "k", group: "Images", label: "Mark as key image", run: (c) => c.markKey() },
  { key: "c", group: "Images", label: "Play or pause cine", run: (c) => c.toggleCine() },
  { key: "l", group: "Images", label: "Link the panes as they stand", run: (c) => c.link() },
  { key: "u", group: "Images", label: "Unlink the panes", run: (c) => c.unlink() },
  { key: "l", shift: true, group: "Images", label: "Link the panes by place", run: (c) => c.linkByPlace() },
  { key: "0", group: "Window", label: "Automatic window", run: (c) => c.automaticWindow() },
  ...numbers,
  { key: "x", group: "View", label: "Subtract the mask", run: (c) => c.toggleMask() },
  { key: "i", shift: true, group: "View", label: "Invert", run: (c) => c.invert() },
  { key: "h", alt: true, group: "View", label: "Flip left and right", run: (c) => c.flipHorizontal() },
  { key: "v", alt: true, group: "View", label: "Flip top and bottom", run: (c) => c.flipVertical() },
  { key: "r", alt: true, group: "View", label: "Rotate right", run: (c) => c.rotateRight() },
  { key: "l", alt: true, group: "View", label: "Rotate left", run: (c) => c.rotateLeft() },
  { key: "m", group: "View", label: "Multiplanar reconstruction", run: (c) => c.toggleVolume() },
  { key: "o", group: "View", label: "Reference lines", run: (c) => c.referenceLines() },
  { key: "y", group: "View", label: "True size", run: (c) => c.trueSize() },
  { key: "y", shift: true, group: "View", label: "One to one", run: (c) => c.oneToOne() },
  { key: "i", group: "View", label: "Texts: full, few, none", run: (c) => c.annotate() },
  { key: "Escape", group: "View", label: "Reset the view", run: (c) => c.reset() },
  { key: "Delete", group: "Measure", label: "Delete the selected drawing", run: (c) => c.deleteMeasurement() },
  { key: "Backspace", group: "Measure", label: "Delete the selected drawing", run: (c) => c.deleteMeasurement() },
  { key: "z", control: true, group: "Measure", label: "Undo", run: (c) => c.undo() },
  { key: "y", control: true, group: "Measure", label: "Redo", run: (c) => c.redo() },
  { key: "z", control: true, shift: true, group: "Measure", label: "Redo", run: (c) => c.redo() },
  { key: "s", control: true, group: "Other", label: "Save to the archive", run: (c) => c.save() },
  { key: "h", group: "Other", label: "This help", run: (c) => c.showHelp() },
  { key: "F1", group: "Other", label: "This help", run: (c) => c.showHelp() },
  { key: "?", shift: true, group: "Other", label: "This help", run: (c) => c.showHelp() },
  { key: "q", group: "Other", label: "Back to the study list", run: (c) => c.leave() },
];

export type KeyPress = Pick<KeyboardEvent, "key" | "code" | "shiftKey" | "altKey" | "ctrlKey" | "metaKey">;

function sameKey(p: Binding, q: Binding): boolean {
  return p.key === q.key && !p.shift === !q.shift && !p.alt === !q.alt && !p.control === !q.control;
}

/** The keys of a profile: its own, and the usual ones that it leaves free. */
export function bindingsOf(profile: KeyProfile): readonly Binding[] {
  const own = differences(profile);
  return [...own, ...bindings.filter((usual) => !own.some((one) => sameKey(one, usual)))];
}

/** The letter of the key where Alt would make another one of it, as on a Mac. */
function keyName(press: KeyPress): string {
  const letter = /^Key([A-Z])$/.exec(press.code)?.[1];
  if (press.altKey && letter) return letter.toLowerCase();
  return press.key.length === 1 ? press.key.toLowerCase() : press.key;
}

export function bindingFor(press: KeyPress, all: readonly Binding[] = bindings): Binding | undefined {
  const key = keyName(press);
  return all.find((binding) =>
    binding.key === key && Boolean(binding.shift) === press.shiftKey && Boolean(binding.alt) === press.altKey
    && Boolean(binding.control) === (press.ctrlKey || press.metaKey));
}

const keyLabels: Record<string, string> = {
  ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→", PageDown: "PgDn", PageUp: "PgUp",
  Escape: "Esc", Delete: "Del", Backspace: "⌫", " ": "Space",
};

/** How the key is written in tooltips and the help. */
export function keyLabel(binding: Binding): string {
  const name = keyLabels[binding.key] ?? (binding.key.length === 1 ? binding.key.toUpperCase() : binding.key);
  const shift = binding.shift && binding.key !== "?";
  return [binding.control && "Ctrl", binding.alt && "Alt", shift && "Shift", name].filter(Boolean).join("+");
}
