// SPDX-License-Identifier: Apache-2.0

import { InstanceInfo } from "../../api/types";
import { FrameSet } from "./frame-set";
import { HungImage } from "./hanging";
import { Layout } from "./layout";

/** At which side of its pane an image stands, so that pairs meet in the middle. */
export type Side = "left" | "right" | null;

/** An image with how it is turned and where it stands in its pane. */
export interface UsualImage extends HungImage {
  readonly side: Side;
  readonly mirrored: boolean;
  readonly upsideDown: boolean;
}

const PROJECTIONS = ["CR", "DX", "MG"];
const LATERAL = /^(LL|RL|LLD|RLD|LATERAL|LAT)$/i;

/** Mammograms and pairs of radiographs, where nobody saved anything else: both sides against each other. */
export function usualHanging(sets: readonly FrameSet[]): { layout: Layout; images: UsualImage[] } | null {
  const images = sets.flatMap((set) => (PROJECTIONS.includes(set.series.modality ?? "")
    ? set.frames.map((_, frame) => ({ set, frame })) : []));
  const of = (side: string, view: string): HungImage | undefined => images.find(({ set, frame }) => {
    const { laterality, viewPosition } = set.frames[frame].instance;
    return set.series.modality === "MG" && laterality === side && viewPosition === view;
  });
  const four = [of("R", "CC"), of("L", "CC"), of("R", "MLO"), of("L", "MLO")];
  if (four.every((one): one is HungImage => one !== undefined)) {
    return { layout: { rows: 2, columns: 2 }, images: four.map(breast) };
  }
  const isAlone = sets.filter((set) => set.frames.length > 0).every((set) =>
    PROJECTIONS.includes(set.series.modality ?? "") && set.frames.every((one) => one.number === 1));
  if (images.length !== 2 || !isAlone) return null;
  return { layout: { rows: 1, columns: 2 }, images: [...images].sort(inOrder).map(breast) };
}

/** The right side before the left, as one faces the patient; frontal before lateral. */
function inOrder(p: HungImage, q: HungImage): number {
  const rank = ({ set, frame }: HungImage): number => {
    const { laterality, viewPosition } = set.frames[frame].instance;
    return Number(LATERAL.test(viewPosition ?? "")) * 2 + Number(laterality === "L");
  };
  return rank(p) - rank(q);
}

/**
 * A breast stands with the chest wall in the middle of the screen: posterior at the right edge for the right one, at
 * the left edge for the left one; the outer side, or the head, is up. What Patient Orientation does not say stays.
 */
function breast({ set, frame }: HungImage): UsualImage {
  const { instance } = set.frames[frame];
  const isRight = instance.laterality === "R";
  const isSided = set.series.modality === "MG" && (isRight || instance.laterality === "L");
  if (!isSided) return { set, frame, side: null, mirrored: false, upsideDown: false };
  return { set, frame, side: isRight ? "right" : "left", ...turns(instance, isRight) };
}

function turns({ patientOrientation, viewPosition }: InstanceInfo, isRight: boolean): {
  mirrored: boolean; upsideDown: boolean;
} {
  const [row, column] = (patientOrientation ?? []).map((letters) => letters[0]);
  const outer = isRight ? "R" : "L";
  const head = viewPosition === "CC" ? outer : "H";
  return { mirrored: row === (isRight ? "A" : "P"), upsideDown: column === head };
}
