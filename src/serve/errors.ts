/** What a client is told when it goes wrong, in the form that OpenAI's clients read. */
import { PathloomError } from "../../errors/index.ts";
import { DrawingError } from "./engine/drawing-service.ts";

export type ApiErrorType =
  | "invalid_request_error"
  | "authentication_error"
  | "not_found_error"
  | "rate_limit_error"
  | "timeout_error"
  | "server_error";

/** An answer that is no drawing. */
export class ApiError extends PathloomError {
  override readonly name: string = "ApiError";
  override readonly code: string;
  /** Of HTTP. */
  readonly status: number;
  readonly type: ApiErrorType;
  /** The field of the body that is wrong. */
  readonly param: string | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    type: ApiErrorType,
    code: string,
    message: string,
    more: {
      readonly param?: string | null;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.type = type;
    this.code = code;
    this.param = more.param ?? null;
    this.headers = more.headers ?? {};
  }

  get body() {
    const { message, type, param, code } = this;
    return { error: { message, type, param, code } };
  }
}

export function badRequest(message: string, param: string | null = null, code = "invalid_value") {
  return new ApiError(400, "invalid_request_error", code, message, { param });
}

/** Errors of HTTP's own come with a status, as a body that is too large; others are the server's. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof DrawingError) {
    // What a request asked for cannot be; anything else is no fault of the request.
    if (error.code === "ERR_CONTEXT") {
      return badRequest(error.message, "prompt", "context_length_exceeded");
    }
    return new ApiError(500, "server_error", "drawing_failed", error.message);
  }
  const { statusCode, code, message } = error as Partial<Record<string, unknown>>;
  if (typeof statusCode === "number" && statusCode >= 400 && statusCode < 500) {
    const name = typeof code === "string" ? code.replace(/^FST_ERR_/, "").toLowerCase() : "invalid";
    return new ApiError(statusCode, "invalid_request_error", name, String(message));
  }
  return new ApiError(500, "server_error", "internal_error", "the server failed; see its log");
}
