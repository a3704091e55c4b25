// What a call would do, without sending it.
import { isCallException, type Provider } from "ethers";

/** Outcome of a simulated call: "ok 0x..." or "revert 0x........", the first four bytes of the reason. */
export async function simulate(provider: Provider, from: string, to: string, data: string): Promise<string> {
  try {
    return `ok ${await provider.call({ from, to, data })}`;
  } catch (error) {
    const reason = revertData(error);
    if (reason === undefined) throw error;
    return `revert ${reason.slice(0, 10)}`;
  }
}

/** Returns the revert data that a provider attached to `error`; undefined when the call failed for another reason. */
function revertData(error: unknown): string | undefined {
  if (isCallException(error)) return error.data ?? "0x";
  for (let cause: unknown = error; typeof cause === "object" && cause !== null;) {
    if ("data" in cause && typeof cause.data === "string" && cause.data.startsWith("0x")) return cause.data;
    if ("data" in cause && typeof cause.data === "object" && cause.data !== null) cause = cause.data;
    else if ("cause" in cause) cause = cause.cause;
    else if ("error" in cause) cause = cause.error;
    else break;
  }
  return undefined;
}
