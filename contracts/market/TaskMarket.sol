// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Draw} from "../matching/IScheduler.sol";
import {CircuitId, NodeId, TaskId} from "../types/Ids.sol";
import {BatchCall} from "../verification/BatchCall.sol";
import {Delivered, Deliveries} from "./Deliveries.sol";
import {Cursor, Fragments} from "./Fragments.sol";
import {MarketSuite, TaskStatus} from "./IMarket.sol";
import {ISubmissionSignatures} from "./ISubmissionSignatures.sol";
import {ITaskMarket, Relay, StepRecord, Submission, TaskState, TaskTerms} from "./ITaskMarket.sol";
import {MarketBase} from "./MarketBase.sol";
import {SubmissionSignatures} from "./SubmissionSignatures.sol";
import {SubmissionWords} from "./SubmissionWords.sol";
import {TaskRules} from "./TaskRules.sol";

/// @title TaskMarket
/// @dev INVARIANTS
/// - INV-MKT-1: a fragment pays at most once: settling moves its chain's step forward, and only the open step can settle.
/// - INV-MKT-2: from any state, with every other party silent, the owner gets unspent fees by `cancel` at once, and those
///   reserved for fragments in flight by `assign` and, after the deadline, `reassign`; what a node earned is owed to it in
///   the settling transaction.
/// - INV-MKT-3: the escrow holds `feePerFragment` times the unsettled fragments of an active task, and times the reserved
///   fragments of a cancelled one.
/// - INV-MKT-4: whom a decided draw gives a fragment is in nobody's hands: neither cancelling nor waiting takes it back.
/// - INV-PRF-1: a statement is accepted at most once, only from the assigned node, only on this chain and market: its
///   context names chain, market, circuit, task, chain index, step and operator, and the head moves when it is accepted.
///   Nothing is keyed by proof bytes, which anyone can re-randomise.
/// @dev TRUST
/// - The restricted functions publish network tasks and set the fee of future tasks (`MarketBase`). They reach no published
///   task and no escrow.
/// @dev LIVENESS
/// - `assign` and `reassign` are open to anyone; nodes gain by calling them.
contract TaskMarket is ITaskMarket, MarketBase {
    using Address for address;
    using BatchCall for bytes;
    using Deliveries for Delivered;
    using Fragments for Cursor;
    using SubmissionWords for Submission;
    using TaskRules for TaskTerms;

    /// @dev State of one chain; three slots, written from its first assignment on.
    struct Chain {
        Cursor cursor;
        uint256 head;
        bytes32 transcript;
    }

    /// @dev Fragments of one task while they are settled.
    /// @param ticket Entropy ticket of the draws of the next steps.
    /// @param operator Operator of the fragment looked at last, with its node and payout.
    /// @param done What is due for them.
    /// @param paid What each node is paid, in CXT wei.
    /// @param fee What the protocol gets for each, in CXT wei.
    /// @param points What each is credited.
    struct Batch {
        TaskId task;
        TaskState state;
        uint40 ticket;
        address operator;
        NodeId node;
        address payout;
        Delivered done;
        uint256 paid;
        uint256 fee;
        uint256[] points;
    }

    /// @notice Public signals that a training step must have, hashed.
    bytes32 public constant STEP_SCHEMA = keccak256("weights,newWeights,gradient,batch,loss,ctx");

    /// @inheritdoc ITaskMarket
    ISubmissionSignatures public immutable signatures;

    mapping(TaskId task => TaskState state) private _states;
    mapping(TaskId task => mapping(uint256 index => Chain chain)) private _chains;

    constructor(address initialAuthority, MarketSuite memory suite) MarketBase(initialAuthority, suite) {
        signatures = new SubmissionSignatures();
    }

    /// @inheritdoc ITaskMarket
    function publish(TaskTerms calldata terms) external returns (TaskId task) {
        uint64 workUnits = _usableCircuit(terms.circuit, STEP_SCHEMA).workUnits;
        terms.requireFee(workUnits, maxFee);
        task = _publish(terms, workUnits, false);

        // Interaction: the fees come in, or nothing is published.
        escrow.deposit(task, msg.sender, terms.feePerFragment * terms.fragmentCount());
    }

    /// @inheritdoc ITaskMarket
    function publishNetwork(TaskTerms calldata terms) external restricted returns (TaskId task) {
        uint64 workUnits = _usableCircuit(terms.circuit, STEP_SCHEMA).workUnits;
        terms.requireNoFee();
        task = _publish(terms, workUnits, true);
    }

    /// @inheritdoc ITaskMarket
    function assign(TaskTerms calldata terms, uint16 chain) external returns (NodeId node) {
        // Check: the draw is wanted, the chain is not complete and its fragment is free.
        (TaskId task, TaskState memory state) = _load(terms);
        Cursor memory cursor = _cursor(terms, task, state, chain);
        bool cancelled = state.status == TaskStatus.Cancelled;
        require(
            state.status == TaskStatus.Active || (cancelled && cursor.ticket < state.cancelHorizon),
            MarketWrongStatus(task, state.status)
        );
        require(cursor.step < terms.steps, TaskMarketChainComplete(chain, terms.steps));
        cursor.requireFree();

        // Interaction: the scheduler draws and counts the fragment; the vault holds the bond of a staked node.
        bool bonded;
        (node, bonded) = _take(_drawOf(terms, task, chain, cursor), terms.bondDown());

        // Effect: assign, or request the draw anew. A cancelled task counted the fragment already, and draws it once.
        if (NodeId.unwrap(node) == 0) {
            cursor.renew(block.timestamp, _scheduler.nextTicket());
            emit DrawRenewed(task, chain, cursor.step, cursor.attempt, cursor.ticket);
        } else {
            cursor.assign(node, bonded, block.timestamp, terms.fragmentDuration);
            if (!cancelled) {
                state.assigned += 1;
                _states[task] = state;
            }
            emit FragmentAssigned(task, chain, cursor.step, node, cursor.deadline);
        }
        _chains[task][chain].cursor = cursor;

        // Interaction: a cancelled task keeps no reserve for a fragment that was drawn to nobody.
        if (cancelled && NodeId.unwrap(node) == 0) _unassign(terms, task, state, chain, cursor);
    }

    /// @inheritdoc ITaskMarket
    function submit(TaskTerms calldata terms, Submission calldata submission) external {
        // Check and effect: the fragment is open, the caller's, in time, at the head and on its shard; the chain moves on.
        Batch memory batch = _open(terms, 1);
        uint256[] memory inputs = _settle(terms, submission, batch, 0, msg.sender);

        // Check: it is proved, or all of the above reverts. The verifier is asked by a static call.
        _verifier.verify(terms.circuit, submission.proof, inputs);

        // Effect and interaction: the node is free again, is owed its fee and credited its points.
        bool completed = _store(terms, batch);
        _pay(terms, batch);
        _tell(submission, batch, 0);
        if (completed) emit TaskCompleted(batch.task);
    }

    /// @inheritdoc ITaskMarket
    function submitBatch(
        TaskTerms calldata terms,
        Submission[] calldata submissions,
        Relay[] calldata relays
    ) external {
        // Check and effect: each fragment as in `submit`, and signed by its operator unless that is the caller. A second fragment
        // of the same chain finds that the chain moved on.
        uint256 count = submissions.length;
        require(relays.length == 0 || relays.length == count, TaskMarketRelayCount(relays.length, count));
        Batch memory batch = _open(terms, count);
        bytes memory data = BatchCall.allocate(terms.circuit, count, SubmissionWords.SIGNALS);
        for (uint256 i = 0; i < count; ++i) {
            Submission calldata submission = submissions[i];
            address operator = relays.length == 0 ? msg.sender : relays[i].operator;
            if (operator != msg.sender) _requireSigned(batch.task, submission, operator, relays[i].signature);
            data.put(i, submission.proof, _settle(terms, submission, batch, i, operator));
        }

        // Check: all are proved, or nothing happened.
        address(_verifier).functionStaticCall(data);

        // Effect and interaction: the nodes are free again, are owed their fees and credited their points.
        bool completed = _store(terms, batch);
        _pay(terms, batch);
        for (uint256 i = 0; i < count; ++i) _tell(submissions[i], batch, i);
        if (completed) emit TaskCompleted(batch.task);
    }

    /// @inheritdoc ITaskMarket
    function reassign(TaskTerms calldata terms, uint16 chain) external {
        // Check: the fragment is assigned and late.
        (TaskId task, TaskState memory state) = _load(terms);
        Cursor memory cursor = _cursor(terms, task, state, chain);
        uint256 bond = terms.bondOf(cursor);
        NodeId node = cursor.miss(block.timestamp, _scheduler.nextTicket());

        // Effect: the fragment is free again.
        _chains[task][chain].cursor = cursor;
        _unassign(terms, task, state, chain, cursor);

        // Interaction: the node is free of it, and pays for it.
        uint256 slashed = _miss(node, bond);
        emit FragmentMissed(task, chain, cursor.step, node, slashed);
    }

    /// @inheritdoc ITaskMarket
    function refuse(TaskTerms calldata terms, uint16 chain) external {
        // Check: the fragment is the caller's, and there is time for another.
        (TaskId task, TaskState memory state) = _load(terms);
        Cursor memory cursor = _cursor(terms, task, state, chain);
        NodeId node = _registry.nodeOf(msg.sender);
        require(cursor.isAssigned() && node == cursor.node, MarketNotAssignee(node, cursor.node));
        uint256 bond = terms.bondOf(cursor);
        cursor.refuse(block.timestamp, terms.fragmentDuration, _scheduler.nextTicket());

        // Effect: the fragment is free again.
        _chains[task][chain].cursor = cursor;
        emit FragmentRefused(task, chain, cursor.step, node);
        _unassign(terms, task, state, chain, cursor);

        // Interaction: the node is free of it.
        _refuse(node, bond);
    }

    /// @inheritdoc ITaskMarket
    function cancel(TaskTerms calldata terms) external {
        // Check: the owner stops a running task.
        require(msg.sender == terms.owner, MarketNotOwner(msg.sender, terms.owner));
        (TaskId task, TaskState memory state) = _load(terms);
        require(state.status == TaskStatus.Active, MarketWrongStatus(task, state.status));

        // Effect: no further draws; fragments in flight keep their fee.
        state.status = TaskStatus.Cancelled;
        state.cancelHorizon = _scheduler.horizon();
        uint256 kept;
        (state.assigned, kept) = _inFlight(terms, task, state);
        _states[task] = state;
        uint256 reserved = uint256(state.assigned) * terms.feePerFragment;
        uint256 refunded = (terms.fragmentCount() - state.settled) * terms.feePerFragment - reserved - kept;
        emit TaskCancelled(task, refunded, reserved);

        // Interaction: the rest is owed to the owner.
        _refund(task, terms.owner, refunded, kept);
    }

    /// @inheritdoc ITaskMarket
    function taskIdOf(TaskTerms calldata terms) external view returns (TaskId task) {
        return _taskIdOf(terms);
    }

    /// @inheritdoc ITaskMarket
    function stateOf(TaskId task) external view returns (TaskState memory) {
        return _states[task];
    }

    /// @inheritdoc ITaskMarket
    function cursorOf(TaskId task, uint16 chain) external view returns (Cursor memory) {
        return _storedCursor(task, _states[task], chain);
    }

    /// @inheritdoc ITaskMarket
    function headOf(TaskId task, uint16 chain) external view returns (uint256 head) {
        return _chains[task][chain].head;
    }

    /// @inheritdoc ITaskMarket
    function transcriptOf(TaskId task, uint16 chain) external view returns (bytes32 transcript) {
        return _chains[task][chain].transcript;
    }

    /// @inheritdoc ITaskMarket
    function contextOf(
        CircuitId circuit,
        TaskId task,
        uint16 chain,
        uint32 step,
        address operator
    ) external view returns (uint256 context) {
        return TaskRules.context(circuit, task, chain, step, operator);
    }

    /// @dev Records a task that its owner publishes now, under the parameters of now.
    function _publish(TaskTerms calldata terms, uint64 workUnits, bool network) private returns (TaskId task) {
        // Check: the caller is the owner, the terms are in bounds and new.
        require(msg.sender == terms.owner, MarketNotOwner(msg.sender, terms.owner));
        terms.requireBounds();
        task = _taskIdOf(terms);
        require(_states[task].status == TaskStatus.None, TaskMarketTaskExists(task));

        // Effect: one slot, whatever the number of fragments.
        uint16 feeBps = _feeBpsNow(network);
        _states[task] = TaskState({
            status: TaskStatus.Active,
            network: network,
            protocolFeeBps: feeBps,
            assigned: 0,
            publishedAt: uint40(block.timestamp),
            publishTicket: _scheduler.nextTicket(),
            cancelHorizon: 0,
            settled: 0,
            workUnits: workUnits
        });
        emit TaskPublished(task, msg.sender, network, terms, feeBps);
    }

    /// @dev The task, which must be running or cancelled, and room for `count` fragments of it.
    function _open(TaskTerms calldata terms, uint256 count) private view returns (Batch memory batch) {
        (batch.task, batch.state) = _load(terms);
        TaskStatus status = batch.state.status;
        require(status == TaskStatus.Active || status == TaskStatus.Cancelled, MarketWrongStatus(batch.task, status));
        batch.ticket = _scheduler.nextTicket();
        batch.done = Deliveries.allocate(count);
    }

    /// @dev Checks everything about fragment number `i` of the batch but its proof, notes what its node is due, and moves its
    /// chain on. Returns what its proof has to prove.
    function _settle(
        TaskTerms calldata terms,
        Submission calldata submission,
        Batch memory batch,
        uint256 i,
        address operator
    ) private returns (uint256[] memory inputs) {
        // Check: open, the operator's, in time, at the head, on its shard.
        Cursor memory cursor = _cursor(terms, batch.task, batch.state, submission.chain);
        // One caller's fragments are asked for once.
        if (operator != batch.operator) (batch.node, batch.payout) = _registry.resolve(operator);
        batch.operator = operator;
        NodeId node = batch.node;
        Chain storage chain = _chains[batch.task][submission.chain];
        _requireOpen(terms, cursor, chain, submission, node);

        // Effect: what is due for it. The chain moves on, the task counts the fragment.
        (batch.done.nodes[i], batch.done.payouts[i]) = (node, batch.payout);
        batch.done.note(i, cursor, terms.feePerFragment, terms.minTier, terms.fragmentDuration);
        cursor.settle(block.timestamp, batch.ticket);
        _moveChain(chain, cursor, TaskRules.record(submission, node));
        batch.state.assigned -= 1;
        batch.state.settled += 1;
        return
            submission.inputs(
                TaskRules.context(terms.circuit, batch.task, submission.chain, submission.step, operator)
            );
    }

    /// @dev Writes the three slots of a chain whose open fragment was settled. In a function of its own, the compiler writes
    /// the cursor at once; within `_settle` it writes it field by field.
    function _moveChain(Chain storage chain, Cursor memory cursor, StepRecord memory record) private {
        chain.cursor = cursor;
        chain.head = record.newWeights;
        chain.transcript = TaskRules.extend(chain.transcript, record);
    }

    /// @dev Writes the state of the task; true when its last fragment was settled.
    function _store(TaskTerms calldata terms, Batch memory batch) private returns (bool completed) {
        TaskState memory state = batch.state;
        completed = state.status == TaskStatus.Active && state.settled == terms.fragmentCount();
        if (completed) state.status = TaskStatus.Completed;
        _states[batch.task] = state;
    }

    /// @dev Pays the fragments of a batch.
    function _pay(TaskTerms calldata terms, Batch memory batch) private {
        Wage memory wage = Wage({
            task: batch.task,
            workUnits: batch.state.workUnits,
            network: batch.state.network,
            device: terms.device,
            protocolFeeBps: batch.state.protocolFeeBps,
            fee: terms.feePerFragment
        });
        (batch.paid, batch.fee, batch.points) = _rewardMany(wage, batch.done);
    }

    /// @dev Tells the world about fragment number `i` of the batch.
    function _tell(Submission calldata submission, Batch memory batch, uint256 i) private {
        NodeId node = batch.done.nodes[i];
        emit FragmentSettled(
            batch.task,
            submission.chain,
            submission.step,
            node,
            TaskRules.record(submission, node),
            submission.artifact,
            batch.paid,
            batch.fee,
            batch.points[i]
        );
    }

    /// @dev Counts a fragment as no longer assigned. A cancelled task keeps no reserve for it.
    function _unassign(
        TaskTerms calldata terms,
        TaskId task,
        TaskState memory state,
        uint256 chain,
        Cursor memory cursor
    ) private {
        state.assigned -= 1;
        _states[task] = state;
        if (state.status != TaskStatus.Cancelled || terms.feePerFragment == 0) return;
        uint256 kept = terms.keptUp(cursor, state.protocolFeeBps);
        emit ReserveRefunded(task, chain, terms.feePerFragment - kept);
        _refund(task, terms.owner, terms.feePerFragment - kept, kept);
    }

    /// @dev Number of fragments of a task that is being cancelled that are assigned or decided, and what is kept of the fees of
    /// the other open ones. The loop is bounded by `TaskRules.MAX_CHAINS`.
    function _inFlight(
        TaskTerms calldata terms,
        TaskId task,
        TaskState memory state
    ) private view returns (uint8 count, uint256 kept) {
        for (uint256 chain = 0; chain < terms.chains; ++chain) {
            Cursor memory cursor = _storedCursor(task, state, chain);
            if (cursor.step == terms.steps) continue;
            if (cursor.isAssigned() || cursor.ticket < state.cancelHorizon) ++count;
            else kept += terms.keptUp(cursor, state.protocolFeeBps);
        }
    }

    /// @dev The draw of the open fragment.
    function _drawOf(
        TaskTerms calldata terms,
        TaskId task,
        uint256 chain,
        Cursor memory cursor
    ) private pure returns (Draw memory) {
        return
            Draw({
                ticket: cursor.ticket,
                salt: TaskRules.salt(task, chain, cursor.step),
                device: terms.device,
                minTier: terms.openTier(cursor.waited),
                excluded: cursor.missed
            });
    }

    /// @dev Reverts unless `submission` is for the open fragment, by its assignee, in time, from the head, on its shard.
    function _requireOpen(
        TaskTerms calldata terms,
        Cursor memory cursor,
        Chain storage chain,
        Submission calldata submission,
        NodeId node
    ) private view {
        require(submission.step == cursor.step, TaskMarketWrongStep(submission.step, cursor.step));
        cursor.requireInTime(block.timestamp);
        require(node == cursor.node, MarketNotAssignee(node, cursor.node));

        uint256 head = cursor.step == 0 ? terms.initialHead(submission) : chain.head;
        require(submission.weights == head, MarketStaleHead(submission.weights, head));

        uint256 index = terms.shardIndex(submission.chain, submission.step);
        require(
            terms.isShard(index, submission.batch, submission.shardProof),
            MarketShardNotInRoot(index, submission.batch)
        );
    }

    /// @dev Reverts unless `operator` signed the submission: what it claims, where, and where its opening is.
    function _requireSigned(
        TaskId task,
        Submission calldata submission,
        address operator,
        bytes calldata signature
    ) private view {
        require(
            signatures.isSigned(operator, SubmissionWords.statementHash(task, submission), signature),
            TaskMarketNotSigned(operator, submission.chain)
        );
    }

    /// @dev The task of these terms and its state; reverts when it was never published.
    function _load(TaskTerms calldata terms) private view returns (TaskId task, TaskState memory state) {
        task = _taskIdOf(terms);
        state = _states[task];
        require(state.status != TaskStatus.None, MarketWrongStatus(task, TaskStatus.None));
    }

    function _cursor(
        TaskTerms calldata terms,
        TaskId task,
        TaskState memory state,
        uint256 chain
    ) private view returns (Cursor memory) {
        require(chain < terms.chains, TaskMarketUnknownChain(chain, terms.chains));
        return _storedCursor(task, state, chain);
    }

    /// @dev A chain that was never touched has an empty slot and the draw of the publication.
    function _storedCursor(TaskId task, TaskState memory state, uint256 chain) private view returns (Cursor memory) {
        Cursor memory cursor = _chains[task][chain].cursor;
        if (cursor.requestedAt != 0) return cursor;
        return Fragments.initial(state.publishedAt, state.publishTicket);
    }

    function _taskIdOf(TaskTerms calldata terms) private view returns (TaskId) {
        return TaskId.wrap(keccak256(abi.encode(block.chainid, address(this), terms)));
    }
}
