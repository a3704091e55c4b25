// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";

import {ISupportGovernor, ProposalKind} from "./ISupportGovernor.sol";

/// @title IStageGovernor
/// @notice Second stage: the binding vote on a proposal that found support. `PolicyGovernor` and `TechnicalGovernor` are such.
/// @dev Standard OpenZeppelin Governors with a timelock. `propose` always reverts: proposals come by `promote`, and the author of the
/// first stage stays the proposer. The id is the same in both stages.
interface IStageGovernor is IGovernor {
    /// @notice Emitted when a proposal came from the first stage.
    event ProposalPromoted(uint256 indexed proposalId, address indexed author, address indexed by);

    /// @notice Thrown by `propose`, and by what would let calls leave that nobody promoted: `relay`, `updateTimelock`.
    error StageGovernorOnlyPromotion();

    /// @notice Thrown when the first stage did not succeed, expired, or is of the other kind.
    error StageGovernorNotPromotable(
        uint256 proposalId,
        ProposalState state,
        ProposalKind kind,
        uint256 promotableUntil
    );

    /// @notice Thrown when a setting lies outside its hard bounds.
    error StageGovernorOutOfBounds(bytes32 term, uint256 value, uint256 minimum, uint256 maximum);

    /// @notice Begins the second stage of a supported proposal. Open to anyone.
    function promote(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        string calldata description
    ) external returns (uint256 proposalId);

    /// @notice The first stage.
    function support() external view returns (ISupportGovernor);

    /// @notice Proposals ever promoted, confirmations included.
    function promotedCount() external view returns (uint256);

    /// @notice Id of the n-th promoted proposal, from zero.
    function promotedAt(uint256 index) external view returns (uint256 proposalId);

    /// @notice Whether `voter` voted on a proposal, and how: 0 Against, 1 For, 2 Abstain.
    function choiceOf(uint256 proposalId, address voter) external view returns (bool voted, uint8 support);

    /// @notice Proposals executed through this governor.
    function executedCount() external view returns (uint256);
}
