import { execute } from "@corex/sdk/actions/execute";
import { descriptionHash } from "@corex/sdk/governance/proposal";
import { readProposal } from "@corex/sdk/actions/governance/read-proposal";
import { CorexError } from "@corex/sdk/errors";

import { act } from "../governance/act.ts";
import type { GovernanceFlags } from "../governance/flags.ts";
import { readAddress, readAmount, readId, readNumber } from "../governance/parse-arguments.ts";
import { withChain } from "../governance/session.ts";
import { show, timeText } from "../governance/show.ts";

/** Who elects seats, by number on the chain. */
export const CONSTITUENCIES = ["compute", "stakers", "developers"] as const;

const SEATS = 3;

/** Prints who sits in the council and until when its powers last. @throws CorexError CONFIG_*, CHAIN_*. */
export async function councilStatus(flags: GovernanceFlags): Promise<void> {
  await withChain(flags, async ({ contracts: { council, councilPowers } }) => {
    const seats: { constituency: string; seat: number; member: string; until: bigint; term: bigint }[] = [];
    for (const [number, constituency] of CONSTITUENCIES.entries()) {
      for (let seat = 0; seat < SEATS; seat += 1) {
        const { member, until, term } = await council.seatOf(number, seat);
        if (until > 0n) seats.push({ constituency, seat, member, until, term });
      }
    }
    const [sunset, majority] = await Promise.all([council.sunset(), councilPowers.majority()]);
    const lines = seats.map(({ constituency, seat, member, until }) => {
      return `${constituency} ${seat}: ${member} until ${timeText(until)}`;
    });
    lines.push(`powers until ${timeText(sunset)}; a veto or a stop takes ${majority} votes`);
    show(flags.json, { seats, sunset, majority }, lines.join("\n"));
  });
}

/** Begins the next election. @throws CorexError CHAIN_COUNCIL_NOTDUE, CONFIG_*, KEY_*, CHAIN_*. */
export async function councilBegin(flags: GovernanceFlags): Promise<void> {
  await act(flags, "begin the next election", ({ context, contracts: { council } }) =>
    execute(context, council.begin, [], "council-begin"),
  );
}

/** Stands in the running election. @throws CorexError CHAIN_COUNCIL_*, CONFIG_*, KEY_*, CHAIN_*. */
export async function councilStand(constituency: string, flags: GovernanceFlags): Promise<void> {
  const number = readConstituency(constituency);
  await act(flags, `stand for ${constituency}`, ({ context, contracts: { council } }) =>
    execute(context, council.stand, [number], "council-stand"),
  );
}

/** Gives votes to a candidate; developers have one each, the others units. @throws CorexError CHAIN_COUNCIL_*, CONFIG_*, KEY_*. */
export async function councilVote(
  constituency: string,
  candidate: string,
  weight: string,
  flags: GovernanceFlags,
): Promise<void> {
  const number = readConstituency(constituency);
  const units = constituency === "developers" ? readNumber(weight) : readAmount(weight);
  await act(flags, `vote with ${weight} for ${candidate} (${constituency})`, ({ context, contracts: { council } }) =>
    execute(context, council.vote, [number, readAddress(candidate), units], "council-vote"),
  );
}

/** Seats the winners of the finished election. @throws CorexError CHAIN_COUNCIL_*, CONFIG_*, KEY_*, CHAIN_*. */
export async function councilInstall(flags: GovernanceFlags): Promise<void> {
  await act(flags, "seat the winners", ({ context, contracts: { council } }) =>
    execute(context, council.install, [], "council-install"),
  );
}

/** Gives up the seat of the account. @throws CorexError CHAIN_COUNCIL_NOTMEMBER, CONFIG_*, KEY_*, CHAIN_*. */
export async function councilResign(flags: GovernanceFlags): Promise<void> {
  await act(flags, "give up its seat", ({ context, contracts: { council } }) =>
    execute(context, council.resign, [], "council-resign"),
  );
}

/** Votes for the veto of a queued technical proposal. @throws CorexError GOV_UNKNOWN_PROPOSAL, CHAIN_COUNCILPOWERS_*, CONFIG_*, KEY_*. */
export async function councilVeto(id: string, flags: GovernanceFlags): Promise<void> {
  await act(flags, `vote for the veto of ${id}`, async (session) => {
    const { context, contracts, known } = session;
    const { targets, values, calldatas, description } = await readProposal(session, known, readId(id));
    const args: [string[], bigint[], string[], string] = [
      ...([[...targets], [...values], [...calldatas]] as [string[], bigint[], string[]]),
      descriptionHash(description),
    ];
    return execute(context, contracts.councilPowers.voteVeto, args, `council-veto:${id}`);
  });
}

/** Votes to stop a module for some hours. @throws CorexError CHAIN_COUNCILPOWERS_*, CONFIG_*, KEY_*, CHAIN_*. */
export async function councilBrake(module: string, hours: string, flags: GovernanceFlags): Promise<void> {
  const duration = readNumber(hours) * 3_600n;
  await act(flags, `vote to stop ${module} for ${hours} hours`, ({ context, contracts, known }) => {
    const named = [...known.values()].find(({ name }) => name.toLowerCase() === module.toLowerCase());
    const address = named?.address ?? readAddress(module);
    return execute(context, contracts.councilPowers.voteBrake, [address, duration], `council-brake:${module}`);
  });
}

function readConstituency(text: string): number {
  const index = CONSTITUENCIES.findIndex((name) => name === text);
  if (index >= 0) return index;
  throw new CorexError("CONFIG_INVALID", `"${text}" is none of ${CONSTITUENCIES.join(", ")}`, {
    retry: "after-change",
  });
}
