/**
 * Requests to the Hub. Redirects are followed here, so that the token goes to the Hub's own origin
 * alone (files come from other hosts), and never from https to http.
 */
import { HubError } from "./hub-error.ts";
import type { HubSettings } from "./settings.ts";

const maxRedirects = 10;
/** Of an answer of the Hub's interface: a page of a listing. */
const maxAnswerBytes = 32 * 2 ** 20;

/** What may pass if tried again later, as a broken connection or an overloaded server. */
export class PassingFault extends Error {
  override readonly name: string = "PassingFault";
  /** Milliseconds that the server asks to wait; null where it does not say. */
  readonly wait: number | null;
  readonly isBusy: boolean;

  constructor(reason: string, cause: unknown, wait: number | null = null, isBusy = false) {
    super(reason, { cause });
    this.wait = wait;
    this.isBusy = isBusy;
  }
}

export type Settings = Pick<HubSettings, "endpoint" | "token" | "patience">;

/**
 * One request, without another attempt.
 * @param subject named in errors
 * @param accepted statuses that the caller handles, beside those of success
 * @throws {HubError} when the server refuses
 * @throws {PassingFault} when another attempt may do better
 */
export async function request(
  settings: Settings,
  subject: string,
  address: string,
  init: Omit<RequestInit, "redirect"> = {},
  accepted: readonly number[] = [],
): Promise<Response> {
  let url = new URL(address);
  for (let hops = 0; hops <= maxRedirects; hops++) {
    const response = await fetchOnce(settings, url, init);
    if (response.ok || accepted.includes(response.status)) return response;
    const location = response.headers.get("location");
    if (!isRedirect(response.status) || location === null) throw await refusal(subject, response);
    await response.body?.cancel();
    url = nextUrl(subject, url, location);
  }
  throw new HubError("bad-response", subject, `more than ${maxRedirects} redirects; try later`);
}

/** A whole answer of the Hub's interface, with further attempts: a `fetch` for the Hub's client. */
export function interfaceFetch(settings: Settings, subject: string): typeof fetch {
  return (input, init) =>
    withRetries(settings, subject, async () => {
      const response = await request(settings, subject, String(input), init);
      const bytes = await readBounded(subject, response);
      return new Response(bytes, { headers: response.headers });
    });
}

/** @throws HubError "unreachable" or "busy" after the last attempt. */
async function withRetries<T>(
  { patience }: Pick<Settings, "patience">,
  subject: string,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof PassingFault)) throw error;
      if (failures >= patience.attempts) throw givenUp(subject, failures, error);
      await pause(patience, failures, error);
    }
  }
}

export function givenUp(subject: string, attempts: number, fault: PassingFault): HubError {
  const code = fault.isBusy ? "busy" : "unreachable";
  const advice = fault.isBusy
    ? "try again later"
    : "check the connection (and HF_ENDPOINT, if set), or set HF_HUB_OFFLINE=1 to use what is cached; what was received is kept";
  return new HubError(code, subject, `${fault.message} (${attempts} attempts); ${advice}`, fault);
}

/** Waits before another attempt: as long as the server asks, else twice as long as before. */
export function pause(
  { firstDelay, longestDelay }: HubSettings["patience"],
  failures: number,
  fault: PassingFault,
): Promise<void> {
  const doubled = firstDelay * 2 ** (failures - 1) * (0.75 + Math.random() / 2);
  const delay = Math.min(Math.max(doubled, fault.wait ?? 0), longestDelay);
  return new Promise((resolve) => setTimeout(resolve, delay));
}

async function fetchOnce(
  { endpoint, token, patience }: Settings,
  url: URL,
  init: RequestInit,
): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("user-agent", "pathloom");
  if (token !== null && url.origin === endpoint.origin) {
    headers.set("authorization", `Bearer ${token}`);
  } else headers.delete("authorization");
  const impatience = new AbortController();
  const timer = setTimeout(() => impatience.abort(), patience.answer);
  const signals = [impatience.signal, ...(init.signal ? [init.signal] : [])];
  try {
    const signal = AbortSignal.any(signals);
    return await fetch(url, { ...init, headers, redirect: "manual", signal });
  } catch (error) {
    const why = impatience.signal.aborted ? "did not answer in time" : causeOf(error);
    throw new PassingFault(`${url.host} ${why}`, error);
  } finally {
    clearTimeout(timer);
  }
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return `could not be reached${code === "" ? "" : ` (${code})`}`;
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function nextUrl(subject: string, from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : null;
  const isWeb = to?.protocol === "https:" || to?.protocol === "http:";
  if (to === null || !isWeb || (from.protocol === "https:" && to.protocol === "http:")) {
    throw new HubError(
      "bad-response",
      subject,
      `${from.host} redirects to an address that is not safe to follow; try later`,
    );
  }
  return to;
}

async function refusal(subject: string, response: Response): Promise<HubError | PassingFault> {
  const { status, headers } = response;
  await response.body?.cancel();
  if (status === 429 || status === 408 || status >= 500) {
    const host = URL.canParse(response.url) ? new URL(response.url).host : "the server";
    return new PassingFault(`${host} answers ${status}`, null, waitAsked(headers), true);
  }
  const [code, reason] = meaning(status, headers.get("x-error-code"));
  return new HubError(code, subject, reason);
}

function meaning(status: number, code: string | null) {
  if (code === "GatedRepo") return refusals.gated;
  if (code === "RevisionNotFound") return refusals.revision;
  if (code === "EntryNotFound") return refusals.entry;
  if (code === "RepoNotFound" || status === 404) return refusals.repository;
  if (status === 401 || status === 403) return refusals.unauthorised;
  return ["bad-response", `the server answers ${status}; try later`] as const;
}

const refusals = {
  gated: [
    "gated",
    "its owner lets only those in who asked: accept the conditions on its page of the Hub, and set HF_TOKEN to a token of that account",
  ],
  revision: [
    "revision-not-found",
    "the repository has no such revision; look at its branches and tags on its page of the Hub",
  ],
  entry: ["file-not-found", "the repository has no such file; look at its files on the Hub"],
  repository: [
    "not-found",
    "there is no such repository on the Hub, or it is private: check the name, and set HF_TOKEN where it is private",
  ],
  unauthorised: [
    "unauthorised",
    "the Hub refuses the token or the lack of one: set HF_TOKEN to a token that may read this repository",
  ],
} as const;

/** `Retry-After`, in seconds or as a date. */
function waitAsked(headers: Headers): number | null {
  const value = headers.get("retry-after");
  if (value === null) return null;
  const milliseconds = /^\d+$/.test(value) ? 1000 * Number(value) : Date.parse(value) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(milliseconds, 0) : null;
}

async function readBounded(subject: string, response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > maxAnswerBytes) {
        throw new HubError("bad-response", subject, "the Hub's answer does not end; try later");
      }
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof HubError) throw error;
    throw new PassingFault("the connection broke", error);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
