import { expect } from "chai";

import { CorexError, type Retry } from "../../../../packages/sdk/src/errors.ts";

/** Runs `action`, which must fail with a CorexError of this code, message and retry advice; returns the error. */
export async function expectCorexError(
  action: () => unknown,
  code: string,
  message: string | RegExp,
  retry?: Retry,
): Promise<CorexError> {
  let thrown: unknown;
  try {
    await action();
  } catch (error) {
    thrown = error;
  }
  if (!(thrown instanceof CorexError)) throw new Error(`expected CorexError ${code}, got ${String(thrown)}`);
  expect(thrown.code).to.equal(code);
  if (typeof message === "string") expect(thrown.message).to.equal(message);
  else expect(thrown.message).to.match(message);
  if (retry !== undefined) expect(thrown.retry).to.equal(retry);
  return thrown;
}
