/** For sets of which nothing is to be left out: no training, instead of training without some. */
import { SourceError } from "../sources/source.ts";
import type { DataReports } from "./left-out.ts";
import type { NoteOptions } from "./notes.ts";

/** @throws SourceError naming the first that is too long, and the limit that holds all */
export function refuseTooLong(
  { train, heldOut }: DataReports,
  { limit, limitKey }: NoteOptions,
): void {
  const tooLong = [...train.tooLong, ...heldOut.tooLong];
  const [first] = tooLong;
  if (first === undefined) return;
  const longest = Math.max(...tooLong.map(({ tokens }) => tokens));
  throw new SourceError(
    `data.tooLong refuse: ${tooLong.length} samples are longer than ${limitKey} ${limit}, as ${first.id} of ${first.tokens} tokens; ${longest} holds all`,
  );
}
