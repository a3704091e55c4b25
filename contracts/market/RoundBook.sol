// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Draw} from "../matching/IScheduler.sol";
import {CircuitId, NodeId, TaskId} from "../types/Ids.sol";
import {Groth16Proof} from "../verification/Groth16.sol";
import {Cursor, Fragments} from "./Fragments.sol";
import {MarketSuite, TaskStatus} from "./IMarket.sol";
import {IRoundMarket, Phase, RoundRecord, RoundState, RoundTerms} from "./IRoundMarket.sol";
import {MarketBase} from "./MarketBase.sol";
import {MarketRules} from "./MarketRules.sol";
import {RoundRules} from "./RoundRules.sol";

/// @title RoundBook
/// @notice What `RoundMarket` remembers of its tasks, and how a fragment of any phase is found, opened and settled.
/// @dev A cursor is the state of one fragment in one round: that of an older round counts as never touched, and that of a
/// settled fragment is left as it is, because the state says that it is settled.
abstract contract RoundBook is IRoundMarket, MarketBase {
    using Fragments for Cursor;
    using RoundRules for RoundTerms;
    using RoundRules for RoundState;

    /// @dev Loss and hits over the held-out shards evaluated so far.
    struct Evaluation {
        uint256 loss;
        uint256 correct;
    }

    /// @dev Multiply-accumulates that a step and an evaluation stand for, read at publication.
    struct Work {
        uint64 ofApply;
        uint64 ofEvaluation;
    }

    /// @dev Everything about one task.
    struct Book {
        RoundState state;
        Work work;
        uint256 head;
        bytes32 transcript;
        Evaluation evaluation;
        mapping(uint256 fragment => Cursor cursor) cursors;
        mapping(uint256 lane => uint256 commitment) gradients;
    }

    /// @dev A fragment that is open.
    /// @param number Number of the fragment.
    /// @param index Its index in the open phase.
    /// @param fee Its fee, in CXT wei.
    struct Open {
        TaskId task;
        uint16 number;
        uint256 index;
        uint256 fee;
        RoundState state;
        Cursor cursor;
    }

    mapping(TaskId task => Book book) internal _books;

    constructor(address initialAuthority, MarketSuite memory suite) MarketBase(initialAuthority, suite) {}

    /// @dev The open fragment of this number; reverts when it is not open.
    function _open(RoundTerms calldata terms, uint16 fragment) internal view returns (Open memory open) {
        (open.task, open.state) = _load(terms);
        RoundState memory state = open.state;
        Phase phase;
        (phase, open.index) = RoundRules.placeOf(fragment);
        require(open.index < terms.countOf(phase), RoundMarketUnknownFragment(fragment));
        if (!state.isOpen(phase, open.index)) {
            require(state.status == TaskStatus.Active, MarketWrongStatus(open.task, state.status));
            revert RoundMarketNotOpen(fragment, state.round, state.phase);
        }
        open.number = fragment;
        open.fee = terms.feeOf(phase);
        open.cursor = _cursor(open.task, state, fragment);
    }

    /// @dev The same, for the node of the caller, which has it and is in time.
    function _claim(
        RoundTerms calldata terms,
        uint256 fragment,
        uint256 round
    ) internal view returns (Open memory open, RoundRecord memory record, address payout) {
        // The cast is safe: numbers above the last fragment are refused.
        require(fragment <= type(uint16).max, RoundMarketUnknownFragment(fragment));
        open = _open(terms, uint16(fragment));
        require(round == open.state.round, RoundMarketWrongRound(round, open.state.round));
        open.cursor.requireInTime(block.timestamp);
        (record.node, payout) = _registry.resolve(msg.sender);
        require(record.node == open.cursor.node, MarketNotAssignee(record.node, open.cursor.node));
        (record.round, record.fragment) = (open.state.round, open.number);
    }

    /// @dev Settles a proved fragment: the task moves on, the node is free again, is owed its fee and credited its points.
    function _settle(
        RoundTerms calldata terms,
        Open memory open,
        RoundRecord memory record,
        bytes32 artifact,
        address payout,
        uint64 workUnits
    ) internal {
        // Effect: the fragment is settled, and what it was the last of with it.
        Book storage book = _books[open.task];
        book.transcript = RoundRules.extend(book.transcript, record);
        if (open.state.settle(terms, open.index)) _openPhase(open.task, open.state);
        _save(open.task, open.state);

        // Interaction: pay and tell the world.
        (uint256 paid, uint256 fee, uint256 points) = _reward(
            _settlementOf(terms, open, record.node, payout, workUnits)
        );
        emit FragmentSettled(open.task, open.number, record.round, record.node, record, artifact, paid, fee, points);
        if (open.state.status == TaskStatus.Completed) emit TaskCompleted(open.task);
    }

    /// @dev Opens the fragments of a phase: their draws are requested now, all with one ticket. The casts are safe: seconds
    /// stay below 2^40 for 34,000 years.
    function _openPhase(TaskId task, RoundState memory state) internal {
        state.openedAt = uint40(block.timestamp);
        state.openTicket = _scheduler.nextTicket();
        emit PhaseOpened(task, state.phase, state.round, state.openTicket);
    }

    /// @dev A fragment of a cancelled task that was missed, given back or drawn to nobody keeps no reserve.
    function _unreserve(RoundTerms calldata terms, Open memory open) internal {
        if (open.state.status != TaskStatus.Cancelled) return;
        open.state.reserved &= ~uint16(1 << open.index);
        _save(open.task, open.state);
        if (open.fee == 0) return;
        uint256 kept = MarketRules.keptUp(open.fee, open.cursor, open.state.protocolFeeBps);
        emit ReserveRefunded(open.task, open.number, open.fee - kept);
        _refund(open.task, terms.owner, open.fee - kept, kept);
    }

    /// @dev Reverts unless the proof proves `inputs`, whose last word is the context of this fragment and caller.
    function _requireProved(
        CircuitId circuit,
        Open memory open,
        Groth16Proof calldata proof,
        uint256[] memory inputs
    ) internal view {
        inputs[inputs.length - 1] = RoundRules.context(circuit, open.task, open.number, open.state.round, msg.sender);
        _verifier.verify(circuit, proof, inputs);
    }

    /// @dev Reverts unless `batch` is shard `index` below `root`.
    function _requireShard(bytes32 root, uint256 index, uint256 batch, bytes32[] calldata path) internal pure {
        require(MarketRules.isShard(root, index, batch, path), MarketShardNotInRoot(index, batch));
    }

    /// @dev The draw of an open fragment.
    function _drawOf(RoundTerms calldata terms, Open memory open) internal pure returns (Draw memory) {
        return
            Draw({
                ticket: open.cursor.ticket,
                salt: RoundRules.salt(open.task, open.number, open.state.round),
                device: terms.device,
                minTier: MarketRules.openTier(open.fee, terms.minTier, open.cursor.waited),
                excluded: open.cursor.missed
            });
    }

    /// @dev Weights commitment that the open round starts from. No weights have the commitment zero.
    function _headOf(RoundTerms calldata terms, TaskId task) internal view returns (uint256 head) {
        head = _books[task].head;
        if (head == 0) head = terms.initialWeights;
    }

    /// @dev The task of these terms and its state; reverts when it was never published.
    function _load(RoundTerms calldata terms) internal view returns (TaskId task, RoundState memory state) {
        task = _taskIdOf(terms);
        state = _stateOf(task);
        require(state.status != TaskStatus.None, MarketWrongStatus(task, TaskStatus.None));
    }

    /// @dev The cursor of a fragment of the open phase: its own of this round, or that of its first draw.
    function _cursor(
        TaskId task,
        RoundState memory state,
        uint256 fragment
    ) internal view returns (Cursor memory cursor) {
        cursor = _books[task].cursors[fragment];
        if (cursor.requestedAt != 0 && cursor.step == state.round) return cursor;
        cursor = Fragments.initial(state.openedAt, state.openTicket);
        cursor.step = state.round;
    }

    /// @dev One place that reads the state, one that writes it and one that writes a cursor: the compiler writes out each.
    function _stateOf(TaskId task) internal view returns (RoundState memory) {
        return _books[task].state;
    }

    function _save(TaskId task, RoundState memory state) internal {
        _books[task].state = state;
    }

    function _saveCursor(Open memory open) internal {
        _books[open.task].cursors[open.number] = open.cursor;
    }

    function _taskIdOf(RoundTerms calldata terms) internal view returns (TaskId) {
        return TaskId.wrap(keccak256(abi.encode(block.chainid, address(this), terms)));
    }

    function _settlementOf(
        RoundTerms calldata terms,
        Open memory open,
        NodeId node,
        address payout,
        uint64 workUnits
    ) private view returns (Settlement memory) {
        Cursor memory cursor = open.cursor;
        return
            Settlement({
                task: open.task,
                node: node,
                payout: payout,
                workUnits: workUnits,
                network: open.state.network,
                firstDrawn: NodeId.unwrap(cursor.missed) == 0,
                device: terms.device,
                openTier: MarketRules.openTier(open.fee, terms.minTier, cursor.waited),
                protocolFeeBps: open.state.protocolFeeBps,
                fee: open.fee,
                bond: MarketRules.bondOf(open.fee, cursor),
                refuser: cursor.refused ? cursor.missed : NodeId.wrap(0),
                quality: MarketRules.qualityDown(cursor.deadline, terms.fragmentDuration, block.timestamp)
            });
    }
}
