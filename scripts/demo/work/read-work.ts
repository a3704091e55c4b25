import { readVerifier } from "@corex/sdk/actions/read-verifier";
import { formatEther } from "ethers";

import { equal, type Check } from "../checks.ts";
import { heading, print } from "../print.ts";
import type { WorkStage } from "./work-stage.ts";

/** What nodes did and earned as verifiers, and whether every CXT is where the ledgers say. */
export async function readWork(stage: WorkStage): Promise<Check[]> {
  const { contracts, nodes } = stage.network;
  heading("Verifiers");
  for (const { name, id, payout } of nodes) {
    const { kinds, ...record } = await readVerifier(contracts, id);
    const stake = formatEther(await contracts.stakeVault.stakeOf(id));
    const owed = formatEther(await contracts.workEscrow.owedTo(payout.address));
    print(
      `  ${name}: ${kinds.length} kinds, ${record.seats} seats, ${record.revealed} revealed, ${record.coherent} coherent, ` +
        `${record.incoherent} incoherent, ${record.plantsCaught} plants caught; stake ${Number(stake).toFixed(2)}, owed ${Number(owed).toFixed(3)} CXT`,
    );
  }
  return [...(await ledgers(stage)), await supply(stage)];
}

async function ledgers({ network: { contracts } }: WorkStage): Promise<Check[]> {
  const { token, workEscrow, stakeVault } = contracts;
  return [
    equal(
      "escrow of work: balance = its ledger",
      formatEther(await token.balanceOf(workEscrow)),
      formatEther(await workEscrow.recordedTotal()),
    ),
    equal(
      "vault: balance = what is staked",
      formatEther(await token.balanceOf(stakeVault)),
      formatEther(await stakeVault.totalStaked()),
    ),
  ];
}

/** Every CXT is in the pool, with a contract that owes it, or with somebody who is known. */
async function supply({ network: { contracts, nodes }, owner, operations, jurors }: WorkStage): Promise<Check> {
  const { token } = contracts;
  const holders = await Promise.all(
    [
      ...[contracts.miningPool, contracts.taskEscrow, contracts.roundEscrow, contracts.workEscrow],
      ...[contracts.stakeVault, contracts.slasher, contracts.benchmarkRegistry, contracts.feeRouter],
      ...[contracts.rewardDistributor, contracts.arbitration, contracts.jurorPool],
    ].map(async (contract) => contract.getAddress()),
  );
  const people = [
    ...[owner.sender.address, operations.sender.address, ...jurors],
    ...nodes.flatMap(({ operator, payout }) => [operator.address, payout.address]),
  ];
  const balances = await Promise.all([...holders, ...people].map(async (account) => token.balanceOf(account)));
  const sum = balances.reduce((total, balance) => total + balance, 0n);
  return equal("everybody together holds the whole supply", formatEther(sum), formatEther(await token.totalSupply()));
}
