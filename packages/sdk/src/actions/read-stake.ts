import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";

/** Positions that a node can have; `StakeVault.MAX_POSITIONS`. */
const MAX_POSITIONS = 8;

export interface StakePosition {
  readonly position: bigint;
  readonly owner: string;
  /** CXT wei it is worth now. */
  readonly amount: bigint;
  /** Seconds. */
  readonly period: number;
  /** Seconds since the Unix epoch; zero while it stays. */
  readonly maturesAt: number;
}

export interface NodeStake {
  /** CXT wei of all positions: what a slash can reach. */
  readonly total: bigint;
  /** CXT wei that open liabilities hold. */
  readonly held: bigint;
  /** CXT wei ever slashed. */
  readonly slashed: bigint;
  /** Stake-Boost scaled by 1e18. */
  readonly boost: bigint;
  readonly positions: readonly StakePosition[];
}

/** Reads what is staked for a node. @throws CorexError CHAIN_*. */
export async function readStake({ stakeVault }: CorexContracts, node: bigint): Promise<NodeStake> {
  try {
    const [data, boost] = await Promise.all([stakeVault.stakeDataOf(node), stakeVault.boostOf(node)]);
    const places = Array.from({ length: MAX_POSITIONS }, (_, place) => BigInt(place));
    const taken = places.filter((place) => (data.places >> place) % 2n === 1n);
    const positions = await Promise.all(
      taken.map(async (position) => {
        const [{ owner, period, maturesAt }, amount] = await Promise.all([
          stakeVault.positionOf(node, position),
          stakeVault.amountOf(node, position),
        ]);
        return { position, owner, amount, period: Number(period), maturesAt: Number(maturesAt) };
      }),
    );
    return { total: data.tokens, held: data.held, slashed: data.slashed, boost, positions };
  } catch (cause) {
    throw decodeError(cause);
  }
}
