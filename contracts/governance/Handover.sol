// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {IVotingPower} from "../votes/IVotingPower.sol";
import {IHandover, Phase, PhaseCall, PhaseCondition} from "./IHandover.sol";
import {IStageGovernor} from "./IStageGovernor.sol";

/// @dev What the conditions of a phase look at, and who may begin its notice early.
struct HandoverSuite {
    IAccessManager manager;
    IVotingPower votes;
    IStageGovernor policy;
    IStageGovernor technical;
    address technicalTimelock;
}

/// @title Handover
/// @dev INVARIANTS
/// - INV-HND-1: the phase never falls, and rises by one at a time, at least `NOTICE` after it was announced.
/// - INV-HND-2: a phase begins with exactly the calls that were planned at construction, the last one also with giving up ADMIN; nothing else is
///   ever called.
/// - INV-HND-3: from its hard date on, a phase can be announced by anyone, whatever else holds.
/// @dev TRUST
/// - Nobody but this contract is administrator until the last phase. The technical timelock can only hasten a phase.
/// @dev LIVENESS
/// - `announce` and `advance` are open to anyone. Giving and taking roles fails for nobody, so no account can block a phase.
contract Handover is IHandover {
    /// @notice Time between the announcement of a phase and its begin.
    uint256 public constant NOTICE = 7 days;

    /// @dev Phases that are begun, all but the first.
    uint256 private constant STEPS = 3;

    /// @dev The administrator's role of an `AccessManager`.
    uint64 private constant ADMIN = 0;

    IAccessManager private immutable _manager;
    IVotingPower private immutable _votes;
    IStageGovernor private immutable _policy;
    IStageGovernor private immutable _technical;
    address private immutable _technicalTimelock;

    /// @inheritdoc IHandover
    Phase public phase;

    /// @inheritdoc IHandover
    uint256 public phaseBeganAt;

    /// @inheritdoc IHandover
    uint256 public possibleAt;

    /// @inheritdoc IHandover
    mapping(Phase phase => bytes32 hash) public callsHashOf;

    mapping(Phase phase => PhaseCondition condition) private _conditions;

    /// @param suite What the conditions look at.
    /// @param conditions Of the phases Shared, DaoPrimary and DaoOnly; their hard dates in seconds from now.
    /// @param calls That each of these begins with.
    constructor(HandoverSuite memory suite, PhaseCondition[] memory conditions, PhaseCall[][] memory calls) {
        require(conditions.length == STEPS && calls.length == STEPS, HandoverBadPlan(conditions.length, calls.length));
        _manager = suite.manager;
        _votes = suite.votes;
        _policy = suite.policy;
        _technical = suite.technical;
        _technicalTimelock = suite.technicalTimelock;
        phaseBeganAt = block.timestamp;
        for (uint256 i = 0; i < STEPS; ++i) {
            Phase next = Phase(i + 1);
            // Cast is safe: seconds, of which a plan counts years.
            conditions[i].hardDate += uint40(block.timestamp);
            callsHashOf[next] = keccak256(abi.encode(calls[i]));
            _conditions[next] = conditions[i];

            emit PhasePlanned(next, conditions[i], calls[i]);
        }
    }

    /// @inheritdoc IHandover
    function announce() external {
        // Check: there is a next phase, not announced, whose conditions or hard date are reached.
        Phase next = _next();
        (uint256 time, uint256 delegated, uint256 executed) = _progress();
        require(
            _isReady(next, time, delegated, executed),
            HandoverNotReady(next, time, delegated, executed, _conditions[next].hardDate)
        );

        _announce(next);
    }

    /// @inheritdoc IHandover
    function accelerate() external {
        // Check: the DAO decided so, and there is a next phase.
        require(msg.sender == _technicalTimelock, HandoverOnlyDao(msg.sender));

        _announce(_next());
    }

    /// @inheritdoc IHandover
    function advance(PhaseCall[] calldata calls) external {
        // Check: announced, long enough ago, and exactly what was planned.
        Phase next = _next();
        bool due = possibleAt != 0 && block.timestamp >= possibleAt;
        require(due, HandoverTooSoon(next, possibleAt, block.timestamp));
        (bytes32 expected, bytes32 actual) = (callsHashOf[next], keccak256(abi.encode(calls)));
        require(expected == actual, HandoverWrongCalls(next, expected, actual));

        // Effect: the phase has begun, whatever the calls do next.
        phase = next;
        phaseBeganAt = block.timestamp;
        possibleAt = 0;

        emit PhaseBegan(next);

        // Interaction: the planned calls, all or none.
        for (uint256 i = 0; i < calls.length; ++i) Address.functionCall(calls[i].target, calls[i].data);
        if (next == Phase.DaoOnly) _manager.renounceRole(ADMIN, address(this));
    }

    /// @inheritdoc IHandover
    function conditionOf(Phase begun) external view returns (PhaseCondition memory) {
        return _conditions[begun];
    }

    /// @inheritdoc IHandover
    function isReady() external view returns (bool) {
        if (phase == Phase.DaoOnly || possibleAt != 0) return false;
        (uint256 time, uint256 delegated, uint256 executed) = _progress();
        return _isReady(Phase(uint8(phase) + 1), time, delegated, executed);
    }

    function _announce(Phase next) private {
        require(possibleAt == 0, HandoverAnnounced(next, possibleAt));
        possibleAt = block.timestamp + NOTICE;

        emit PhaseAnnounced(next, possibleAt);
    }

    function _next() private view returns (Phase) {
        require(phase != Phase.DaoOnly, HandoverComplete());
        return Phase(uint8(phase) + 1);
    }

    /// @dev Seconds of the present phase, units that were delegated a second ago, and proposals executed.
    function _progress() private view returns (uint256 time, uint256 delegated, uint256 executed) {
        time = block.timestamp - phaseBeganAt;
        delegated = _votes.getPastTotalDelegated(block.timestamp - 1);
        executed = _policy.executedCount() + _technical.executedCount();
    }

    function _isReady(Phase next, uint256 time, uint256 delegated, uint256 executed) private view returns (bool) {
        PhaseCondition memory condition = _conditions[next];
        if (block.timestamp >= condition.hardDate) return true;
        return time >= condition.minTime && delegated >= condition.minDelegated && executed >= condition.minExecuted;
    }
}
