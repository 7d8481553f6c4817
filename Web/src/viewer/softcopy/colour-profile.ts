// SPDX-License-Identifier: Apache-2.0

import { MatrixProfile } from "./matrix-profile";
import { letters, profileTags } from "./profile-tags";
import { TableProfile } from "./table-profile";

/** An ICC profile as what takes 8-bit colours to those of the screen, with the perceptual intent. */
export interface ColourProfile {
  /** Red, green and blue one after another. */
  convert(samples: Uint8Array): Uint8Array;
}

/** Null for profiles of other than RGB images, for broken ones, and for those that change nothing that an eye sees. */
export function readProfile(bytes: Uint8Array): ColourProfile | null {
  const tags = profileTags(bytes);
  if (!tags || letters(bytes, 16) !== "RGB ") return null;
  const space = letters(bytes, 20);
  const profile = tags.spans.has("A2B0") ? TableProfile.read(tags) : space === "XYZ " ? MatrixProfile.read(tags) : null;
  return profile && !isPlain(profile) ? profile : null;
}

function isPlain(profile: ColourProfile): boolean {
  const steps = [0, 64, 128, 192, 255];
  const probe = Uint8Array.from(steps.flatMap((r) => steps.flatMap((g) => steps.flatMap((b) => [r, g, b]))));
  return profile.convert(probe).every((value, i) => Math.abs(value - probe[i]) <= 1);
}
