/** Tells an index of packages that does not give what is asked for from everything else that can go wrong. */
import { HubError } from "../checkpoints/index.ts";
import { isOfNetwork } from "./network-failure.ts";

/** Of a mirror that has a part only, or gives something else, as of a network that lets nothing through. */
const faults: readonly HubError["code"][] = [
  ...(["unreachable", "busy", "gated", "unauthorised"] as const),
  ...(["not-found", "file-not-found", "bad-response", "wrong-size", "wrong-hash"] as const),
];

/** What `getEngine` says of an index whose answer is of no use. */
const answers =
  / has no wheel |the answer is no (JSON|list of files)| gives (no size or SHA-256|an address) for /;

/** Whether an error of `getEngine`, or one that caused it, says that this network does not give the wheels. */
export function isUnobtainable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof HubError && faults.includes(error.code)) return true;
  return answers.test(error.message) || isOfNetwork(error) || isUnobtainable(error.cause);
}
