import {
  AbstractSigner,
  getAddress,
  hexlify,
  resolveProperties,
  toQuantity,
  toUtf8Bytes,
  Transaction,
  TypedDataEncoder,
  verifyTypedData,
  type Provider,
  type TransactionLike,
  type TransactionRequest,
  type TransactionResponse,
  type TypedDataDomain,
  type TypedDataField,
} from "ethers";

import { CorexError } from "../errors.ts";
import { requestSigner } from "./request-signer.ts";

/**
 * An account whose key another program keeps (web3signer, clef, a hardware bridge): it is asked by JSON-RPC for each signature.
 *
 * It is not trusted further than to sign: what comes back must be the transaction that was asked for, by this account, or it is not sent.
 */
export class RemoteSigner extends AbstractSigner<Provider | null> {
  readonly address: string;
  readonly #url: string;

  constructor(url: string, address: string, provider: Provider | null = null) {
    super(provider);
    this.#url = url;
    this.address = getAddress(address);
  }

  override getAddress(): Promise<string> {
    return Promise.resolve(this.address);
  }

  override connect(provider: Provider | null): RemoteSigner {
    return new RemoteSigner(this.#url, this.address, provider);
  }

  /** @throws CorexError KEY_SIGNER_UNREACHABLE, KEY_SIGNER_REFUSED, KEY_SIGNER_MISMATCH. */
  override async signTransaction(request: TransactionRequest): Promise<string> {
    const resolved = await resolveProperties(request);
    const wanted = Transaction.from({ ...resolved, from: null } as TransactionLike);
    const answer = await requestSigner(this.#url, "eth_signTransaction", [rpcTransaction(wanted, this.address)]);
    const raw = typeof answer === "object" && answer !== null ? (answer as { raw?: unknown }).raw : answer;
    const signed = parse(raw);
    if (signed.from !== this.address || signed.unsignedHash !== wanted.unsignedHash) {
      throw mismatch("signed another transaction than it was asked to, or with another key");
    }
    return signed.serialized;
  }

  override async sendTransaction(request: TransactionRequest): Promise<TransactionResponse> {
    if (this.provider === null) {
      throw new CorexError("CONFIG_INVALID", "the signer has no provider", { retry: "after-change" });
    }
    const populated = await this.populateTransaction(request);
    return this.provider.broadcastTransaction(await this.signTransaction(populated));
  }

  override async signMessage(message: string | Uint8Array): Promise<string> {
    const bytes = typeof message === "string" ? toUtf8Bytes(message) : message;
    return text(await requestSigner(this.#url, "eth_sign", [this.address, hexlify(bytes)]));
  }

  /** @throws CorexError KEY_SIGNER_UNREACHABLE, KEY_SIGNER_REFUSED, KEY_SIGNER_MISMATCH. */
  override async signTypedData(
    domain: TypedDataDomain,
    types: Record<string, TypedDataField[]>,
    value: Record<string, unknown>,
  ): Promise<string> {
    const payload = TypedDataEncoder.getPayload(domain, types, value) as unknown;
    const signature = text(
      await requestSigner(this.#url, "eth_signTypedData_v4", [this.address, JSON.stringify(payload)]),
    );
    if (verifyTypedData(domain, types, value, signature) !== this.address) {
      throw mismatch("signed another statement than it was asked to, or with another key");
    }
    return signature;
  }
}

function rpcTransaction(transaction: Transaction, from: string): Record<string, unknown> {
  const { to, data, nonce, gasLimit, value, chainId, type, gasPrice, maxFeePerGas, maxPriorityFeePerGas } = transaction;
  const price =
    type === 2
      ? { maxFeePerGas: toQuantity(maxFeePerGas ?? 0n), maxPriorityFeePerGas: toQuantity(maxPriorityFeePerGas ?? 0n) }
      : { gasPrice: toQuantity(gasPrice ?? 0n) };
  return {
    from,
    to,
    data,
    ...price,
    gas: toQuantity(gasLimit),
    value: toQuantity(value),
    nonce: toQuantity(nonce),
    chainId: toQuantity(chainId),
  };
}

function parse(raw: unknown): Transaction {
  try {
    return Transaction.from(text(raw));
  } catch (cause) {
    throw mismatch("answered with no signed transaction", cause);
  }
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw mismatch(`answered ${JSON.stringify(value)} instead of a hex string`);
}

function mismatch(what: string, cause?: unknown): CorexError {
  return new CorexError("KEY_SIGNER_MISMATCH", `the remote signer ${what}: nothing was sent`, { cause });
}
