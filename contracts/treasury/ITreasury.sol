// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @dev What money of the treasury is for.
enum Budget {
    Operations,
    Incentives,
    Grants,
    Security,
    Buyback
}

/// @title ITreasury
/// @notice What the DAO owns: fees, slashes, donations, in CXT and any other token, spent within budgets and rate limits.
/// @dev An asset is an ERC-20 address, or zero for the native coin. A budget has, for each asset, a limit within any 30 days, which the DAO
/// chooses, below an immutable share of what the treasury holds of it in 365 days (`YEARLY_CEILING_BPS`). Whoever is paid withdraws.
interface ITreasury {
    /// @notice Emitted when a limit changed.
    event LimitChanged(Budget indexed budget, address indexed asset, uint256 limit);

    /// @notice Emitted when money was promised to somebody who can withdraw it.
    event Allotted(Budget indexed budget, address indexed asset, address indexed to, uint256 amount, address by);

    /// @notice Emitted when money went to a module of the suite.
    event Funded(Budget indexed budget, address indexed asset, address indexed module, uint256 amount);

    /// @notice Emitted when promised money was withdrawn.
    event Withdrawn(address indexed asset, address indexed to, uint256 amount);

    /// @notice Emitted when the part of a limit that the committee may use changed.
    event CommitteeShareChanged(uint256 oldShareBps, uint256 newShareBps);

    /// @notice Emitted when native coin came in.
    event Received(address indexed from, uint256 amount);

    /// @notice Thrown when a payment exceeds what is left of a limit or a ceiling.
    error TreasuryBudgetExceeded(Budget budget, address asset, uint256 amount, uint256 available);

    /// @notice Thrown when a payment exceeds what is held and not promised.
    error TreasuryInsufficient(address asset, uint256 amount, uint256 free);

    /// @notice Thrown when nothing is paid, or to nobody.
    error TreasuryNothing(address asset, address to, uint256 amount);

    /// @notice Thrown when native coin could not be paid out.
    error TreasuryTransferFailed(address to, uint256 amount);

    /// @notice Promises `amount` of `asset` to `to`, within the budget. Restricted to DAO.
    function allot(Budget budget, address asset, address to, uint256 amount) external;

    /// @notice The same within the Operations budget and the committee's part of it. Restricted to BUDGET (Operations Committee).
    function allotOperations(address asset, address to, uint256 amount) external;

    /// @notice Sends `amount` of CXT within the Incentives budget to the caller. Restricted to REWARDS (`GovernanceRewards`).
    function fundRewards(address asset, uint256 amount) external;

    /// @notice Sends `amount` within the Grants budget to the caller. Restricted to GRANTS (`GrantStream`).
    function fundGrant(address asset, uint256 amount) external;

    /// @notice Sends `amount` within the Buyback budget to the caller. Restricted to BUYBACK (`BuybackAuction`).
    function fundBuyback(address asset, uint256 amount) external;

    /// @notice Chooses what a budget may pay of `asset` within any 30 days. Restricted to DAO.
    function setLimit(Budget budget, address asset, uint256 limit) external;

    /// @notice Lowers the part of the Operations limit that the committee may use; a part that is not lower changes nothing. Restricted to PHASE (`Handover`) and DAO.
    function lowerCommitteeShare(uint256 newShareBps) external;

    /// @notice Pays `to` what it was promised of `asset`; anyone may call.
    function withdraw(address asset, address to) external returns (uint256 amount);

    /// @notice Promised to `to` and not withdrawn.
    function owedTo(address asset, address to) external view returns (uint256 amount);

    /// @notice Held and not promised.
    function freeOf(address asset) external view returns (uint256 amount);

    /// @notice What the budget can pay of `asset` now: the smallest of limit, ceiling and what is free.
    function availableOf(Budget budget, address asset) external view returns (uint256 amount);

    /// @notice What the budget may pay of `asset` within 30 days.
    function limitOf(Budget budget, address asset) external view returns (uint256 limit);

    /// @notice Part of the Operations limit that the committee may use, in basis points.
    function committeeShareBps() external view returns (uint256);
}
