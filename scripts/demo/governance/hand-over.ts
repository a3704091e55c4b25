import { phaseCalls } from "../../../deploy/handover-plan.ts";
import { PHASES } from "../../../deploy/holders.ts";
import { auditPermissions, printAudit } from "../../audit-permissions.ts";
import { handOver } from "../../lib/hand-over.ts";
import { equal, type Check } from "../checks.ts";
import { deployOptions } from "../network.ts";
import { print } from "../print.ts";
import type { GovernanceStage } from "./decide.ts";

const DAY = 86_400;

/** The deploying account gives everything up; phase after phase the DAO takes over; the audit finds no person with power. */
export async function handOverScene(stage: GovernanceStage): Promise<Check[]> {
  const { network, governance, owner } = stage;
  const { handover } = governance;
  const { deployment, provider } = network;
  print("\nThe deploying account hands over: committees, and a contract that can only take power away from them.");
  await handOver(deployOptions(network));
  const { committees } = network;
  if (committees === undefined) throw new Error("the committees are missing");
  const named = deployment.contracts;
  const addresses = {
    ...{ AccessManager: named.AccessManager, Treasury: named.Treasury, TechnicalTimelock: named.TechnicalTimelock },
    ...{ ExecutiveCommittee: committees.executive, OperationsCommittee: committees.operations },
    SecurityCommittee: committees.security,
  };
  const phases: string[] = [];
  for (let phase = 1; phase < PHASES.length; phase += 1) {
    await later(stage, Number((await handover.conditionOf(phase)).hardDate));
    await send(stage, handover.interface.encodeFunctionData("announce"));
    await later(stage, Number(await handover.possibleAt()));
    await send(stage, handover.interface.encodeFunctionData("advance", [phaseCalls(phase, addresses)]));
    phases.push(PHASES[Number(await handover.phase())] ?? "");
    print(
      `  phase ${PHASES[phase] ?? ""} began, by anyone's transaction (here ${owner.sender.address.slice(0, 10)}..)`,
    );
  }
  await later(stage, (await now(stage)) + 14 * DAY + 1);
  const { checks } = await auditPermissions({ provider, deployment, artifactsDir: "artifacts" });
  print("  npm run audit:permissions:");
  const failed = printAudit(checks);
  const people = checks.find(({ name }) => name === "people with power");
  return [
    equal("phases that began, one way", phases.join(), PHASES.slice(1).join()),
    equal("checks of the permissions that failed", failed.map(({ name }) => name).join(), ""),
    equal("people with power", people?.detail, "phase DaoOnly: no person has power"),
  ];
}

/** Moves the clock of the local chain to `timestamp`. Nodes need not be alive any more. */
async function later({ network }: GovernanceStage, timestamp: number): Promise<void> {
  await network.provider.send("evm_setNextBlockTimestamp", [timestamp]);
  await network.provider.send("evm_mine", []);
}

async function send({ owner, governance }: GovernanceStage, data: string): Promise<void> {
  await owner.sender.send({ intent: "handover", to: await governance.handover.getAddress(), data });
}

async function now({ network }: GovernanceStage): Promise<number> {
  return (await network.provider.getBlock("latest"))?.timestamp ?? 0;
}
