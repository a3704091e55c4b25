export interface ChallengeRequestInput {
  readonly chainId: number;
  readonly nodeRegistry: string;
  readonly node: bigint;
  /** Seconds since the Unix epoch. */
  readonly issuedAt: number;
}

/**
 * What an operator signs (EIP-191) to ask for a challenge. Without it anyone could use up the challenges of a node and
 * keep it from being measured.
 */
export function challengeRequest({ chainId, nodeRegistry, node, issuedAt }: ChallengeRequestInput): string {
  return `Corex benchmark challenge\nchain ${chainId}\nregistry ${nodeRegistry}\nnode ${node}\ntime ${issuedAt}`;
}
