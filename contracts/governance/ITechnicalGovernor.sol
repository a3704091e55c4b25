// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IStageGovernor} from "./IStageGovernor.sol";

/// @title ITechnicalGovernor
/// @notice Decides proposals that call: at least 60 % of For and Against, a quorum of delegated units, a timelock of seven days, or
/// fourteen when roles change or a call has no label.
/// @dev CODE: the hash of every target's code is recorded at the promotion and compared at the execution.
/// VETO: the council can cancel a queued proposal once (`CouncilVeto`). Anyone may then bring the same calls as a confirmation within
/// `CONFIRMATION_PERIOD`, at targets of the same code; a confirmation can be cancelled by nobody, its author included.
interface ITechnicalGovernor is IStageGovernor {
    /// @notice Emitted when a vetoed proposal came back.
    event ProposalConfirmation(uint256 indexed vetoedId, uint256 indexed proposalId, address indexed by);

    /// @notice Thrown when the code of some target is not what was voted on; the hashes are over those of all targets.
    error TechnicalGovernorCodeChanged(uint256 proposalId, bytes32 expected, bytes32 actual);

    /// @notice Thrown when a proposal was not vetoed, was confirmed before, or its time is over.
    error TechnicalGovernorNotConfirmable(uint256 proposalId, uint256 confirmableUntil);

    /// @notice Thrown when somebody but the council's veto contract reports a veto.
    error TechnicalGovernorOnlyVeto(address caller);

    /// @notice Brings a vetoed proposal to a vote that cannot be vetoed. Open to anyone. The description of the new proposal is the
    /// old one and `CONFIRMATION_SUFFIX`.
    function confirm(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        string calldata description
    ) external returns (uint256 proposalId);

    /// @notice Cancels a queued proposal in the timelock. Only the veto contract, and never a confirmation nor a proposal whose every
    /// call is exempt.
    function veto(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external;

    /// @notice Whether `account` may veto: whoever, besides this governor, can cancel in the timelock.
    function isVetoer(address account) external view returns (bool);

    /// @notice Whether a proposal is a confirmation of a vetoed one.
    function isConfirmation(uint256 proposalId) external view returns (bool);

    /// @notice Second of the veto of a proposal; zero for none.
    function vetoedAt(uint256 proposalId) external view returns (uint256 timestamp);

    /// @notice Whether the veto of a proposal stands: its time to be confirmed is over, or the confirmation failed.
    function vetoUpheld(uint256 proposalId) external view returns (bool);

    /// @notice Hash over the code hashes of all targets as of the promotion.
    function codeHashOf(uint256 proposalId) external view returns (bytes32);
}
