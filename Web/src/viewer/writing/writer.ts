// SPDX-License-Identifier: Apache-2.0

import { Archive } from "../../api/archive";
import { DataSet } from "../../dicom/data-set";
import { part10 } from "../../dicom/part10";
import { Presentation } from "../render/presentation";
import { Size } from "../geometry/viewport-transform";
import { Pane } from "../state/pane";
import { Viewer } from "../viewer";
import { Authorship, Reference } from "./composing";
import { keyObjects, keyTitles } from "./key-objects";
import { Measured, measurementReport } from "./measurement-report";
import { Savable, SaveChoice } from "./save-dialog";
import { ShownImage, softcopyState } from "./softcopy-state";

/** What a pane shows, for a presentation state. */
export interface PaneLook {
  readonly presentation: Presentation;
  readonly size: Size;
}

/** Writes what the reader marked and measured into the archive. */
export class Writer {
  constructor(
    private readonly viewer: Viewer, private readonly archive: Archive, private readonly author: string,
    private readonly look: (pane: Pane) => PaneLook | null,
  ) {}

  savable(): Savable {
    const { viewer } = this;
    return {
      keyImages: viewer.keyImages.marked.peek().length,
      measurements: this.unsaved().length,
      hasView: viewer.active.peek().shown !== null,
      save: (choice) => this.save(choice),
    };
  }

  private async save(choice: SaveChoice): Promise<number> {
    const { viewer } = this;
    const images = viewer.keyImages.marked.peek();
    const measured = this.unsaved();
    const shown = this.shownImage();
    let count = 0;
    if (choice.keyTitle !== null && images.length > 0) {
      const authorship = await this.authorship(images[0]);
      await this.store(keyObjects(authorship, keyTitles[choice.keyTitle], choice.keyDescription, images), authorship);
      viewer.keyImages.marked.set([]);
      count += 1;
    }
    if (choice.measurements && measured.length > 0) {
      const authorship = await this.authorship(measured[0]);
      const report = measurementReport(authorship, measured);
      const sop = String(report["00080018"].Value?.[0]);
      viewer.measurements.stored(new Set(measured.map((one) => one.measurement.id)), sop);
      await this.store(report, authorship);
      count += 1;
    }
    if (choice.viewLabel !== null && shown) {
      const authorship = await this.authorship(shown);
      await this.store(softcopyState(authorship, shown, choice.viewLabel), authorship);
      count += 1;
    }
    return count;
  }

  private store(object: DataSet, { study }: Authorship): Promise<void> {
    return this.archive.store(study.studyUID, part10(object));
  }

  private async authorship(reference: Reference): Promise<Authorship> {
    const study = this.viewer.studyOf(reference.set);
    if (!study) throw new Error("The study is not open.");
    const image = await this.viewer.details.whole(this.viewer.path(reference.set, reference.frame));
    return { study, image, author: this.author, now: new Date() };
  }

  /** Drawings that stand in no report. */
  private unsaved(): Measured[] {
    return this.measured().filter(({ measurement }) => measurement.source === undefined);
  }

  private measured(): Measured[] {
    const { viewer } = this;
    const frames = new Map(viewer.allSets.flatMap((set) =>
      set.frames.map((frame) => [frame.key, { set, frame }] as const)));
    return viewer.measurements.all.peek().flatMap((measurement) => {
      const reference = frames.get(measurement.frameKey);
      return reference ? [{ ...reference, measurement, ...viewer.measure(
        reference.set, reference.frame, measurement
      ) }] : [];
    });
  }

  private shownImage(): ShownImage | null {
    const pane = this.viewer.active.peek();
    const [set, shown, look] = [pane.set.peek(), pane.shown, this.look(pane)];
    if (!set || !shown || !look) return null;
    const drawings = this.measured().filter((one) => one.frame.key === shown.frame.key);
    return {
      set, frame: shown.frame, view: pane.view.peek(), ...look, drawings, softcopy: pane.softcopy(shown.frame),
      isCovered: this.viewer.overlays.peek(),
    };
  }
}
