// SPDX-License-Identifier: Apache-2.0

import { Archive } from "../../api/archive";
import { ApiError, isAbort } from "../../api/problem";
import { StudySummary } from "../../api/types";
import { Signal } from "../../signals/signal";
import { FrameSet, frameSets } from "./frame-set";
import { relevantPriors } from "./priors";

export interface PriorStudy {
  readonly study: StudySummary;
  /** Null until it was opened. */
  readonly sets: readonly FrameSet[] | null;
}

const MOST_ASKED = 100;

/** Earlier studies of the patient, the most relevant first. */
export class PriorStudies {
  readonly all = new Signal<readonly PriorStudy[]>([]);
  private readonly abort = new AbortController();
  private asked = "";

  constructor(private readonly archive: Archive) {}

  /** Finds them, and opens the most relevant one so that it stands beside the current study at once. */
  async find(current: StudySummary): Promise<void> {
    const key = `${current.studyUID} ${current.patientID}`;
    if (this.asked === key || !current.patientID) return;
    this.asked = key;
    const parameters = new URLSearchParams({ search: current.patientID, limit: String(MOST_ASKED), sort: "date" });
    try {
      const page = await this.archive.studies(parameters, this.abort.signal);
      this.all.set(relevantPriors(current, page.studies).map((study) => ({ study, sets: null })));
      const [first] = this.all.peek();
      if (first) await this.open(first.study.studyUID);
    } catch (error) {
      // A visitor by a link sees no other studies.
      const isShut = error instanceof ApiError && error.status === 403;
      if (!isAbort(error) && !isShut) throw error;
    }
  }

  /** The frame sets of a prior. */
  async open(studyUID: string): Promise<readonly FrameSet[]> {
    const known = this.all.peek().find((one) => one.study.studyUID === studyUID);
    if (known?.sets) return known.sets;
    const detail = await this.archive.study(studyUID, this.abort.signal);
    const sets = frameSets(studyUID, detail.series);
    this.all.update((all) => all.map((one) => (one.study.studyUID === studyUID ? { ...one, sets } : one)));
    return sets;
  }

  summary(studyUID: string): StudySummary | null {
    return this.all.peek().find((one) => one.study.studyUID === studyUID)?.study ?? null;
  }

  stop(): void {
    this.abort.abort();
  }
}
