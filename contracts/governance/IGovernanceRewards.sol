// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @dev One quarter.
/// @param proposals Second-stage proposals that count.
/// @param pool CXT wei drawn for it.
/// @param paid CXT wei paid or returned of it.
/// @param weight Sum of the enrolled weights.
struct RewardQuarter {
    uint32 proposals;
    uint96 pool;
    uint96 paid;
    uint256 weight;
}

/// @title IGovernanceRewards
/// @notice Pays those who took part in the votes of a quarter (90 days), out of a bounded part of the quarter's fees.
/// @dev weight = own units of stake and contribution, averaged over the snapshots of the quarter's second-stage proposals, x participation p.
/// p is 0 up to 50 % of these proposals voted on, one from 90 %, linear between; For, Against and Abstain count the same, early or late.
/// Linear in units, so splitting gains nothing. CXT that is only held counts nothing: it could be borrowed for the vote.
///
/// m, in [0.90, 1.10], looks at facts that nobody knew at the vote: proposals whose veto stood, or that the DAO annulled later. Each costs those
/// who voted For 0.10, and gives those who voted Against 0.05. Rewards are planned at 1 / 1.10 of the pool, so that their sum never exceeds it, and
/// vest over 180 days: what an annulment takes is not paid yet.
///
/// CALENDAR of a quarter, counted from its end: 37 days until its last timelock is over; 30 days to enrol; 180 days of vesting, in
/// which proposals can still be annulled; a year to withdraw; then the rest returns to the treasury.
interface IGovernanceRewards {
    /// @notice Emitted when a proposal was assigned to the quarter of its snapshot.
    event ProposalCounted(uint256 indexed quarter, address indexed governor, uint256 indexed proposalId);

    /// @notice Emitted when money was drawn for a quarter. `fees` is what came in during it, in CXT wei.
    event QuarterFunded(uint256 indexed quarter, uint256 drawn, uint256 pool, uint256 fees);

    /// @notice Emitted when the weight of an account was counted.
    event Enrolled(uint256 indexed quarter, address indexed account, uint256 weight);

    /// @notice Emitted when an account was paid.
    event RewardPaid(uint256 indexed quarter, address indexed account, uint256 amount, uint256 multiplierBps);

    /// @notice Emitted when a proposal turned out not to have deserved support.
    event ProposalAnnulled(uint256 indexed quarter, uint256 indexed proposalId);

    /// @notice Emitted when what was left of a quarter went back to the treasury.
    event PoolReturned(uint256 indexed quarter, uint256 amount);

    /// @notice Thrown before or after the time of an action, [opensAt, closesAt).
    error GovernanceRewardsWrongTime(uint256 quarter, uint256 opensAt, uint256 closesAt, uint256 timestamp);

    /// @notice Thrown when an account was enrolled before.
    error GovernanceRewardsEnrolled(uint256 quarter, address account);

    /// @notice Thrown when an account has no weight.
    error GovernanceRewardsNoWeight(uint256 quarter, address account);

    /// @notice Thrown when proposals of the quarter are not counted yet; call `count` first.
    error GovernanceRewardsNotCounted(uint256 quarter);

    /// @notice Thrown when a proposal does not count in any quarter, was annulled before, or its veto does not stand.
    error GovernanceRewardsNotAnnullable(uint256 proposalId);

    /// @notice Assigns up to `limit` more proposals, whose vote has begun, to their quarters, and marks the fees of the running quarter. Open to
    /// anyone. At most `MAX_PROPOSALS` = 64 count in a quarter.
    function count(uint256 limit) external;

    /// @notice Draws up to `RewardShareBps` of the fees of a finished quarter from the treasury's Incentives budget. Open to anyone until
    /// enrolment ends; draws the rest again when the budget did not suffice.
    function fund(uint256 quarter) external returns (uint256 drawn);

    /// @notice Counts the weight of `account` in `quarter`. Open to anyone.
    function enrol(uint256 quarter, address account) external returns (uint256 weight);

    /// @notice Pays `account` what has vested of its reward; anyone may call.
    function withdraw(uint256 quarter, address account) external returns (uint256 amount);

    /// @notice Annuls a proposal until its quarter has vested. Restricted to DAO.
    function annul(uint256 proposalId) external;

    /// @notice The same for a technical proposal whose veto stands. Open to anyone.
    function annulVetoed(uint256 proposalId) external;

    /// @notice Returns what is left of a quarter to the treasury: once enrolment ended without any weight, or a year after all vested. Open to anyone.
    function sweep(uint256 quarter) external returns (uint256 amount);

    /// @notice The running quarter.
    function currentQuarter() external view returns (uint256 quarter);

    /// @notice Second at which a quarter ends.
    function endOf(uint256 quarter) external view returns (uint256 timestamp);

    /// @notice Everything about a quarter.
    function quarterOf(uint256 quarter) external view returns (RewardQuarter memory);

    /// @notice CXT wei of fees that count for a quarter: those since its mark until the next one; zero while it runs.
    function feesOf(uint256 quarter) external view returns (uint256 fees);

    /// @notice Weight that `account` has or would have, and its participation, given the proposals counted so far.
    function weightOf(
        uint256 quarter,
        address account
    ) external view returns (uint256 weight, uint256 participationBps);

    /// @notice m of `account`, in basis points.
    function multiplierOf(uint256 quarter, address account) external view returns (uint256 multiplierBps);

    /// @notice CXT wei that `withdraw` would pay now.
    function withdrawableOf(uint256 quarter, address account) external view returns (uint256 amount);
}
