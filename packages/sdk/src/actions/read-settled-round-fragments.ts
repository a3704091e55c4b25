import { AbiCoder, keccak256, ZeroHash, type Provider } from "ethers";

import type { CorexContracts } from "../contracts/connect.ts";
import { CorexError } from "../errors.ts";
import { scanEvents, type ScanRange } from "./scan-events.ts";

/** A settled fragment as its event recorded it. */
export interface SettledRoundFragment {
  /** Round it belongs to; the number of rounds for an evaluation. */
  readonly round: number;
  /** Number of the fragment, see `round-fragment.ts`. */
  readonly fragment: number;
  readonly node: bigint;
  /** Commitment of the gradient or of the new weights; zero for an evaluation. */
  readonly output: bigint;
  readonly batch: bigint;
  readonly loss: bigint;
  readonly correct: bigint;
  /** SHA-256 digest of the opening of `output`: where its node says it is. */
  readonly artifact: string;
  readonly paid: bigint;
  readonly fee: bigint;
  readonly points: bigint;
  readonly blockNumber: number;
  readonly transactionHash: string;
}

export interface SettledRoundFragmentsQuery {
  readonly task: string;
  /** Transcript before the first fragment of the range; the zero hash, that of a new task, when absent. */
  readonly transcript?: string;
}

export interface SettledRoundFragments {
  readonly fragments: readonly SettledRoundFragment[];
  /** Transcript after the last of them: compare it with `IRoundMarket.transcriptOf` at the end of the range. */
  readonly transcript: string;
}

const RECORD_TYPE =
  "tuple(uint32 round, uint16 fragment, uint32 node, uint256 output, uint256 batch, uint256 loss, uint256 correct)";

/** A transcript after one more fragment, as `RoundRules.extend`. */
export function extendRoundTranscript(
  transcript: string,
  record: Pick<SettledRoundFragment, "round" | "fragment" | "node" | "output" | "batch" | "loss" | "correct">,
): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32", RECORD_TYPE], [transcript, record]));
}

/**
 * The settled fragments of a task of rounds in the order they settled, in a range of blocks that starts at its publication,
 * or right after the block whose transcript is given.
 *
 * @throws CorexError CHAIN_LOGS_INCOMPLETE when rounds go backwards; CHAIN_UNREACHABLE and others.
 */
export async function readSettledRoundFragments(
  { roundMarket }: CorexContracts,
  provider: Provider,
  { task, transcript = ZeroHash, ...range }: ScanRange & SettledRoundFragmentsQuery,
): Promise<SettledRoundFragments> {
  const fragments: SettledRoundFragment[] = [];
  const event = roundMarket.getEvent("FragmentSettled");
  for await (const events of scanEvents(provider, roundMarket, event, range, [task])) {
    for (const { args, blockNumber, transactionHash } of events) {
      const { output, batch, loss, correct } = args.record;
      const { node, artifact, paid, fee, points } = args;
      const [round, fragment] = [Number(args.round), Number(args.fragment)];
      const last = fragments.at(-1);
      if (last !== undefined && round < last.round) {
        throw new CorexError("CHAIN_LOGS_INCOMPLETE", `task ${task}: round ${round} after round ${last.round}`, {
          retry: "later",
          details: { task, round },
        });
      }
      const record = { round, fragment, node, output, batch, loss, correct };
      fragments.push({ ...record, artifact, paid, fee, points, blockNumber, transactionHash });
      transcript = extendRoundTranscript(transcript, record);
    }
  }
  return { fragments, transcript };
}
