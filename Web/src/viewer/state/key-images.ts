// SPDX-License-Identifier: Apache-2.0

import { DataSet, item, items, number, text } from "../../dicom/data-set";
import { Signal } from "../../signals/signal";
import { Frame, FrameSet } from "./frame-set";

export interface KeyImage {
  readonly set: FrameSet;
  readonly frame: Frame;
}

/** Images that somebody marked: those of the archive, and those that wait to be saved. */
export class KeyImages {
  /** Titles of key object selections by the image, `sop` or `sop/frame`. */
  readonly stored = new Signal<ReadonlyMap<string, string>>(new Map());
  readonly marked = new Signal<readonly KeyImage[]>([]);

  /** Marks an image, or takes the mark back. */
  toggle(set: FrameSet, frame: Frame): void {
    this.marked.update((all) => {
      const others = all.filter((one) => one.frame.key !== frame.key);
      return others.length < all.length ? others : [...all, { set, frame }];
    });
  }

  /** Why an image is marked; null where it is not. */
  title(frame: Frame): string | null {
    if (this.marked.get().some((one) => one.frame.key === frame.key)) return "";
    const stored = this.stored.get();
    return stored.get(frame.key) ?? stored.get(frame.instance.sopInstanceUID) ?? null;
  }

  /** Takes in the key object selections of a study. */
  take(selections: readonly DataSet[]): void {
    const titles = new Map<string, string>();
    for (const selection of selections) {
      const title = text(item(selection, "0040A043"), "00080104") ?? "";
      for (const [sop, frame] of references(selection)) titles.set(frame === null ? sop : `${sop}/${frame}`, title);
    }
    this.stored.set(titles);
  }
}

function references(content: DataSet): [string, number | null][] {
  return items(content, "0040A730").flatMap((one) => {
    if (text(one, "0040A040") !== "IMAGE") return references(one);
    const reference = item(one, "00081199");
    const sop = text(reference, "00081155");
    return sop ? [[sop, number(reference, "00081160")] as [string, number | null]] : [];
  });
}
