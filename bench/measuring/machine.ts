/** The machine that figures are measured on, in words. */
import { cpus, release, totalmem, type } from "node:os";

/** As `Intel Xeon, 2 cores, 24 GiB, Linux 6.1, Node 20.20.2`. */
export function machineName(): string {
  const cores = cpus();
  const model = cores[0]?.model.trim() ?? "a processor";
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  return `${model}, ${cores.length} cores, ${memory}, ${type()} ${release()}, Node ${process.versions.node}`;
}

/** As `2026-11-26`. */
export const today = (): string => new Date().toISOString().slice(0, 10);

/** Above this, others compute too, and speeds are lower bounds. */
const quiet = 0.1;

export const isQuiet = (busy: number): boolean => busy <= quiet;

/** Share of the cores that computes now while we wait, 0 to 1. */
export async function busyShare(milliseconds = 1000): Promise<number> {
  const before = cpus();
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  const spent = cpus().map(({ times }, core) => {
    const all = Object.entries(times).map(([kind, time]) => {
      const earlier = before[core]?.times[kind as keyof typeof times] ?? 0;
      return { isIdle: kind === "idle", time: time - earlier };
    });
    const sum = (each: typeof all) => each.reduce((total, { time }) => total + time, 0);
    return sum(all.filter(({ isIdle }) => !isIdle)) / Math.max(1, sum(all));
  });
  return spent.reduce((total, each) => total + each, 0) / spent.length;
}
