// SPDX-License-Identifier: Apache-2.0

import { Archive } from "../../api/archive";
import { Signal } from "../../signals/signal";
import { Viewer } from "../viewer";
import { FrameSet } from "./frame-set";
import {
  chosenProtocol, describePane, FILE_FORMAT, HangingProtocol, HungPane, imageFor, MOST_PROTOCOLS,
  protocolsOfFile, readProtocols,
} from "./hanging";
import { paneCount } from "./layout";
import { usualHanging } from "./usual-hanging";
import { flipHorizontal, flipVertical } from "./view-state";

const TOPIC = "hanging-protocols";

/** Hangs studies as the user arranged others of their kind before. */
export class Hanger {
  readonly protocols = new Signal<readonly HangingProtocol[]>([]);
  readonly applied = new Signal<string | null>(null);

  constructor(private readonly viewer: Viewer, private readonly archive: Archive) {}

  async load(): Promise<void> {
    this.protocols.set(readProtocols(await this.archive.preference(TOPIC)));
  }

  /** Hangs the study that was just opened. False where nothing says how. */
  async hang(): Promise<boolean> {
    const { viewer } = this;
    const study = viewer.study.peek()?.study;
    if (!study) return false;
    const sets = viewer.sets.peek();
    const protocol = chosenProtocol(this.protocols.peek(), study, sets);
    if (protocol) {
      await this.apply(protocol);
      return true;
    }
    const usual = usualHanging(sets);
    if (!usual) return false;
    viewer.arrange(usual.layout);
    usual.images.forEach(({ set, frame, side, mirrored, upsideDown }, i) => {
      const pane = viewer.panes[i];
      viewer.open(pane, set, frame);
      pane.side = side;
      pane.change((view) => {
        const turned = mirrored ? flipHorizontal(view) : view;
        return upsideDown ? flipVertical(turned) : turned;
      });
    });
    viewer.active.set(viewer.panes[0]);
    return true;
  }

  async apply(protocol: HangingProtocol): Promise<void> {
    const { viewer } = this;
    viewer.arrange(protocol.layout);
    for (const [index, hung] of protocol.panes.slice(0, paneCount(protocol.layout)).entries()) {
      const image = hung && imageFor(hung, await this.setsOf(hung));
      const pane = viewer.panes[index];
      if (!image || !hung) {
        pane.open(null);
        continue;
      }
      viewer.open(pane, image.set, image.frame);
      pane.change((view) => ({ ...view, window: hung.window, inverted: hung.inverted }));
    }
    viewer.active.set(viewer.panes[0]);
    this.applied.set(protocol.name);
  }

  private async setsOf({ prior }: HungPane): Promise<readonly FrameSet[]> {
    const { viewer } = this;
    if (prior === 0) return viewer.sets.peek();
    const one = viewer.priors.all.peek()[prior - 1];
    return one ? viewer.priors.open(one.study.studyUID) : [];
  }

  /** What is on the screen, as a protocol for studies that agree in what is given. */
  describe(name: string, kind: Pick<HangingProtocol, "modality" | "bodyPart" | "procedure">): HangingProtocol {
    const { viewer } = this;
    const layout = viewer.layout.peek();
    const priors = viewer.priors.all.peek();
    const panes = viewer.panes.slice(0, paneCount(layout)).map((pane) => {
      const set = pane.set.peek();
      if (!set) return null;
      const at = priors.findIndex((one) => one.study.studyUID === set.study);
      const sets = at < 0 ? viewer.sets.peek() : priors[at].sets ?? [];
      const { window, inverted, frame } = pane.view.peek();
      return describePane(set, sets, at + 1, window, inverted, frame);
    });
    return { name, ...kind, layout, panes };
  }

  async keep(protocol: HangingProtocol): Promise<void> {
    const others = this.protocols.peek().filter((one) => one.name !== protocol.name);
    await this.replace([...others, protocol].slice(-MOST_PROTOCOLS));
    this.applied.set(protocol.name);
  }

  async remove(name: string): Promise<void> {
    await this.replace(this.protocols.peek().filter((one) => one.name !== name));
    this.applied.set(null);
  }

  /** All arrangements as a file for another user or another place. */
  file(): string {
    return JSON.stringify({ format: FILE_FORMAT, protocols: this.protocols.peek() }, null, 2);
  }

  /** Takes in the arrangements of a file; those of the same name are replaced. Returns how many came. */
  async takeFile(text: string): Promise<number> {
    const read = protocolsOfFile(text);
    const names = new Set(read.map((one) => one.name));
    const kept = this.protocols.peek().filter((one) => !names.has(one.name));
    await this.replace([...kept, ...read].slice(-MOST_PROTOCOLS));
    return read.length;
  }

  private async replace(protocols: readonly HangingProtocol[]): Promise<void> {
    await this.archive.keepPreference(TOPIC, protocols);
    this.protocols.set(protocols);
  }
}
