/** The machine that figures are measured on, in words. */
import { cpus, release, totalmem, type } from "node:os";

/** As `Intel Xeon, 2 cores, 24 GiB, Linux 6.1, Node 20.20.2`. */
export function machineName(): string {
  const cores = cpus();
  const model = cores[0]?.model.trim() ?? "a processor";
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  return `${model}, ${cores.length} cores, ${memory}, ${type()} ${release()}, Node ${process.versions.node}`;
}
