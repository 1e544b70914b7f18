/** Why a checkpoint was refused: one class, a code to branch on, the folder and the file. */
import { PathloomError } from "../../errors/index.ts";

export type CheckpointFault =
  /** The folder does not exist. */
  | "missing"
  /** There is no manifest and the folder is no plain Hugging Face model, or was not asked to be. */
  | "incomplete"
  /** A file that the manifest lists is not there. */
  | "missing-file"
  /** A file has another size than the manifest says. */
  | "wrong-size"
  /** A file's content is not what was saved, or is malformed. */
  | "corrupt"
  /** Written by a later version of the format. */
  | "unsupported"
  /** Weights in a format that runs code when loaded, such as Python pickles. */
  | "unsafe-format"
  /** A value that JSON cannot hold was to be saved. */
  | "not-serializable";

/**
 * A checkpoint that cannot be loaded or saved; the message ends with what to do.
 * @example
 * try {
 *   openSavedModel("models/icons").close();
 * } catch (error) {
 *   if (!(error instanceof CheckpointError)) throw error;
 *   console.error(`${error.folder} (${error.code}): ${error.message}`);
 * }
 */
export class CheckpointError extends PathloomError {
  override readonly name: string = "CheckpointError";
  override readonly code: CheckpointFault;
  readonly folder: string;
  /** The file inside the folder, where one is concerned. */
  readonly file: string | undefined;

  constructor(
    code: CheckpointFault,
    folder: string,
    reason: string,
    details: { readonly file?: string; readonly cause?: unknown } = {},
  ) {
    super(`checkpoint ${folder}: ${reason}`, { cause: details.cause });
    this.code = code;
    this.folder = folder;
    this.file = details.file;
  }
}
