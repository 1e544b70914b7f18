/** Why a model did not come from the Hub: one class, a code to branch on, and what to do. */
import { PathloomError } from "../../errors/index.ts";

export type HubFault =
  /** Neither a folder nor a name that the Hub could have. */
  | "bad-source"
  /** No such repository, or one that the token may not see. */
  | "not-found"
  | "revision-not-found"
  | "file-not-found"
  /** The repository's owner lets only people in who asked. */
  | "gated"
  /** The token is missing, wrong or not allowed to read this. */
  | "unauthorised"
  /** The repository has no config.json, or no weights as safetensors. */
  | "not-a-model"
  | "no-safetensors"
  /** An index names a file that the repository does not have. */
  | "incomplete-repository"
  /** Offline, and the cache does not hold the whole model. */
  | "not-cached"
  /** No connection, or one that broke too often. */
  | "unreachable"
  /** The server went on refusing for the moment. */
  | "busy"
  /** The server's answer makes no sense. */
  | "bad-response"
  /** A file's name would lie outside its folder. */
  | "unsafe-name"
  /** Another size or content than the Hub's listing says. */
  | "wrong-size"
  | "wrong-hash"
  | "disk-full"
  /** The cache's folder cannot be written. */
  | "cache";

/** A model that cannot be had; the message ends with what to do. */
export class HubError extends PathloomError {
  override readonly name: string = "HubError";
  override readonly code: HubFault;
  /** The repository, folder or file concerned. */
  readonly subject: string;

  constructor(code: HubFault, subject: string, reason: string, cause?: unknown) {
    super(`${subject}: ${reason}`, { cause });
    this.code = code;
    this.subject = subject;
  }
}
