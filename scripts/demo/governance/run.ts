import { join } from "node:path";

import type { Circuit } from "@corex/sdk/circuits/manifest";
import { repositoryRoot } from "@corex/sdk/circuits/manifest";
import { connectGovernance } from "@corex/sdk/contracts/connect-governance";
import { parseEther, Wallet } from "ethers";

import type { Child } from "../../lib/children.ts";
import type { Check } from "../checks.ts";
import { firstDeath } from "../first-death.ts";
import type { DemoFolder } from "../network.ts";
import type { DemoOptions } from "../options.ts";
import { print } from "../print.ts";
import type { Profile } from "../profiles.ts";
import { report } from "../report-checks.ts";
import { earn } from "../work/earn.ts";
import { raiseNetwork } from "../work/raise.ts";
import { decideScene, type GovernanceStage } from "./decide.ts";
import { handOverScene } from "./hand-over.ts";

/** What the author stakes, its bond, what the owner's tasks cost, and votes for the others. */
const NEEDED = parseEther("20000");

const CAST: readonly Profile[] = [1, 2, 3].map((number) => ({ name: `node ${number}`, threads: 1, conduct: "honest" }));

/** Plays the scene on a network of its own, from the first CXT to the last phase, and returns the exit code. */
export async function runGovernance(options: DemoOptions, folder: DemoFolder, circuit: Circuit): Promise<number> {
  const children: Child[] = [];
  const stop = async () => {
    for (const child of children.toReversed()) await child.stop();
  };
  process.once("SIGINT", () => void stop().then(() => process.exit(130)));
  process.once("SIGTERM", () => void stop().then(() => process.exit(143)));
  const committees = [Wallet.createRandom(), Wallet.createRandom(), Wallet.createRandom()] as const;
  try {
    const killed = new Set<Child>();
    const { stage } = await raiseNetwork({
      ...{ options, folder, circuit, children },
      program: join(repositoryRoot(), "packages/node/src/cli.ts"),
      runArgs: [],
      env: {},
      cast: CAST,
      committees: {
        executive: committees[0].address,
        operations: committees[1].address,
        security: committees[2].address,
      },
      operations: committees[1],
      death: async (nodes) => firstDeath(children, nodes, killed),
    });
    print("\nNobody owns CXT yet. The nodes earn what an author of a proposal must stake.");
    await earn(stage, NEEDED);
    const { deployment, provider } = stage.network;
    const governed: GovernanceStage = { ...stage, governance: connectGovernance(deployment, provider) };
    const checks: Check[] = [...(await decideScene(governed)), ...(await handOverScene(governed))];
    return report(checks);
  } finally {
    await stop();
  }
}
