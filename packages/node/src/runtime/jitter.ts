import { id } from "ethers";

/**
 * A pause in [0, spread) milliseconds that is fixed for a node and a subject, and differs between nodes: several nodes
 * that could all send the same transaction spread out instead of racing.
 */
export function jitter(node: bigint, subject: string, spread: number): number {
  return spread === 0 ? 0 : Number(BigInt(id(`${node}:${subject}`)) % BigInt(spread));
}
