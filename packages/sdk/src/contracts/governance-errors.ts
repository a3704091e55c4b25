import type { JsonFragment } from "ethers";

import { BuybackAuction__factory } from "../../../../typechain-types/factories/contracts/treasury/BuybackAuction__factory.ts";
import { Council__factory } from "../../../../typechain-types/factories/contracts/council/Council__factory.ts";
import { CouncilPowers__factory } from "../../../../typechain-types/factories/contracts/council/CouncilPowers__factory.ts";
import { DeveloperRegistry__factory } from "../../../../typechain-types/factories/contracts/council/DeveloperRegistry__factory.ts";
import { GovernanceRewards__factory } from "../../../../typechain-types/factories/contracts/governance/GovernanceRewards__factory.ts";
import { GovernanceTimelock__factory } from "../../../../typechain-types/factories/contracts/governance/GovernanceTimelock__factory.ts";
import { GrantStream__factory } from "../../../../typechain-types/factories/contracts/treasury/GrantStream__factory.ts";
import { Handover__factory } from "../../../../typechain-types/factories/contracts/governance/Handover__factory.ts";
import { Parameters__factory } from "../../../../typechain-types/factories/contracts/governance/Parameters__factory.ts";
import { PolicyRegistry__factory } from "../../../../typechain-types/factories/contracts/governance/PolicyRegistry__factory.ts";
import { SelectorRegistry__factory } from "../../../../typechain-types/factories/contracts/governance/SelectorRegistry__factory.ts";
import { SupportGovernor__factory } from "../../../../typechain-types/factories/contracts/governance/SupportGovernor__factory.ts";
import { TechnicalGovernor__factory } from "../../../../typechain-types/factories/contracts/governance/TechnicalGovernor__factory.ts";
import { Treasury__factory } from "../../../../typechain-types/factories/contracts/treasury/Treasury__factory.ts";
import { VotingPower__factory } from "../../../../typechain-types/factories/contracts/votes/VotingPower__factory.ts";

/** Contracts of governance, with the errors of the OpenZeppelin contracts that they are built on. */
export const GOVERNANCE_ABIS: readonly (readonly JsonFragment[])[] = [
  VotingPower__factory.abi,
  SupportGovernor__factory.abi,
  TechnicalGovernor__factory.abi,
  PolicyRegistry__factory.abi,
  SelectorRegistry__factory.abi,
  GovernanceTimelock__factory.abi,
  Parameters__factory.abi,
  Handover__factory.abi,
  GovernanceRewards__factory.abi,
  Treasury__factory.abi,
  GrantStream__factory.abi,
  BuybackAuction__factory.abi,
  DeveloperRegistry__factory.abi,
  Council__factory.abi,
  CouncilPowers__factory.abi,
];
