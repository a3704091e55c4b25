import { verifyTypedData, type Signer, type TypedDataDomain } from "ethers";

/** What an attestor says of a measurement after it recomputed lanes of its own choice. */
export interface Attestation {
  readonly node: bigint;
  /** The measurement. */
  readonly nonce: bigint;
  /** Root that the node answered with. */
  readonly result: string;
  /** Whether the recomputed lanes are in it. */
  readonly valid: boolean;
}

/** An attestation with the account that signed it. */
export interface SignedAttestation {
  readonly attestation: Attestation;
  readonly attestor: string;
  readonly signature: string;
}

/** Attestors that must agree; the registry's `ATTESTATIONS`. */
export const ATTESTATIONS_NEEDED = 2;

/** EIP-712 type of an attestation. */
export const ATTESTATION_TYPES = {
  Attestation: [
    { name: "node", type: "uint32" },
    { name: "nonce", type: "uint32" },
    { name: "result", type: "bytes32" },
    { name: "valid", type: "bool" },
  ],
};

export interface AttestationDomain {
  readonly chainId: bigint | number;
  readonly benchmarkRegistry: string;
}

/** EIP-712 domain of the benchmark registry. */
export function attestationDomain({ chainId, benchmarkRegistry }: AttestationDomain): TypedDataDomain {
  return { name: "Corex BenchmarkRegistry", version: "1", chainId, verifyingContract: benchmarkRegistry };
}

/** Signs an attestation as an attestor (EIP-712). */
export async function signAttestation(
  attestor: Signer,
  domain: AttestationDomain,
  attestation: Attestation,
): Promise<SignedAttestation> {
  const signature = await attestor.signTypedData(attestationDomain(domain), ATTESTATION_TYPES, attestation);
  return { attestation, attestor: await attestor.getAddress(), signature };
}

/** The account that signed an attestation. @throws Error of ethers when the signature is malformed. */
export function attestationSigner(
  domain: AttestationDomain,
  { attestation, signature }: Pick<SignedAttestation, "attestation" | "signature">,
): string {
  return verifyTypedData(attestationDomain(domain), ATTESTATION_TYPES, attestation, signature);
}
