// The treasury with money, limits, and signers for those who may use it.
import { CXT, ethers, networkHelpers } from "../../support/market/suite.ts";
import { deployGovernance, fund } from "../../support/governance.ts";

export const Budget = { Operations: 0, Incentives: 1, Grants: 2, Security: 3, Buyback: 4 } as const;
export const HELD = 100_000n * CXT;
export const LIMIT = 5_000n * CXT;

/** The treasury with 100,000 CXT and limits, and signers that stand for the DAO, a committee and a phase. */
export async function deployTreasury() {
  const suite = await deployGovernance();
  const { treasury, token, technicalTimelock, accessManager } = suite;
  await fund(suite, { address: await treasury.getAddress() }, HELD);
  const timelock = await technicalTimelock.getAddress();
  await networkHelpers.impersonateAccount(timelock);
  await networkHelpers.setBalance(timelock, CXT);
  const dao = await ethers.getSigner(timelock);
  const [committee, module] = [suite.signer(9), suite.signer(10)];
  await accessManager.grantRole(18n, committee, 0);
  for (const role of [19n, 20n, 21n]) await accessManager.grantRole(role, module, 0);
  const asset = await token.getAddress();
  for (const budget of Object.values(Budget)) await treasury.connect(dao).setLimit(budget, asset, LIMIT);
  return { ...suite, dao, committee, module, asset, byDao: treasury.connect(dao) };
}
