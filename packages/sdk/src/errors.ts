/** Whether trying the same call again can succeed: never, after a pause, or only after the caller changed something. */
export type Retry = "never" | "later" | "after-change";

/**
 * The one error class of the SDK and the agent.
 *
 * `code` is stable and meant for programs (SCREAMING_SNAKE_CASE, domain first: `STORE_DIGEST_MISMATCH`), `message` is
 * meant for people and names the offending value, `retry` says whether trying again can help.
 */
export class CorexError extends Error {
  readonly code: string;
  readonly retry: Retry;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: { retry?: Retry; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "CorexError";
    this.code = code;
    this.retry = options.retry ?? "never";
    this.details = options.details ?? {};
  }
}
