import { parseEther, Wallet, type HDNodeWallet } from "ethers";
import { join } from "node:path";

import { repositoryRoot } from "@corex/sdk/circuits/manifest";

import { startChild, type Child } from "../../lib/children.ts";
import type { DemoFolder } from "../network.ts";
import type { Stage } from "../scenes.ts";
import { JURORS, JUROR_STAKE } from "./cast.ts";

const CLI = join(repositoryRoot(), "packages/node/src/cli.ts");
const GAS_MONEY = parseEther("10");

/** Accounts that will be jurors. */
export function createJurors(): HDNodeWallet[] {
  return Array.from({ length: JURORS }, () => Wallet.createRandom());
}

/** Starts a process for each juror, which stakes and then judges what it is drawn for. */
export async function startJurors(
  { network: { provider, deploymentFile } }: Stage,
  folder: DemoFolder,
  jurors: readonly HDNodeWallet[],
): Promise<Child[]> {
  const bank = await provider.getSigner(0);
  const children: Child[] = [];
  for (const [index, juror] of jurors.entries()) {
    await (await bank.sendTransaction({ to: juror.address, value: GAS_MONEY })).wait();
    children.push(
      startChild({
        name: `juror ${index + 1}`,
        args: [
          ...[CLI, "juror", "--deployment", deploymentFile, "--store", folder.store],
          ...["--journal", join(folder.run, `juror-${index + 1}.sqlite`), "--poll-ms", "500"],
          ...["--stake", String(JUROR_STAKE / 10n ** 18n)],
        ],
        env: { COREX_PRIVATE_KEY: juror.privateKey },
        logFile: join(folder.run, `juror-${index + 1}.log`),
      }),
    );
  }
  return children;
}
