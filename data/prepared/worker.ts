/** A thread that does jobs of {@link Pool}, one after the other. */
import { parentPort } from "node:worker_threads";
import { FontError } from "../../svg/render/index.ts";
import { type Job, runJob } from "./jobs.ts";

parentPort?.on("message", (job: Job) => {
  try {
    parentPort?.postMessage({ result: runJob(job) });
  } catch (error) {
    // Their kind is lost on the way.
    parentPort?.postMessage({ error, isOfFont: error instanceof FontError });
  }
});
