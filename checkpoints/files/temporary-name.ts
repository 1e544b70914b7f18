/**
 * Names of things under construction: `<target>.tmp-<process>-<random>` and, while a folder is being
 * replaced, `<target>.old-<process>-<random>` with the same ending. The process number tells whose
 * it is, so that a later run removes what a dead one left and nothing that a living one writes.
 */
import { randomBytes } from "node:crypto";

const PATTERN = /^(?<target>.+)\.(?<role>tmp|old)-(?<process>\d+)-(?<tag>[0-9a-f]{12})$/;

export interface TemporaryName {
  /** The final name. */
  readonly target: string;
  readonly role: "tmp" | "old";
  readonly process: number;
  /** What pairs a `tmp` with its `old`: process and random number. */
  readonly tag: string;
}

/** A fresh name beside `path` for its content under construction. */
export function temporarySibling(path: string): string {
  return `${path}.tmp-${process.pid}-${randomBytes(6).toString("hex")}`;
}

/** The name that an old folder bears while the one under construction at `temporary` replaces it. */
export function displacedSibling(temporary: string): string {
  return temporary.replace(/\.tmp-(\d+-[0-9a-f]{12})$/, ".old-$1");
}

/** Takes a name (no folder) apart, or gives undefined when it is not a temporary one. */
export function parseTemporaryName(name: string): TemporaryName | undefined {
  const groups = PATTERN.exec(name)?.groups;
  if (groups === undefined) return undefined;
  return {
    target: groups.target!,
    role: groups.role as "tmp" | "old",
    process: Number(groups.process),
    tag: `${groups.process}-${groups.tag}`,
  };
}
