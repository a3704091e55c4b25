// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @dev How far the DAO has taken over.
enum Phase {
    Bootstrap,
    Shared,
    DaoPrimary,
    DaoOnly
}

/// @dev When a phase may begin: by conditions, or by the hard date alone.
/// @param minTime Seconds since the begin of the phase before it.
/// @param minDelegated Units that must be delegated.
/// @param minExecuted Proposals that both second-stage governors must have executed.
/// @param hardDate Second from which no other condition counts.
struct PhaseCondition {
    uint40 minTime;
    uint128 minDelegated;
    uint32 minExecuted;
    uint40 hardDate;
}

/// @dev One call that a phase begins with.
struct PhaseCall {
    address target;
    bytes data;
}

/// @title IHandover
/// @notice Holds the ADMIN role from the end of the deployment on, and gives it to the DAO in three steps that cannot be undone.
/// @dev What each step calls was fixed at the deployment, by hash; the calls themselves are in the event of the construction and
/// follow from `deploy/authority.ts`. Nobody can make it call anything else.
interface IHandover {
    /// @notice Emitted at construction, once for each phase after the first.
    event PhasePlanned(Phase indexed phase, PhaseCondition condition, PhaseCall[] calls);

    /// @notice Emitted when the conditions of the next phase were found fulfilled.
    event PhaseAnnounced(Phase indexed phase, uint256 possibleAt);

    /// @notice Emitted when a phase began.
    event PhaseBegan(Phase indexed phase);

    /// @notice Thrown when the plan is not one of three phases.
    error HandoverBadPlan(uint256 conditions, uint256 calls);

    /// @notice Thrown when somebody but the technical timelock would hasten a phase.
    error HandoverOnlyDao(address caller);

    /// @notice Thrown when nothing is left to hand over.
    error HandoverComplete();

    /// @notice Thrown when neither the conditions nor the hard date of the next phase are reached.
    error HandoverNotReady(Phase phase, uint256 time, uint256 delegated, uint256 executed, uint256 hardDate);

    /// @notice Thrown when the step was announced already.
    error HandoverAnnounced(Phase phase, uint256 possibleAt);

    /// @notice Thrown when the step was not announced, or not long enough ago.
    error HandoverTooSoon(Phase phase, uint256 possibleAt, uint256 timestamp);

    /// @notice Thrown when the calls are not the planned ones.
    error HandoverWrongCalls(Phase phase, bytes32 expected, bytes32 actual);

    /// @notice Starts the notice of `NOTICE` = 7 days of the next phase once its conditions or its hard date are reached. Open to anyone.
    function announce() external;

    /// @notice Begins the announced phase with its planned calls. Open to anyone.
    function advance(PhaseCall[] calldata calls) external;

    /// @notice Lets the DAO begin the notice of the next phase before its conditions are reached. Only the technical timelock.
    function accelerate() external;

    /// @notice The present phase.
    function phase() external view returns (Phase);

    /// @notice Second at which the present phase began.
    function phaseBeganAt() external view returns (uint256 timestamp);

    /// @notice Second from which the announced phase may begin; zero when none is announced.
    function possibleAt() external view returns (uint256 timestamp);

    /// @notice When a phase may begin.
    function conditionOf(Phase phase) external view returns (PhaseCondition memory);

    /// @notice keccak-256 of the ABI-encoded calls of a phase.
    function callsHashOf(Phase phase) external view returns (bytes32);

    /// @notice Whether the next phase can be announced now.
    function isReady() external view returns (bool);
}
