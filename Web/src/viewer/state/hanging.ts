// SPDX-License-Identifier: Apache-2.0

import { StudySummary } from "../../api/types";
import { FrameSet } from "./frame-set";
import { Layout, MOST_COLUMNS, MOST_ROWS } from "./layout";
import { Window } from "./view-state";

/** What a pane of a hanging protocol looks for. Empty texts hold for everything. */
export interface HungPane {
  /** 0: the current study; 1: the newest relevant prior, and so on. */
  readonly prior: number;
  readonly modality: string;
  readonly description: string;
  readonly bodyPart: string;
  readonly laterality: string;
  readonly view: string;
  /** Among several that fit, the one at this place. */
  readonly nth: number;
  readonly window: Window | null;
  readonly inverted: boolean;
}

/** How studies of a kind are hung: what they must be, and what goes where. */
export interface HangingProtocol {
  readonly name: string;
  readonly modality: string;
  readonly bodyPart: string;
  readonly procedure: string;
  readonly layout: Layout;
  readonly panes: readonly (HungPane | null)[];
}

export const MOST_PROTOCOLS = 50;

function same(pattern: string, value: string | null | undefined): boolean {
  return pattern === "" || pattern.toLowerCase() === (value ?? "").trim().toLowerCase();
}

/** How much of a protocol is said of the study: the more, the better it fits. -1 where it does not. */
export function fitness(protocol: HangingProtocol, study: StudySummary, sets: readonly FrameSet[]): number {
  const { modality, bodyPart, procedure } = protocol;
  if (modality && !study.modalities.includes(modality)) return -1;
  if (bodyPart && !sets.some((set) => same(bodyPart, set.series.bodyPart))) return -1;
  if (procedure && !same(procedure, study.description)) return -1;
  return Number(modality !== "") + Number(bodyPart !== "") * 2 + Number(procedure !== "") * 4;
}

/** The protocol that says most of a study; the newest of equals. */
export function chosenProtocol(
  all: readonly HangingProtocol[], study: StudySummary, sets: readonly FrameSet[],
): HangingProtocol | null {
  let best: HangingProtocol | null = null;
  let most = -1;
  for (const protocol of all) {
    const fit = fitness(protocol, study, sets);
    if (fit >= most && fit >= 0) [best, most] = [protocol, fit];
  }
  return best;
}

function fits(pane: HungPane, set: FrameSet): boolean {
  const first = set.frames[0]?.instance;
  return set.frames.length > 0 && same(pane.modality, set.series.modality)
    && same(pane.description, set.series.description) && same(pane.bodyPart, set.series.bodyPart)
    && same(pane.laterality, first?.laterality) && same(pane.view, first?.viewPosition);
}

/** The set for a pane: one that fits in full, else one of the same modality, laterality and view. */
export function setFor(pane: HungPane, sets: readonly FrameSet[]): FrameSet | null {
  const exact = sets.filter((set) => fits(pane, set));
  const loose = sets.filter((set) => fits({ ...pane, description: "", bodyPart: "" }, set));
  return exact[pane.nth] ?? exact[exact.length - 1] ?? loose[pane.nth] ?? loose[0] ?? null;
}

/** What a pane shows, said so that it can be found again in another study. */
export function describePane(
  set: FrameSet, sets: readonly FrameSet[], prior: number, window: Window | null, inverted: boolean,
): HungPane {
  const first = set.frames[0]?.instance;
  const pane: HungPane = {
    prior, modality: set.series.modality ?? "", description: set.series.description ?? "",
    bodyPart: set.series.bodyPart ?? "", laterality: first?.laterality ?? "", view: first?.viewPosition ?? "", nth: 0,
    window, inverted,
  };
  return { ...pane, nth: Math.max(0, sets.filter((one) => fits(pane, one)).indexOf(set)) };
}

/** Only what has the form of protocols: preferences may have been written by anything. */
export function readProtocols(value: unknown): HangingProtocol[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MOST_PROTOCOLS).filter((one): one is HangingProtocol => {
    const { name, modality, bodyPart, procedure, layout, panes } = (one ?? {}) as HangingProtocol;
    const texts = [name, modality, bodyPart, procedure].every((text) => typeof text === "string");
    return texts && Array.isArray(panes) && panes.length <= MOST_ROWS * MOST_COLUMNS
      && layout?.rows >= 1 && layout.rows <= MOST_ROWS && layout.columns >= 1 && layout.columns <= MOST_COLUMNS;
  });
}

/** Mammograms and pairs of radiographs, where nobody saved anything else: both sides against each other. */
export function usualHanging(sets: readonly FrameSet[]): { layout: Layout; sets: FrameSet[] } | null {
  const images = sets.filter((set) => set.frames.length > 0);
  const of = (side: string, view: string): FrameSet | undefined => images.find((set) => {
    const first = set.frames[0].instance;
    return set.series.modality === "MG" && first.laterality === side && first.viewPosition === view;
  });
  const four = [of("R", "CC"), of("L", "CC"), of("R", "MLO"), of("L", "MLO")];
  if (four.every((set) => set !== undefined)) {
    return { layout: { rows: 2, columns: 2 }, sets: four as FrameSet[] };
  }
  const isPair = images.length === 2 && images.every((set) =>
    ["CR", "DX", "MG"].includes(set.series.modality ?? "") && set.frames.length === 1);
  return isPair ? { layout: { rows: 1, columns: 2 }, sets: images } : null;
}
