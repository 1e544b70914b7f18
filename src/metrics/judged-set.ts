/** The drawings of one system for the captions of one benchmark, with what metrics share of them. */
import { type Drawing, defaultCanonicalOptions, parseDrawing, SvgError } from "../../svg/index.ts";
import type { PictureEncoder } from "./encoders/encoder.ts";
import type { Encoders } from "./encoders/encoders.ts";
import { blackPicture, type Picture, paint } from "./pictures/picture.ts";

/**
 * A caption and what a system drew for it.
 * @example
 * const judged: JudgedDrawing = {
 *   ...{ id: "7", caption: "heart", svg, reference: svg },
 *   ...{ tokens: 41, seconds: 0.2, ended: true },
 * };
 */
export interface JudgedDrawing {
  readonly id: string;
  readonly caption: string;
  /** As the system wrote it; null where it wrote none. */
  readonly svg: string | null;
  /** The real drawing, or a picture in one; null where the benchmark has none. */
  readonly reference: string | null;
  /** Null where the system does not say. */
  readonly tokens: number | null;
  readonly seconds: number | null;
  /** Whether the system ended it by itself, not for want of room. */
  readonly ended: boolean | null;
}

/** What drawings are compared with besides their own references. */
export interface ComparedWith {
  /** Looks of the drawings that the system was trained on; null where they are not known. */
  readonly trained: TrainedDrawings | null;
  /** Pictures of one distribution, for distances of sets, in place of the references. */
  readonly pictures: readonly string[] | null;
  readonly encoders: Encoders;
  /** Of what is drawn at random for intervals. */
  readonly seed: number;
}

export interface TrainedDrawings {
  readonly count: number;
  /** The largest cosine of a drawing's look with that of any of them; null where it shows nothing. */
  nearest(svg: string): number | null;
  /** Whether one of them is the same drawing on the grid. */
  holds(svg: string): boolean;
}

export class JudgedSet {
  readonly drawings: readonly JudgedDrawing[];
  readonly with: ComparedWith;
  readonly #parsed = new Map<number, Drawing | null>();
  readonly #features = new Map<string, Promise<readonly (Float32Array | null)[]>>();

  constructor(drawings: readonly JudgedDrawing[], comparedWith: ComparedWith) {
    this.drawings = drawings;
    this.with = comparedWith;
  }

  /** In canonical form; null where it cannot be read. */
  parsed(index: number): Drawing | null {
    const known = this.#parsed.get(index);
    if (known !== undefined) return known;
    const { svg } = this.drawings[index]!;
    const parsed = svg === null ? null : parsedOrNull(svg);
    this.#parsed.set(index, parsed);
    return parsed;
  }

  /** Black where it does not render. */
  made(index: number, size: number): Picture {
    const { svg } = this.drawings[index]!;
    return (svg === null ? null : paint(svg, size)) ?? blackPicture(size);
  }

  /** Null where there is none, or it does not render. */
  real(index: number, size: number): Picture | null {
    const { reference } = this.drawings[index]!;
    return reference === null ? null : paint(reference, size);
  }

  /** Drawings with a reference. */
  get referenced(): number {
    return this.drawings.reduce((count, { reference }) => count + Number(reference !== null), 0);
  }

  /** What an encoder sees of the drawings, once for all metrics. @param name of the encoder. */
  async madeFeatures(name: string, encoder: PictureEncoder): Promise<readonly Float32Array[]> {
    const found = await this.#kept(`made ${name}`, (index) =>
      encoder.picture(this.made(index, encoder.size)),
    );
    return found as readonly Float32Array[];
  }

  /** The same of the references; null where there is none. */
  realFeatures(name: string, encoder: PictureEncoder): Promise<readonly (Float32Array | null)[]> {
    return this.#kept(`real ${name}`, async (index) => {
      const picture = this.real(index, encoder.size);
      return picture === null ? null : encoder.picture(picture);
    });
  }

  #kept(key: string, find: (index: number) => Promise<Float32Array | null>) {
    const known = this.#features.get(key) ?? inTurn(this.drawings.length, find);
    this.#features.set(key, known);
    return known;
  }
}

async function inTurn<T>(count: number, find: (index: number) => Promise<T>): Promise<T[]> {
  const found: T[] = [];
  for (let index = 0; index < count; index++) found.push(await find(index));
  return found;
}

function parsedOrNull(svg: string): Drawing | null {
  try {
    return parseDrawing(svg, defaultCanonicalOptions).drawing;
  } catch (error) {
    if (error instanceof SvgError) return null;
    throw error;
  }
}
