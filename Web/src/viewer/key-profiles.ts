// SPDX-License-Identifier: Apache-2.0

import { Binding } from "./keymap";

/** Keys that hands already know. */
export type KeyProfile = "BIR" | "OHIF" | "Weasis" | "Horos";

export const keyProfiles: readonly KeyProfile[] = ["BIR", "OHIF", "Weasis", "Horos"];

const ohif: readonly Binding[] = [
  { key: "i", group: "View", label: "Invert", run: (c) => c.invert() },
  { key: "h", group: "View", label: "Flip left and right", run: (c) => c.flipHorizontal() },
  { key: "v", group: "View", label: "Flip top and bottom", run: (c) => c.flipVertical() },
  { key: "r", group: "View", label: "Rotate right", run: (c) => c.rotateRight() },
  { key: "l", group: "View", label: "Rotate left", run: (c) => c.rotateLeft() },
  { key: " ", group: "View", label: "Reset the view", run: (c) => c.reset() },
];

const weasis: readonly Binding[] = [
  { key: "PageUp", group: "Images", label: "First image", run: (c) => c.first() },
  { key: "PageDown", group: "Images", label: "Last image", run: (c) => c.last() },
  { key: "f", alt: true, group: "View", label: "Flip left and right", run: (c) => c.flipHorizontal() },
  { key: " ", group: "View", label: "Texts: full, few, none", run: (c) => c.annotate() },
  { key: "F11", group: "View", label: "One pane large, and back", run: (c) => c.maximise() },
];

const horos: readonly Binding[] = [
  { key: "h", group: "View", label: "Flip left and right", run: (c) => c.flipHorizontal() },
  { key: "v", group: "View", label: "Flip top and bottom", run: (c) => c.flipVertical() },
  { key: "i", group: "View", label: "Invert", run: (c) => c.invert() },
];

/** What a profile does otherwise than IHE Basic Image Review. */
export function differences(profile: KeyProfile): readonly Binding[] {
  return { BIR: [], OHIF: ohif, Weasis: weasis, Horos: horos }[profile];
}

export function isKeyProfile(name: unknown): name is KeyProfile {
  return (keyProfiles as readonly unknown[]).includes(name);
}
