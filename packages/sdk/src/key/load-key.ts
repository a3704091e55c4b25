import { readFileSync } from "node:fs";

import { isHexString, Wallet } from "ethers";

import { CorexError } from "../errors.ts";

export interface KeySources {
  readonly keystore?: string | undefined;
  readonly keystorePasswordFile?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Prefix of the environment variables; the attestor has its own. */
  readonly prefix?: string;
}

/**
 * Loads a key: from an encrypted keystore whose password is in the environment or a file, else from the environment. It is
 * held in memory only, and no message contains it.
 *
 * @throws CorexError KEY_MISSING, KEY_UNREADABLE, KEY_WRONG_PASSWORD, KEY_INVALID.
 */
export async function loadKey({ keystore, keystorePasswordFile, env, prefix = "COREX_" }: KeySources): Promise<Wallet> {
  const privateKeyName = `${prefix}PRIVATE_KEY`;
  const passwordName = `${prefix}KEYSTORE_PASSWORD`;
  if (keystore !== undefined) {
    const password = env[passwordName] ?? (keystorePasswordFile && read(keystorePasswordFile).replace(/\r?\n$/, ""));
    if (password === undefined) {
      throw keyError(
        "KEY_MISSING",
        `the password of ${keystore} is not set: use ${passwordName} or --keystore-password-file`,
      );
    }
    return decrypt(keystore, read(keystore), password);
  }
  const privateKey = env[privateKeyName];
  if (privateKey === undefined || privateKey === "") {
    throw keyError("KEY_MISSING", `no key: give --keystore, or set ${privateKeyName}`);
  }
  if (!isHexString(privateKey, 32))
    throw keyError("KEY_INVALID", `${privateKeyName} is not 0x and 64 hexadecimal digits`);
  return new Wallet(privateKey);
}

async function decrypt(file: string, json: string, password: string): Promise<Wallet> {
  try {
    const { privateKey } = await Wallet.fromEncryptedJson(json, password);
    return new Wallet(privateKey);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : "";
    if (/password/i.test(message)) throw keyError("KEY_WRONG_PASSWORD", `the password does not open ${file}`);
    throw keyError("KEY_INVALID", `${file} is no JSON keystore`);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw keyError("KEY_UNREADABLE", `cannot read ${file}`);
  }
}

function keyError(code: string, message: string): CorexError {
  return new CorexError(code, message, { retry: "after-change" });
}
