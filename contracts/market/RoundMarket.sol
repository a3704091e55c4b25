// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CircuitId, NodeId, TaskId} from "../types/Ids.sol";
import {Cursor, Fragments} from "./Fragments.sol";
import {MarketSuite, TaskStatus} from "./IMarket.sol";
import {
    ApplySubmission,
    EvaluationSubmission,
    GradientSubmission,
    IRoundMarket,
    Phase,
    RoundRecord,
    RoundState,
    RoundTerms
} from "./IRoundMarket.sol";
import {MarketRules} from "./MarketRules.sol";
import {RoundBook} from "./RoundBook.sol";
import {RoundGate} from "./RoundGate.sol";
import {RoundRules} from "./RoundRules.sol";

/// @title RoundMarket
/// @dev INVARIANTS
/// - INV-RND-1: a fragment pays at most once: settling sets its bit, or moves the round, and only an open one can settle.
/// - INV-RND-2: the escrow holds the fees of the fragments of an active task that are neither settled nor dropped, and those of
///   the reserved fragments of a cancelled one.
/// - INV-RND-3: the head moves only by an accepted step from it, over exactly the gradients settled in its round.
/// - INV-RND-4: no state without a way on: `assign`, `reassign` and `closeRound` are open to anyone, and with every other
///   party silent the owner gets unspent fees by `cancel`, and those in flight by `assign` and, after the deadline, `reassign`.
/// - INV-RND-5: what the scheduler counts as open for a node is what the markets have assigned to it, and the vault holds exactly
///   the bonds of its bonded fragments.
/// - INV-RND-6: whom a first draw that is decided gives a fragment is in nobody's hands: neither closing the round nor cancelling
///   nor waiting takes it back; and a lane that was missed or given back is not dropped for nothing.
/// - INV-PRF-1: a statement is accepted at most once, only from the assigned node, only on this chain and market: its context
///   names chain, market, circuit, task, fragment, round and operator.
/// @dev TRUST
/// - The restricted functions publish network tasks and set the fee of future tasks (`MarketBase`). They reach no published
///   task and no escrow.
/// @dev LIVENESS
/// - `assign`, `reassign` and `closeRound` are open to anyone; nodes gain by calling them.
contract RoundMarket is RoundBook {
    using Fragments for Cursor;
    using RoundRules for RoundTerms;
    using RoundRules for RoundState;

    RoundGate private immutable _gate;

    constructor(address initialAuthority, MarketSuite memory suite) RoundBook(initialAuthority, suite) {
        _gate = new RoundGate(suite.circuits);
    }

    /// @inheritdoc IRoundMarket
    function publish(RoundTerms calldata terms) external returns (TaskId task) {
        task = _publish(terms, false);

        // Interaction: the fees come in, or nothing is published.
        escrow.deposit(task, msg.sender, terms.totalFees());
    }

    /// @inheritdoc IRoundMarket
    function publishNetwork(RoundTerms calldata terms) external restricted returns (TaskId task) {
        task = _publish(terms, true);
    }

    /// @inheritdoc IRoundMarket
    function assign(RoundTerms calldata terms, uint16 fragment) external returns (NodeId node) {
        // Check: the fragment is open and free.
        Open memory open = _open(terms, fragment);
        Cursor memory cursor = open.cursor;
        cursor.requireFree();

        // Interaction: the scheduler draws and counts the fragment; the vault holds the bond of a staked node.
        bool bonded;
        (node, bonded) = _take(_drawOf(terms, open), MarketRules.bondDown(open.fee));

        // Effect: assign, or request the draw anew.
        if (NodeId.unwrap(node) == 0) {
            cursor.renew(block.timestamp, _scheduler.nextTicket());
            emit DrawRenewed(open.task, fragment, cursor.step, cursor.attempt, cursor.ticket);
        } else {
            cursor.assign(node, bonded, block.timestamp, terms.fragmentDuration);
            emit FragmentAssigned(open.task, fragment, cursor.step, node, cursor.deadline);
        }
        _saveCursor(open);

        // Interaction: a cancelled task keeps no reserve for a fragment that was drawn to nobody.
        if (NodeId.unwrap(node) == 0) _unreserve(terms, open);
    }

    /// @inheritdoc IRoundMarket
    function submitGradient(RoundTerms calldata terms, GradientSubmission calldata submission) external {
        // Check: the lane is open and the caller's, in time, on its shard, and proved from the head.
        (Open memory open, RoundRecord memory record, address payout) = _claim(
            terms,
            submission.lane,
            submission.round
        );
        require(open.state.phase == Phase.Gradients, RoundMarketUnknownFragment(submission.lane));
        uint256 index = terms.shardIndex(submission.round, submission.lane);
        _requireShard(terms.shardRoot, index, submission.batch, submission.shardProof);
        uint256[] memory inputs = new uint256[](5);
        inputs[0] = _headOf(terms, open.task);
        inputs[1] = submission.gradient;
        inputs[2] = submission.batch;
        inputs[3] = submission.loss;
        _requireProved(terms.gradientCircuit, open, submission.proof, inputs);

        // Effect: the lane has its gradient.
        (record.output, record.batch, record.loss) = (submission.gradient, submission.batch, submission.loss);
        _books[open.task].gradients[submission.lane] = submission.gradient;
        _settle(terms, open, record, submission.artifact, payout, open.state.gradientWork);
    }

    /// @inheritdoc IRoundMarket
    function submitApply(RoundTerms calldata terms, ApplySubmission calldata submission) external {
        // Check: the step is open and the caller's, in time, and proved from the head over the gradients of the round.
        (Open memory open, RoundRecord memory record, address payout) = _claim(
            terms,
            RoundRules.APPLY_FRAGMENT,
            submission.round
        );
        Book storage book = _books[open.task];
        uint256 lanes = terms.lanes;
        uint256[] memory inputs = new uint256[](2 * lanes + 3);
        inputs[0] = _headOf(terms, open.task);
        inputs[1] = submission.newWeights;
        uint256[] memory shares = RoundRules.sharesOf(open.state.settled, lanes);
        for (uint256 lane = 0; lane < lanes; ++lane) {
            if (shares[lane] == 0) continue;
            inputs[2 + lane] = book.gradients[lane];
            inputs[2 + lanes + lane] = shares[lane];
        }
        _requireProved(terms.applyCircuit, open, submission.proof, inputs);

        // Effect: the head moves.
        record.output = submission.newWeights;
        book.head = submission.newWeights;
        _settle(terms, open, record, submission.artifact, payout, book.work.ofApply);
    }

    /// @inheritdoc IRoundMarket
    function submitEvaluation(RoundTerms calldata terms, EvaluationSubmission calldata submission) external {
        // Check: the shard is open and the caller's, in time, the one it says it is, and proved from the head.
        (Open memory open, RoundRecord memory record, address payout) = _claim(
            terms,
            RoundRules.FIRST_EVALUATION + submission.shard,
            terms.rounds
        );
        _requireShard(terms.heldOutRoot, submission.shard, submission.batch, submission.shardProof);
        uint256[] memory inputs = new uint256[](5);
        inputs[0] = _headOf(terms, open.task);
        inputs[1] = submission.batch;
        inputs[2] = submission.loss;
        inputs[3] = submission.correct;
        _requireProved(terms.evaluateCircuit, open, submission.proof, inputs);

        // Effect: the sums grow. No overflow with circuits whose losses and counts are below 2^252: at most 16 of them.
        (record.batch, record.loss, record.correct) = (submission.batch, submission.loss, submission.correct);
        Book storage book = _books[open.task];
        book.evaluation.loss += submission.loss;
        book.evaluation.correct += submission.correct;
        _settle(terms, open, record, bytes32(0), payout, book.work.ofEvaluation);
    }

    /// @inheritdoc IRoundMarket
    function reassign(RoundTerms calldata terms, uint16 fragment) external {
        // Check: the fragment is assigned and late.
        Open memory open = _open(terms, fragment);
        uint256 bond = MarketRules.bondOf(open.fee, open.cursor);
        NodeId node = open.cursor.miss(block.timestamp, _scheduler.nextTicket());

        // Effect: the fragment is free again.
        _saveCursor(open);
        _unreserve(terms, open);

        // Interaction: the node is free of it, and pays for it.
        uint256 slashed = _miss(node, bond);
        emit FragmentMissed(open.task, fragment, open.cursor.step, node, slashed);
    }

    /// @inheritdoc IRoundMarket
    function refuse(RoundTerms calldata terms, uint16 fragment) external {
        // Check: the fragment is the caller's, and there is time for another.
        Open memory open = _open(terms, fragment);
        Cursor memory cursor = open.cursor;
        NodeId node = _registry.nodeOf(msg.sender);
        require(cursor.isAssigned() && node == cursor.node, MarketNotAssignee(node, cursor.node));
        uint256 bond = MarketRules.bondOf(open.fee, cursor);
        cursor.refuse(block.timestamp, terms.fragmentDuration, _scheduler.nextTicket());

        // Effect: the fragment is free again.
        _saveCursor(open);
        emit FragmentRefused(open.task, fragment, cursor.step, node);
        _unreserve(terms, open);

        // Interaction: the node is free of it.
        _refuse(node, bond);
    }

    /// @inheritdoc IRoundMarket
    function closeRound(RoundTerms calldata terms) external {
        // Check: the round is over, its quorum is there, and no missing lane is bound to a node.
        (TaskId task, RoundState memory state) = _load(terms);
        require(state.status == TaskStatus.Active, MarketWrongStatus(task, state.status));
        require(state.phase == Phase.Gradients, RoundMarketNotOpen(0, state.round, state.phase));
        uint256 deadline = uint256(state.openedAt) + terms.roundDuration;
        require(block.timestamp > deadline, RoundMarketRoundNotOver(deadline, block.timestamp));
        uint256 settled = RoundRules.countOf(state.settled);
        require(settled >= terms.quorum, RoundMarketNoQuorum(settled, terms.quorum));
        uint256 kept = _dropped(terms, task, state);

        // Effect: the step is opened over the gradients that are there.
        uint256 refunded = (terms.lanes - settled) * terms.feePerGradient - kept;
        emit RoundClosed(task, state.round, state.settled, refunded, kept);
        state.phase = Phase.Applying;
        _openPhase(task, state);
        _save(task, state);

        // Interaction: the fees of the other lanes are owed to the owner.
        _refund(task, terms.owner, refunded, kept);
    }

    /// @inheritdoc IRoundMarket
    function cancel(RoundTerms calldata terms) external {
        // Check: the owner stops a running task.
        require(msg.sender == terms.owner, MarketNotOwner(msg.sender, terms.owner));
        (TaskId task, RoundState memory state) = _load(terms);
        require(state.status == TaskStatus.Active, MarketWrongStatus(task, state.status));

        // Effect: no further draws; fragments in flight keep their fee.
        uint256 kept;
        (state.reserved, kept) = _inFlight(terms, task, state);
        uint256 reserved = RoundRules.countOf(state.reserved) * terms.feeOf(state.phase);
        uint256 refunded = terms.unsettledFees(state) - reserved - kept;
        state.status = TaskStatus.Cancelled;
        _save(task, state);
        emit TaskCancelled(task, refunded, reserved);

        // Interaction: the rest is owed to the owner.
        _refund(task, terms.owner, refunded, kept);
    }

    /// @inheritdoc IRoundMarket
    function taskIdOf(RoundTerms calldata terms) external view returns (TaskId task) {
        return _taskIdOf(terms);
    }

    /// @inheritdoc IRoundMarket
    function stateOf(TaskId task) external view returns (RoundState memory) {
        return _stateOf(task);
    }

    /// @inheritdoc IRoundMarket
    function cursorOf(TaskId task, uint16 fragment) external view returns (Cursor memory cursor) {
        RoundState memory state = _stateOf(task);
        (Phase phase, uint256 index) = RoundRules.placeOf(fragment);
        if (state.isOpen(phase, index)) return _cursor(task, state, fragment);
        cursor.step = state.round;
    }

    /// @inheritdoc IRoundMarket
    function headOf(TaskId task) external view returns (uint256 head) {
        return _books[task].head;
    }

    /// @inheritdoc IRoundMarket
    function gradientsOf(
        TaskId task
    ) external view returns (uint256[] memory gradients, uint256[] memory shares, uint256 present) {
        RoundState memory state = _stateOf(task);
        if (state.phase != Phase.Evaluating) present = state.settled;
        shares = RoundRules.sharesOf(present, RoundRules.MAX_LANES);
        gradients = new uint256[](RoundRules.MAX_LANES);
        for (uint256 lane = 0; lane < RoundRules.MAX_LANES; ++lane) {
            if (shares[lane] != 0) gradients[lane] = _books[task].gradients[lane];
        }
    }

    /// @inheritdoc IRoundMarket
    function transcriptOf(TaskId task) external view returns (bytes32 transcript) {
        return _books[task].transcript;
    }

    /// @inheritdoc IRoundMarket
    function evaluationOf(TaskId task) external view returns (uint256 loss, uint256 correct, uint256 shards) {
        Book storage book = _books[task];
        if (book.state.phase == Phase.Evaluating) shards = RoundRules.countOf(book.state.settled);
        return (book.evaluation.loss, book.evaluation.correct, shards);
    }

    /// @inheritdoc IRoundMarket
    function contextOf(
        CircuitId circuit,
        TaskId task,
        uint16 fragment,
        uint32 round,
        address operator
    ) external view returns (uint256 context) {
        return RoundRules.context(circuit, task, fragment, round, operator);
    }

    /// @dev Records a task that its owner publishes now, under the parameters of now.
    function _publish(RoundTerms calldata terms, bool network) private returns (TaskId task) {
        // Check: the caller is the owner, the terms are in bounds and new, the circuits prove what their parts need.
        require(msg.sender == terms.owner, MarketNotOwner(msg.sender, terms.owner));
        task = _taskIdOf(terms);
        Book storage book = _books[task];
        require(book.state.status == TaskStatus.None, RoundMarketTaskExists(task));
        (uint64 ofGradient, uint64 ofApply, uint64 ofEvaluation) = _gate.workOf(terms, network, maxFee);

        // Effect: two slots, whatever the number of fragments.
        RoundState memory state;
        state.status = TaskStatus.Active;
        state.network = network;
        state.protocolFeeBps = _feeBpsNow(network);
        state.gradientWork = ofGradient;
        emit TaskPublished(task, msg.sender, network, terms, state.protocolFeeBps);
        _openPhase(task, state);
        _save(task, state);
        book.work = Work(ofApply, ofEvaluation);
    }

    /// @dev What is kept of the fees of the lanes without a gradient; reverts when one of them is bound to a node: assigned, or
    /// its first draw decided. The loop is bounded by `RoundRules.MAX_LANES`.
    function _dropped(
        RoundTerms calldata terms,
        TaskId task,
        RoundState memory state
    ) private view returns (uint256 kept) {
        uint256 horizon = _scheduler.horizon();
        for (uint256 lane = 0; lane < terms.lanes; ++lane) {
            if (!state.isOpen(Phase.Gradients, lane)) continue;
            Cursor memory cursor = _cursor(task, state, lane);
            bool binding = cursor.isAssigned() || (NodeId.unwrap(cursor.missed) == 0 && cursor.ticket < horizon);
            require(!binding, RoundMarketLaneBinding(lane, cursor.node, cursor.ticket));
            kept += MarketRules.keptUp(terms.feePerGradient, cursor, state.protocolFeeBps);
        }
    }

    /// @dev The fragments of a task that is being cancelled that are assigned or decided, and what is kept of the fees of the
    /// other open ones. The loop is bounded by `RoundRules.MAX_LANES` and `MAX_HELD_OUT`.
    function _inFlight(
        RoundTerms calldata terms,
        TaskId task,
        RoundState memory state
    ) private view returns (uint16 reserved, uint256 kept) {
        uint256 horizon = _scheduler.horizon();
        uint256 count = terms.countOf(state.phase);
        for (uint256 index = 0; index < count; ++index) {
            if (!state.isOpen(state.phase, index)) continue;
            Cursor memory cursor = _cursor(task, state, RoundRules.fragmentAt(state.phase, index));
            // The cast is safe: `index` is below 16.
            if (cursor.isAssigned() || cursor.ticket < horizon) reserved |= uint16(1 << index);
            else kept += MarketRules.keptUp(terms.feeOf(state.phase), cursor, state.protocolFeeBps);
        }
    }
}
