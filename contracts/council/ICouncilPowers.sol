// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @title ICouncilPowers
/// @notice All that the council can do: veto a queued technical proposal once, and stop listed modules for up to seven days.
/// @dev VETO: 6 of 9 votes and at least one of each constituency that has a member; with vacant seats two thirds of those filled, rounded up,
/// never below 5. Not against a confirmation, nor a proposal whose every call is exempt: calls to the council, to these powers, or taking the
/// canceller role from them. BRAKE: the same majority; each module sees to its own bounds.
interface ICouncilPowers {
    event VetoVoted(uint256 indexed proposalId, address indexed member, uint256 votes);
    event Vetoed(uint256 indexed proposalId);
    event BrakeVoted(address indexed module, uint256 duration, address indexed member, uint256 votes);
    event BrakeApplied(address indexed module, uint256 duration);

    error CouncilPowersNotMember(address account);
    error CouncilPowersVotedAlready(address account);
    error CouncilPowersEnded(uint256 sunset, uint256 timestamp);
    error CouncilPowersExempt(uint256 proposalId);
    error CouncilPowersUnlisted(address module);

    /// @notice Votes for the veto of a queued technical proposal; the vote that reaches the majority executes it.
    function voteVeto(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external;

    /// @notice Votes to stop a listed module; the vote that reaches the majority executes it. Votes count for 3 days.
    function voteBrake(address module, uint256 duration) external;

    /// @notice Whether every one of these calls is exempt from the veto.
    function isExempt(address[] calldata targets, bytes[] calldata calldatas) external view returns (bool);

    /// @notice Votes that are needed now, given the vacant seats.
    function majority() external view returns (uint256 votes);
}
