/**
 * Versions of PJRT's C interface. The major one is 0 so far; the minor one counts changes, and structs
 * grow at their ends (`structs.ts`).
 */
export interface ApiVersion {
  readonly major: number;
  readonly minor: number;
}

/** With plug-ins of the first and of the last the tests ran. */
export const tested = { oldest: 81, newest: 115 } as const;

/** The functions' order was changed in it. */
const oldestLayout = 57;

export type Verdict = "tested" | "to be tried" | "refused";

/** What is to be done with a plug-in of that version. */
export function judge({ major, minor }: ApiVersion): Verdict {
  if (major !== 0 || minor < oldestLayout) return "refused";
  return minor >= tested.oldest && minor <= tested.newest ? "tested" : "to be tried";
}

export const describeVersion = ({ major, minor }: ApiVersion): string => `${major}.${minor}`;

export const supportedVersions = `0.${oldestLayout} and later (tested: 0.${tested.oldest} to 0.${tested.newest})`;
