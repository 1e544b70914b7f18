/** Where the Hub, its cache and its token are: the options, else the environment as Python reads it. */
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { getHFHubCachePath } from "@huggingface/hub";
import { systemCode } from "../files/storage-error.ts";
import { HubError } from "./hub-error.ts";

export interface HubOptions {
  /** Branch, tag or commit; `main` unless given. */
  readonly revision?: string;
  /** Of Hugging Face's layout; `HF_HUB_CACHE`, else `hub` in `HF_HOME`, else `~/.cache/huggingface/hub`. */
  readonly cacheFolder?: string;
  /** Use the cache alone; so does `HF_HUB_OFFLINE=1`. */
  readonly offline?: boolean;
  /** `HF_TOKEN`, else the token that `hf auth login` keeps; null sends none. */
  readonly token?: string | null;
  /** `HF_ENDPOINT`, else `https://huggingface.co`. */
  readonly endpoint?: string;
  readonly onProgress?: (progress: HubProgress) => void;
  /** Names to download in place of what a model needs. */
  readonly files?: readonly string[];
  readonly patience?: Partial<Patience>;
}

/** In bytes; what was there already counts as received. */
export interface HubProgress {
  /** The file that is being received. */
  readonly file: string;
  /** Of all files. */
  readonly received: number;
  readonly total: number;
}

/** How long to wait, in milliseconds, and how often to try again. */
export interface Patience {
  /** Attempts in a row without progress. */
  readonly attempts: number;
  /** Before the second attempt; doubled for each further one, with some chance in it. */
  readonly firstDelay: number;
  readonly longestDelay: number;
  /** For the head of an answer. */
  readonly answer: number;
  /** A connection that brings fewer than `slowest` bytes in this time is given up. */
  readonly stall: number;
  readonly slowest: number;
}

const patience: Patience = {
  attempts: 6,
  firstDelay: 500,
  longestDelay: 30_000,
  answer: 30_000,
  stall: 30_000,
  slowest: 4096,
};

export interface HubSettings {
  readonly cacheFolder: string;
  readonly offline: boolean;
  readonly token: string | null;
  readonly endpoint: URL;
  readonly patience: Patience;
}

/** @throws HubError when the endpoint or the token cannot be one. */
export function hubSettings(options: HubOptions): HubSettings {
  const { HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE, HF_ENDPOINT } = process.env;
  return {
    cacheFolder: options.cacheFolder ?? getHFHubCachePath(),
    offline: options.offline ?? isOn(HF_HUB_OFFLINE || TRANSFORMERS_OFFLINE),
    token: checkedToken(options.token === undefined ? environmentToken() : options.token),
    endpoint: checkedEndpoint(options.endpoint ?? (HF_ENDPOINT || "https://huggingface.co")),
    patience: { ...patience, ...options.patience },
  };
}

function isOn(value: string | undefined): boolean {
  return ["1", "on", "yes", "true"].includes((value ?? "").toLowerCase());
}

function checkedEndpoint(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new HubError("bad-source", endpoint, "is no http address of a Hub; correct HF_ENDPOINT");
}

function environmentToken(): string | null {
  const { HF_TOKEN, HUGGING_FACE_HUB_TOKEN, HF_HUB_DISABLE_IMPLICIT_TOKEN } = process.env;
  if (isOn(HF_HUB_DISABLE_IMPLICIT_TOKEN)) return null;
  return HF_TOKEN || HUGGING_FACE_HUB_TOKEN || tokenFromFile();
}

function tokenFromFile(): string | null {
  const { HF_TOKEN_PATH, HF_HOME, XDG_CACHE_HOME } = process.env;
  const home = HF_HOME ?? join(XDG_CACHE_HOME ?? join(homedir(), ".cache"), "huggingface");
  try {
    return readFileSync(HF_TOKEN_PATH ?? join(home, "token"), "utf8");
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return null;
  }
}

/** Never shown, not even where it is refused. */
function checkedToken(token: string | null): string | null {
  const clean = token?.trim() ?? "";
  if (clean === "") return null;
  if (/^[\x21-\x7e]+$/.test(clean)) return clean;
  throw new HubError("bad-source", "the Hub's token", "has other than printable ASCII characters");
}
