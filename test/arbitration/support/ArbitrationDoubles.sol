// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Score} from "../../../contracts/benchmark/IBenchmarkRegistry.sol";
import {Action, IArbitration} from "../../../contracts/arbitration/IArbitration.sol";
import {Cursor} from "../../../contracts/market/Fragments.sol";
import {WorkTerms} from "../../../contracts/market/IWorkMarket.sol";
import {DisputeSubject} from "../../../contracts/review/IWorkReview.sol";
import {NodeId, TaskId} from "../../../contracts/types/Ids.sol";

/// @dev A review that a test sets: what may be contested, whether rulings are taken. It remembers them.
contract RecordingReview {
    error NotContestable(TaskId task, uint32 fragment);
    error NotDisputed(TaskId task, uint32 fragment);
    error Unwilling();

    /// @dev What `rule` does: takes the ruling, refuses it, calls the court back, or takes it after it burned 5,500,000 gas.
    enum Mood {
        Willing,
        Unwilling,
        Reentrant,
        Greedy
    }

    struct Given {
        TaskId task;
        uint32 fragment;
        bool right;
    }

    uint256 private constant BURNED = 8_500_000;

    Mood public mood;
    DisputeSubject public subject;
    NodeId public node;
    uint256 public patience = 10 days;
    mapping(TaskId task => mapping(uint32 fragment => bool disputed)) public disputed;
    mapping(TaskId task => mapping(uint32 fragment => bool isFinal)) public settled;

    Given[] private _given;
    bytes private _echo;
    bool public echoed;

    function set(DisputeSubject newSubject, NodeId newNode, uint256 newPatience) external {
        (subject, node, patience) = (newSubject, newNode, newPatience);
    }

    function setMood(Mood newMood, bytes calldata echo) external {
        (mood, _echo) = (newMood, echo);
    }

    function settle(TaskId task, uint32 fragment) external {
        settled[task][fragment] = true;
    }

    function contest(
        WorkTerms calldata terms,
        uint32 fragment,
        address
    ) external returns (DisputeSubject, NodeId, uint256) {
        TaskId task = TaskId.wrap(keccak256(abi.encode(terms)));
        require(!disputed[task][fragment] && !settled[task][fragment], NotContestable(task, fragment));
        disputed[task][fragment] = true;
        return (subject, node, block.timestamp + patience);
    }

    function rule(WorkTerms calldata terms, uint32 fragment, bool right) external {
        TaskId task = TaskId.wrap(keccak256(abi.encode(terms)));
        require(disputed[task][fragment], NotDisputed(task, fragment));
        require(mood != Mood.Unwilling, Unwilling());
        if (mood == Mood.Greedy) {
            uint256 end = gasleft() - BURNED;
            while (gasleft() > end) {}
        }
        if (mood == Mood.Reentrant) (echoed, ) = msg.sender.call(_echo);
        disputed[task][fragment] = false;
        settled[task][fragment] = true;
        _given.push(Given(task, fragment, right));
    }

    function given() external view returns (Given[] memory) {
        return _given;
    }
}

/// @dev Results of work that a test sets.
contract SettableWork {
    mapping(TaskId task => mapping(uint32 fragment => bytes32 result)) private _results;
    mapping(TaskId task => mapping(uint32 fragment => NodeId node)) private _nodes;
    mapping(TaskId task => mapping(uint32 fragment => uint40 deadline)) private _deadlines;

    function set(TaskId task, uint32 fragment, bytes32 result, NodeId node, uint40 deadline) external {
        _results[task][fragment] = result;
        _nodes[task][fragment] = node;
        _deadlines[task][fragment] = deadline;
    }

    function taskIdOf(WorkTerms calldata terms) external pure returns (TaskId) {
        return TaskId.wrap(keccak256(abi.encode(terms)));
    }

    function resultOf(TaskId task, uint32 fragment) external view returns (bytes32, NodeId, bool) {
        return (_results[task][fragment], _nodes[task][fragment], true);
    }

    function cursorOf(TaskId task, uint32 fragment) external view returns (Cursor memory cursor) {
        cursor.deadline = _deadlines[task][fragment];
        cursor.requestedAt = _deadlines[task][fragment] - 1 hours;
    }
}

/// @dev Scores that a test sets.
contract SettableScores {
    mapping(NodeId node => Score score) private _scores;

    function set(NodeId node, uint40 measuredAt) external {
        _scores[node].measuredAt = measuredAt;
    }

    function scoreOf(NodeId node) external view returns (Score memory) {
        return _scores[node];
    }
}

/// @dev A claimant that is a contract, takes nothing, and runs out of gas when called.
contract HostileClaimant {
    function approve(address token, address spender) external returns (bool success) {
        (success, ) = token.call(abi.encodeWithSignature("approve(address,uint256)", spender, type(uint256).max));
    }

    function claim(IArbitration arbitration, NodeId node, bytes32 evidence) external returns (uint256) {
        return arbitration.claimBenchmark(node, evidence);
    }

    receive() external payable {
        revert();
    }

    fallback() external payable {
        revert();
    }
}

/// @dev Calls `execute` with as much gas as it is told.
contract GasMiser {
    function execute(
        IArbitration arbitration,
        uint256 dispute,
        Action[] calldata actions,
        uint256 allowance
    ) external returns (bool done) {
        return arbitration.execute{gas: allowance}(dispute, actions);
    }
}

/// @dev A court of its own, to try a pool of jurors without an arbitration.
contract PoolOwner {
    function forward(address target, bytes calldata data) external returns (bytes memory result) {
        bool success;
        (success, result) = target.call(data);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(result, 0x20), mload(result))
            }
        }
    }
}
