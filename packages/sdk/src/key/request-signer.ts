import { CorexError } from "../errors.ts";

/** A person may have to confirm. */
const TIMEOUT_MS = 120_000;

/**
 * Asks a remote signer by JSON-RPC. No message contains what was to be signed, nor the address of the signer.
 *
 * @throws CorexError KEY_SIGNER_UNREACHABLE, KEY_SIGNER_REFUSED.
 */
export async function requestSigner(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  let answer: { readonly result?: unknown; readonly error?: { readonly message?: string } };
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    answer = (await response.json()) as typeof answer;
  } catch (cause) {
    throw new CorexError("KEY_SIGNER_UNREACHABLE", `the remote signer does not answer ${method}`, {
      retry: "later",
      cause,
    });
  }
  if (answer.error === undefined) return answer.result;
  throw new CorexError(
    "KEY_SIGNER_REFUSED",
    `the remote signer refuses ${method}: ${answer.error.message ?? "no reason"}`,
    {
      retry: "after-change",
    },
  );
}
