/** Files of other hosts than the Hub, received as carefully: resumed, bounded, verified. */
import { download } from "./download.ts";
import { interfaceFetch, type Settings } from "./request.ts";
import { hubSettings, type Patience } from "./settings.ts";

export interface ReceivedFile {
  readonly address: string;
  readonly size: number;
  /** In hexadecimal. */
  readonly sha256: string;
  /** Where the content belongs; what an interrupted attempt received lies beside it. */
  readonly path: string;
  /** Named in errors. */
  readonly subject: string;
  readonly onBytes?: (received: number) => void;
  readonly patience?: Partial<Patience>;
}

/**
 * Receives a file unless it is there, and goes on with what an earlier attempt left.
 * @throws HubError when the server refuses, or what comes has another size or digest, twice.
 */
export async function receiveFile(file: ReceivedFile): Promise<void> {
  const { address, size, sha256, path, subject, onBytes = () => {} } = file;
  const digest = { kind: "sha256", hex: sha256 } as const;
  const task = { file: { path, size, digest }, address, blob: path, subject, onBytes };
  await download(settingsFor(address, file.patience), task);
}

/**
 * An answer in JSON, of at most 32 MiB.
 * @param accept the media type that is asked for.
 * @throws HubError when there is no answer; SyntaxError when it is no JSON.
 */
export async function receiveJson(
  address: string,
  accept: string,
  subject: string,
  patience: Partial<Patience> = {},
): Promise<unknown> {
  const ask = interfaceFetch(settingsFor(address, patience), subject);
  const response = await ask(address, { headers: { accept } });
  return JSON.parse(await response.text()) as unknown;
}

/** The Hub's token is the Hub's alone. */
function settingsFor(address: string, patience: Partial<Patience> = {}): Settings {
  return hubSettings({ token: null, endpoint: new URL(address).origin, patience });
}
