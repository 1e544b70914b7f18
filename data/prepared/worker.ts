/** A thread that does jobs of {@link Pool}, one after the other. */
import { parentPort } from "node:worker_threads";
import { type Job, runJob } from "./jobs.ts";

parentPort?.on("message", (job: Job) => {
  try {
    parentPort?.postMessage({ result: runJob(job) });
  } catch (error) {
    parentPort?.postMessage({ error });
  }
});
