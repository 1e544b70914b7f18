/**
 * The one way in which times are compared here: contestants take turns, so that whatever else the
 * machine does hits all of them, and rounds in which code is compiled and memory first touched do not
 * count. What is told is the median of the rounds; of ratios that of the rounds' own.
 */

/** Does its work once more, and says how many seconds that took. */
export type Timed = () => number | Promise<number>;

export interface TurnOptions {
  readonly rounds: number;
  /** That are not counted; 1 unless given. */
  readonly warmUpRounds?: number;
}

/** Seconds of each round, by contestant. */
export async function inTurn<Name extends string>(
  contestants: Readonly<Record<Name, Timed>>,
  { rounds, warmUpRounds = 1 }: TurnOptions,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contestants) as Name[];
  const seconds = Object.fromEntries(names.map((name) => [name, [] as number[]]));
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (const name of names) {
      const taken = await contestants[name]();
      if (round >= 0) seconds[name]!.push(taken);
    }
  }
  return seconds as Record<Name, number[]>;
}

/** Seconds that pass. */
export function wallSeconds(work: () => void): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
}

/** Seconds that all threads of this process compute, whatever else the machine does. */
export async function processorSeconds(work: () => void | Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** How many times as fast as the others, the median over the rounds. */
export function timesAsFast(own: readonly number[], others: readonly number[]): number {
  return median(own.map((seconds, round) => others[round]! / seconds));
}

/** The mean of the middle two where there is no middle one. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}
