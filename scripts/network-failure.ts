/** Tells a network that does not give what is asked for from everything else that can go wrong. */

const codes = [
  ...["ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "EPIPE", "ETIMEDOUT", "ERR_SOCKET_TIMEOUT"],
  ...["ENOTFOUND", "EAI_AGAIN", "ENETDOWN", "ENETUNREACH", "EHOSTUNREACH", "EHOSTDOWN"],
  ...["UND_ERR_CONNECT_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"],
  ...["UND_ERR_SOCKET"],
];

/** Whether an error of a request, or one that caused it, is of the network or of its time limit. */
export function isOfNetwork(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === "TimeoutError") return true;
  const { code } = error as NodeJS.ErrnoException;
  return (typeof code === "string" && codes.includes(code)) || isOfNetwork(error.cause);
}

/** Whether a server or a proxy answers by this HTTP status that it gives nothing, here or now. */
export function isRefusalForNow(status: number): boolean {
  return [401, 403, 407, 408, 429].includes(status) || status >= 500;
}

/** By the code that npm prints, as `npm error code ECONNREFUSED` or `npm ERR! code E503`. */
export function npmFailedByNetwork(stderr: string): boolean {
  const code = /^npm (?:error|ERR!) code (\S+)$/m.exec(stderr)?.[1] ?? "";
  const status = /^E(\d{3})$/.exec(code)?.[1];
  return status === undefined ? codes.includes(code) : isRefusalForNow(Number(status));
}
