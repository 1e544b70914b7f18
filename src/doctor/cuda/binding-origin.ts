/**
 * What a binding was built against, noted beside it. Which libraries of CUDA it will open follows
 * from that, not from what else lies in the package.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { z } from "zod";
import { type BuiltFor, builtForSchema } from "./built-for.ts";

export interface BindingOrigin {
  /** The folder of the libtensorflow. */
  readonly folder: string;
  readonly builtFor: BuiltFor;
}

const noteSchema = z.object({
  folder: z.string(),
  builtFor: builtForSchema,
  /** Of the binding: an install script that puts another in its place does not know of the note. */
  sha256: z.string(),
});

/**
 * Whole or not at all: an older note stays when it fails.
 * @param binding the compiled file, which exists.
 */
export function noteOrigin(binding: string, { folder, builtFor }: BindingOrigin): void {
  const note: z.infer<typeof noteSchema> = { folder, builtFor, sha256: digestOf(binding) };
  const temporary = `${noteOf(binding)}.tmp-${process.pid}`;
  try {
    writeSynced(temporary, `${JSON.stringify(note, null, 2)}\n`);
    renameSync(temporary, noteOf(binding));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writeSynced(file: string, text: string): void {
  const descriptor = openSync(file, "w");
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Null when nobody noted it, or not of the binding that is there now. */
export function originOf(binding: string): BindingOrigin | null {
  if (!existsSync(binding) || !existsSync(noteOf(binding))) return null;
  const note = noteSchema.safeParse(parsed(readFileSync(noteOf(binding), "utf8")));
  if (!note.success || note.data.sha256 !== digestOf(binding)) return null;
  const { folder, builtFor } = note.data;
  return { folder, builtFor };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const noteOf = (binding: string) => `${binding}.origin.json`;

function digestOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
