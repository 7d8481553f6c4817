// SPDX-License-Identifier: Apache-2.0

import { StudySummary } from "../../api/types";
import { t } from "../../i18n/i18n";
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

/** Where in a set the side and the view of a pane stand; -1 where nowhere. */
function frameFor(pane: HungPane, set: FrameSet): number {
  return set.frames.findIndex(({ instance }) =>
    same(pane.laterality, instance.laterality) && same(pane.view, instance.viewPosition));
}

function fits(pane: HungPane, set: FrameSet): boolean {
  return same(pane.modality, set.series.modality) && same(pane.description, set.series.description)
    && same(pane.bodyPart, set.series.bodyPart) && frameFor(pane, set) >= 0;
}

/** The set for a pane: one that fits in full, else one of the same modality, laterality and view. */
export function setFor(pane: HungPane, sets: readonly FrameSet[]): FrameSet | null {
  const exact = sets.filter((set) => fits(pane, set));
  const loose = sets.filter((set) => fits({ ...pane, description: "", bodyPart: "" }, set));
  return exact[pane.nth] ?? exact[exact.length - 1] ?? loose[pane.nth] ?? loose[0] ?? null;
}

/** An image of a set. */
export interface HungImage {
  readonly set: FrameSet;
  readonly frame: number;
}

export function imageFor(pane: HungPane, sets: readonly FrameSet[]): HungImage | null {
  const set = setFor(pane, sets);
  return set && { set, frame: Math.max(0, frameFor(pane, set)) };
}

/** What a pane shows, said so that it can be found again in another study. */
export function describePane(
  set: FrameSet, sets: readonly FrameSet[], prior: number, window: Window | null, inverted: boolean, frame = 0,
): HungPane {
  const shown = set.frames[frame]?.instance;
  const pane: HungPane = {
    prior, modality: set.series.modality ?? "", description: set.series.description ?? "",
    bodyPart: set.series.bodyPart ?? "", laterality: shown?.laterality ?? "", view: shown?.viewPosition ?? "", nth: 0,
    window, inverted,
  };
  return { ...pane, nth: Math.max(0, sets.filter((one) => fits(pane, one)).indexOf(set)) };
}

function isHungPane(value: unknown): boolean {
  if (value === null) return true;
  const pane = value as HungPane;
  if (typeof pane !== "object") return false;
  const texts = [pane.modality, pane.description, pane.bodyPart, pane.laterality, pane.view];
  const isWindow = pane.window === null || (typeof pane.window === "object" && typeof pane.window.name === "string"
    && Number.isFinite(pane.window.center) && Number.isFinite(pane.window.width));
  return texts.every((text) => typeof text === "string") && Number.isInteger(pane.prior) && Number.isInteger(pane.nth)
    && isWindow && typeof pane.inverted === "boolean";
}

/** Only what has the form of protocols: preferences and files may have been written by anything. */
export function readProtocols(value: unknown): HangingProtocol[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MOST_PROTOCOLS).filter((one): one is HangingProtocol => {
    const { name, modality, bodyPart, procedure, layout, panes } = (one ?? {}) as HangingProtocol;
    const texts = [name, modality, bodyPart, procedure].every((text) => typeof text === "string");
    const isCount = (count: number, most: number): boolean => Number.isInteger(count) && count >= 1 && count <= most;
    return texts && Array.isArray(panes) && panes.length <= MOST_ROWS * MOST_COLUMNS && panes.every(isHungPane)
      && isCount(layout?.rows, MOST_ROWS) && isCount(layout?.columns, MOST_COLUMNS);
  });
}

export const FILE_FORMAT = "martlet-hanging-protocols-1";

/** The protocols of a file that was exported. Fails where it is none, or holds nothing that has their form. */
export function protocolsOfFile(text: string): HangingProtocol[] {
  let file: { format?: unknown; protocols?: unknown } | null = null;
  try {
    file = JSON.parse(text) as { format?: unknown; protocols?: unknown } | null;
  } catch {
    file = null;
  }
  const read = file?.format === FILE_FORMAT ? readProtocols(file.protocols) : [];
  if (read.length === 0) throw new Error(t("The file holds no arrangements."));
  return read;
}
