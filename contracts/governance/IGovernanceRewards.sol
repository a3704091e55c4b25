// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @dev One quarter. @param proposals Stage-two proposals that count. @param pool CXT wei drawn for it. @param weight Sum of the
/// enrolled weights. @param paid Paid so far.
struct RewardQuarter {
    uint32 proposals;
    uint128 pool;
    uint128 paid;
    uint256 weight;
}

/// @title IGovernanceRewards
/// @notice Pays those who took part in the votes of a quarter (90 days), out of a bounded part of the quarter's fees.
/// @dev weight of an account = its own units of stake and contribution, averaged over the snapshots of the quarter's second-stage proposals,
/// x participation p. p is the share of these proposals it voted on, however: zero below 50 %, one from 90 %, linear between. Linear in units:
/// splitting gains nothing. LATER ANNULMENT: a proposal whose veto stood, or that the DAO annuls within 180 days, makes m = 0.90 for those who voted For,
/// 1.05 for Against; m in [0.90, 1.10]. Rewards are planned at 1 / 1.10 of the pool, so the sum never exceeds it, and vest over 180 days, so that
/// what an annulment takes is not paid yet. What nobody is due returns to the treasury.
///
/// CALENDAR of quarter q: 90 days of votes (by the snapshot of the proposal); then `settling` = 37 days, after which the last timelock is over;
/// then 30 days of `enrol`; then vesting.
interface IGovernanceRewards {
    event QuarterFunded(uint256 indexed quarter, uint256 pool, uint256 fees);
    event Enrolled(uint256 indexed quarter, address indexed account, uint256 weight);
    event RewardPaid(uint256 indexed quarter, address indexed account, uint256 amount, uint256 multiplierBps);
    event ProposalAnnulled(uint256 indexed proposalId);
    event PoolReturned(uint256 indexed quarter, uint256 amount);

    error GovernanceRewardsWrongTime(uint256 quarter, uint256 opensAt, uint256 closesAt, uint256 timestamp);
    error GovernanceRewardsEnrolled(uint256 quarter, address account);
    error GovernanceRewardsNoWeight(uint256 quarter, address account);
    error GovernanceRewardsFunded(uint256 quarter);
    error GovernanceRewardsUnknownProposal(uint256 proposalId);
    error GovernanceRewardsTooLate(uint256 proposalId, uint256 until);

    /// @notice Draws the pool of a finished quarter from the treasury's Incentives budget: at most `RewardShareBps` of the fees that came in during it.
    /// Open to anyone, once.
    function fund(uint256 quarter) external returns (uint256 pool);

    /// @notice Counts the weight of `account` in `quarter`. Open to anyone. At most `MAX_PROPOSALS` = 64 proposals of a quarter count.
    function enrol(uint256 quarter, address account) external returns (uint256 weight);

    /// @notice Pays `account` what has vested of its reward; anyone may call.
    function withdraw(uint256 quarter, address account) external returns (uint256 amount);

    /// @notice Marks a second-stage proposal as annulled. Restricted to DAO; a veto that stood needs no call.
    function annul(uint256 proposalId) external;

    /// @notice Returns what nobody will be due of a quarter to the treasury once all has vested. Open to anyone.
    function sweep(uint256 quarter) external returns (uint256 amount);

    function currentQuarter() external view returns (uint256 quarter);
    function quarterOf(uint256 quarter) external view returns (RewardQuarter memory);
    function weightOf(
        uint256 quarter,
        address account
    ) external view returns (uint256 weight, uint256 participationBps);
    function multiplierOf(uint256 quarter, address account) external view returns (uint256 multiplierBps);
    function withdrawableOf(uint256 quarter, address account) external view returns (uint256 amount);
}
