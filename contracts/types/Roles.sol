// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @title Roles
/// @notice Role numbers of the one `AccessManager`. Role 0 is its ADMIN.
/// @dev The table of what each role may call is `deploy/authority.ts`; docs and deployment read that table.
library Roles {
    /// @dev Operations Committee: network tasks, day by day.
    uint64 internal constant OPERATIONS = 1;

    /// @dev Security Committee: suspends and reinstates nodes, removes nodes, retires circuits.
    uint64 internal constant SECURITY = 2;

    /// @dev Signs hardware benchmarks (EIP-712); calls nothing.
    uint64 internal constant ATTESTOR = 3;

    /// @dev Contracts that report verified work to the `RewardDistributor`.
    uint64 internal constant REPORTER = 4;

    /// @dev `Parameters`: changes the numbers that other contracts keep.
    uint64 internal constant PARAMETERS = 5;

    /// @dev The benchmark registry: records measured capacity and gives a measured node its first score.
    uint64 internal constant BENCHMARK = 6;

    /// @dev Security Committee and `Reputation`: suspend, reinstate and remove nodes.
    uint64 internal constant DISCIPLINE = 7;

    /// @dev Task markets: draw nodes, record their work.
    uint64 internal constant MARKET = 8;

    /// @dev `Reputation`: tells the scheduler scores.
    uint64 internal constant REPUTATION = 9;

    /// @dev `StakeVault`: tells the scheduler boosts.
    uint64 internal constant STAKING = 10;

    /// @dev `Slasher`: takes stake and records offences.
    uint64 internal constant SLASHER = 11;

    /// @dev Modules whose open liabilities hold stake.
    uint64 internal constant LIABILITY = 12;

    /// @dev Modules whose verdicts the slasher executes.
    uint64 internal constant JUDGE = 13;

    /// @dev `WorkReview`: opens and closes cases of the verifier committee, tells the work market what became of a result.
    uint64 internal constant REVIEW = 14;

    /// @dev `Arbitration`: takes results under dispute and rules on them, annuls reputation.
    uint64 internal constant ARBITER = 15;

    /// @dev Executive Committee, and the DAO: new circuits, parameters within the bands that the DAO chose. The committee acts after a delay.
    uint64 internal constant EXECUTIVE = 16;

    /// @dev The timelock of the technical governor.
    uint64 internal constant DAO = 17;

    /// @dev Operations Committee: its part of the Operations budget, after a delay.
    uint64 internal constant BUDGET = 18;

    /// @dev `GovernanceRewards`: draws from the Incentives budget.
    uint64 internal constant REWARDS = 19;

    /// @dev `GrantStream`: draws from the Grants budget.
    uint64 internal constant GRANTS = 20;

    /// @dev `BuybackAuction`: draws from the Buyback budget.
    uint64 internal constant BUYBACK = 21;

    /// @dev `CouncilPowers`, and at first the Security Committee: stops listed modules for some days.
    uint64 internal constant BRAKE = 22;

    /// @dev `Handover`: lowers what committees may do as the phases go on.
    uint64 internal constant PHASE = 23;
}
