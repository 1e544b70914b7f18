/** A request in a batch: its sequence, and where its caches are. */
import type { GenerationEvents, GenerationRequest } from "./generation-request.ts";
import type { Row } from "./row-groups.ts";
import { Sequence } from "./sequence.ts";

export class Lane {
  /** By which the older of two is told. */
  readonly serial: number;
  readonly sequence: Sequence;
  readonly events: GenerationEvents;
  /** With the prompt, and with guidance one without. */
  readonly prompts: readonly ArrayLike<number>[];
  state: "waiting" | "running" | "ended" = "waiting";
  /** One for each prompt, while it runs. */
  rows: readonly Row[] = [];
  /** Of the tokens that were drawn, those that its rows have read. */
  read = 0;
  /** Tokens of its prompt that were found in the caches. */
  reused = 0;

  constructor(serial: number, request: GenerationRequest, events: GenerationEvents) {
    const { guidance = null, prompt } = request;
    this.serial = serial;
    this.sequence = new Sequence({ ...request, scale: guidance?.scale ?? null });
    this.events = events;
    this.prompts = guidance === null ? [prompt] : [prompt, guidance.prompt];
  }

  get hasBegun(): boolean {
    return this.sequence.ids.length > 0;
  }

  /** Tokens that its rows have read. */
  get lengths(): number[] {
    return this.prompts.map(({ length }) => length + this.read);
  }

  /** Tokens that they will have read when the next is drawn. */
  get lengthsToCome(): number[] {
    const drawn = Math.max(0, this.sequence.ids.length - 1);
    return this.prompts.map(({ length }) => length + drawn);
  }
}
