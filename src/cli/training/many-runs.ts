/** What commands of several trainings in one folder share: what is asked for, and how Ctrl-C ends it. */
import { join } from "node:path";
import type { Config, Override } from "../../config/index.ts";
import { checkRunName, requestedConfig, runNameOf } from "../../runs/index.ts";
import { catchInterrupts } from "./interrupt.ts";

export interface ManyRunsFlags {
  readonly config?: string;
  readonly name?: string;
  readonly runs: string;
  readonly fresh?: true;
  readonly json?: true;
}

export interface ManyRuns {
  readonly config: Config;
  readonly folder: string;
  readonly fresh: boolean;
}

/** @throws ConfigError, UsageError */
export function requestedRuns(flags: ManyRunsFlags, overrides: readonly Override[]): ManyRuns {
  const config = requestedConfig(flags.config, overrides);
  const folder = join(flags.runs, checkRunName(flags.name ?? runNameOf(flags.config)));
  return { config, folder, fresh: flags.fresh === true };
}

/**
 * Works until it is done, or Ctrl-C asks to stop; the screen is finished whatever comes.
 * @param atWork what is still done after Ctrl-C, for the notice.
 */
export async function stoppable<Result>(
  screen: { onNotice(text: string): void; finish(): void },
  atWork: string,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const interrupts = catchInterrupts(() => {
    screen.onNotice(`stopping after ${atWork}, then saving; Ctrl-C again stops at once`);
  });
  try {
    return await work(interrupts.signal);
  } finally {
    interrupts.stop();
    screen.finish();
  }
}
