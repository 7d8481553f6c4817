// SPDX-License-Identifier: Apache-2.0

import { DataSet, Element, inlineBytes, item, items, text } from "../../dicom/data-set";
import { frameAddress } from "../../api/archive";
import { Details } from "../data/details";
import { Frame } from "../state/frame-set";
import { Window } from "../state/view-state";
import { ColourProfile, readProfile } from "./colour-profile";
import { Lut, lutFrom } from "./lut";
import { OverlayPlane, overlayPlanes } from "./overlay-planes";
import { Palette, paletteOf } from "./palette";
import {
  appliesTo, displayedArea, DisplayedArea, GraphicObject, graphics, isInverse, maskItems, PresentationState,
  softcopyFunction, softcopyVOILut, softcopyWindow,
} from "./presentation-state";
import { Shutter, shutterOf } from "./shutter";
import { OwnMask, ownSubtraction, refusedSubtraction, Subtraction, subtractionOf } from "./subtraction";

/** What an image, or a presentation state for it, says of how it is seen, beyond a window. */
export interface Softcopy {
  readonly modality: Lut | null;
  readonly vois: readonly Lut[];
  readonly presentation: Lut | null;
  readonly overlays: readonly OverlayPlane[];
  readonly shutter: Shutter | null;
  /** What a bitmap shutter covers. */
  readonly mask: readonly OverlayPlane[];
  readonly graphics: readonly GraphicObject[];
  readonly area: DisplayedArea | null;
  /** Of the presentation state. */
  readonly window: Window | null;
  readonly voiFunction: string | null;
  readonly inverse: boolean | null;
  readonly state: PresentationState | null;
  /** What the state, or the reader where there is none, subtracts from the frame before all else. */
  readonly subtraction: Subtraction | typeof refusedSubtraction | null;
  /** Of the image, where no state is applied. */
  readonly ownMask: OwnMask;
  /** Of a pseudo-colour state. */
  readonly palette: Palette | null;
  /** Of the image, or of a colour state, where it changes what is seen. */
  readonly profile: ColourProfile | null;
}

const particular = ["00282000", "00283000", "00283010", "00181600", "00480105", "20500010"];

/** True where attributes of the image itself, not only of its series, change what is drawn. */
export function isParticular(details: DataSet): boolean {
  return particular.some((tag) => tag in details) || Object.keys(details).some(
    (tag) => /^60[01][0-9A-F](3000|0102)$/.test(tag)
  );
}

/** Puts together what is known; binary values that are not here yet are asked for. */
export class SoftcopyReader {
  private readonly made = new Map<string, { arrivals: number; softcopy: Softcopy }>();

  private readonly profiles = new WeakMap<Uint8Array, ColourProfile | null>();

  constructor(private readonly details: Details) {}

  /** @param isMasked whether the image's own mask is subtracted; null where that is as the image says. */
  of(frame: Frame, state: PresentationState | null, isMasked: boolean | null): Softcopy | null {
    const details = this.details.peek(frame.instance.sopInstanceUID);
    const arrivals = this.details.arrivals.peek();
    const key = `${frame.key} ${state?.sop ?? ""} ${isMasked ?? ""}`;
    const known = this.made.get(key);
    if (known?.arrivals === arrivals) return known.softcopy;
    const target = { sop: frame.instance.sopInstanceUID, frame: frame.number };
    const applied = state && appliesTo(state, target) ? state : null;
    if (!details && !applied) return null;
    const softcopy = this.read(frame, details ?? {}, applied, target, isMasked);
    this.made.clear();
    this.made.set(key, { arrivals, softcopy });
    return softcopy;
  }

  private read(
    frame: Frame, image: DataSet, state: PresentationState | null, target: { sop: string; frame: number },
    isMasked: boolean | null,
  ): Softcopy {
    const bytesOf = (element: Element): Uint8Array | null => this.bytes(element);
    const lut = (one: DataSet | null | undefined): Lut | null => (one ? lutFrom(one, bytesOf) : null);
    const own = state?.dataSet;
    const count = frame.instance.numberOfFrames ?? 1;
    const ownMask = "none" as const;
    const ownVOI = state ? softcopyVOILut(state, target) : null;
    const vois = ownVOI ? [ownVOI] : items(image, "00283010");
    return {
      modality: lut(item(own, "00283000") ?? item(image, "00283000")),
      vois: vois.flatMap((one) => lut(one) ?? []),
      presentation: lut(item(own, "20500010") ?? item(image, "20500010")),
      ...this.covers(image, own, frame.number, bytesOf),
      graphics: state ? graphics(state, target) : [],
      area: state ? displayedArea(state, target) : null,
      window: state ? softcopyWindow(state, target) : null,
      voiFunction: state ? softcopyFunction(state, target) : null,
      inverse: state ? isInverse(state) : null,
      state,
      ...(state
        ? { subtraction: subtractionOf(maskItems(state, target), frame.number, count, state.dataSet, lut), ownMask }
        : ownSubtraction(image, frame.number, count, isMasked, lut)),
      palette: own ? paletteOf(own, bytesOf) : null,
      profile: this.profile(own && "00282000" in own ? own : image),
    };
  }

  /**
   * Overlays and shutters. Under a presentation state only those overlays are seen that it activates, its own among
   * them (PS3.3 §C.11.7); that of a bitmap shutter covers in the shutter's grey.
   */
  private covers(
    image: DataSet, own: DataSet | undefined, frame: number, bytesOf: (element: Element) => Uint8Array | null,
  ): Pick<Softcopy, "overlays" | "shutter" | "mask"> {
    const shutter = shutterOf(own && "00181600" in own ? own : image);
    const planes = (colour?: readonly number[]): OverlayPlane[] => [
      ...overlayPlanes(image, frame, bytesOf, () => this.samples(image, frame), colour),
      ...(own ? ownPlanes(own, frame, bytesOf, colour) : []),
    ];
    const isSeen = ({ group }: OverlayPlane): boolean => group !== shutter?.overlay
      && (!own || text(own, `${group}1001`) !== null);
    const grey = shutter?.grey ?? 0;
    const mask = shutter?.overlay ? planes([grey, grey, grey]).filter(({ group }) => group === shutter.overlay) : [];
    return { overlays: planes().filter(isSeen), shutter, mask };
  }

  /** The stored samples of a frame, with the bits that no pixel value has. */
  private samples(image: DataSet, frame: number): Uint8Array | null {
    const [study, series, sop] = [text(image, "0020000D"), text(image, "0020000E"), text(image, "00080018")];
    return study && series && sop ? this.details.bulk(frameAddress({ study, series, sop }, frame)) : null;
  }

  private profile(of: DataSet): ColourProfile | null {
    const element = of["00282000"] ?? item(of, "00480105")?.["00282000"];
    const bytes = element ? this.bytes(element) : null;
    if (!bytes) return null;
    const known = this.profiles.get(bytes);
    if (known !== undefined) return known;
    const read = readProfile(bytes);
    this.profiles.set(bytes, read);
    return read;
  }

  private bytes(element: Element): Uint8Array | null {
    return inlineBytes(element) ?? (element.BulkDataURI ? this.details.bulk(element.BulkDataURI) : null);
  }
}

function ownPlanes(
  own: DataSet, frame: number, bytesOf: (element: Element) => Uint8Array | null, colour?: readonly number[],
): OverlayPlane[] {
  return overlayPlanes(own, frame, bytesOf, () => null, colour).map((plane) => ({ ...plane, isOfImage: false }));
}
