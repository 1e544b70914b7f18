/**
 * Reads the image at an address that a server answers with. The address is outside input: it may lead
 * nowhere but to the open internet, or back to that server, which one chose oneself.
 */
import { lookup } from "node:dns";
import { get as getPlain, type IncomingMessage } from "node:http";
import { get as getSecure } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { isOpenAddress } from "./addresses.ts";
import { ItemFault } from "./errors.ts";

const mostRedirects = 4;
const closedReason = "the image's address is none of the open internet";

export interface DownloadOptions {
  /** The server's own origin, wherever that lies; null for none. */
  readonly origin: string | null;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** @throws ItemFault; the signal's reason */
export async function download(address: string, options: DownloadOptions): Promise<Buffer> {
  const { origin, maxBytes, signal } = options;
  let url = address;
  for (let hop = 0; hop <= mostRedirects; hop++) {
    const parsed = webUrl(url);
    const response = await open(parsed, parsed.origin === origin, signal);
    const { statusCode: status = 0, headers } = response;
    if (status >= 300 && status < 400 && headers.location !== undefined) {
      response.destroy();
      url = URL.canParse(headers.location, parsed.href)
        ? new URL(headers.location, parsed.href).href
        : headers.location;
      continue;
    }
    if (status !== 200) {
      response.destroy();
      throw new ItemFault(`the image's address answers ${status}`, true);
    }
    const chunks: Buffer[] = [];
    let size = 0;
    // What leaves the loop destroys the response.
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw new ItemFault("the image is too large", false);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }
  throw new ItemFault("the image's address leads on too often", true);
}

function webUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new ItemFault("the answer's address is none of HTTP", true);
  }
  return url;
}

function open(url: URL, isOwn: boolean, signal: AbortSignal): Promise<IncomingMessage> {
  // Addresses in numbers are never looked up.
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (!isOwn && isIP(host) !== 0 && !isOpenAddress(host)) throw new ItemFault(closedReason, false);
  const options = { signal, ...(isOwn ? {} : { lookup: openLookup }) };
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === "https:"
        ? getSecure(url, options, resolve)
        : getPlain(url, options, resolve);
    request.on("error", (error) => {
      const isKnown = error instanceof ItemFault || signal.aborted;
      reject(isKnown ? error : new ItemFault("the image's address is out of reach", true));
    });
  });
}

/** As the connection itself asks for it, so that no name means one address here and another one there. */
const openLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, []);
    if (!addresses.every(({ address }) => isOpenAddress(address))) {
      return callback(new ItemFault(closedReason, false), []);
    }
    const [first] = addresses;
    if (options.all || first === undefined) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
