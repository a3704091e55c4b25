// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IDatasetAccess} from "../data/IDatasetAccess.sol";
import {CircuitId, NodeId, TaskId} from "../types/Ids.sol";
import {BPS, POINTS_PER_WORK_UNIT} from "../types/Units.sol";
import {Cursor, Fragments} from "./Fragments.sol";
import {MarketSuite, TaskStatus} from "./IMarket.sol";
import {Claim, Delivery, IWorkMarket, Verification, WorkState, WorkTerms} from "./IWorkMarket.sol";
import {MarketRules} from "./MarketRules.sol";
import {WorkBook} from "./WorkBook.sol";
import {WorkRules} from "./WorkRules.sol";

/// @title WorkMarket
/// @dev INVARIANTS
/// - INV-WRK-1: a fragment pays at most once: paying sets its bit, and nothing that is set is ever open again.
/// - INV-WRK-2: the escrow holds, for each fragment that is not final, its fee and what is left for its verifiers, and the
///   jackpots that are not won and the bonds of challengers. Of a cancelled task only fragments in flight are not final.
/// - INV-WRK-3: what the scheduler counts as open for a node is what the market has assigned to it and it did not submit, and the
///   vault holds exactly the bonds of its assigned and submitted fragments that are bonded.
/// - INV-WRK-4: from any state the owner gets unspent fees by `cancel`, those of decided draws by `assign`, those in flight by
///   `reassign` after the deadline, and those of submitted results by the time-outs of the review, open to anyone.
/// - INV-WRK-5: only the drawn node submits, in time, and once for each assignment.
/// - INV-WRK-6: whom a decided draw gives a fragment is in nobody's hands: neither cancelling nor waiting takes it back. The one
///   exception is written down: no two halves of a pair to the same people.
/// - INV-PRF-1: a statement is accepted at most once, only from the assigned node, only on this chain and market: its context
///   names chain, market, circuit, task, fragment and operator.
/// @dev TRUST
/// - The review decides what a submitted result is worth, within what is reserved for it: a hostile one can pay wrong results,
///   have nodes slashed within the caps of `Slasher`, and give the fees of verifiers to whom it likes; it can take no fee that is
///   not reserved for the fragment it names, and no bond but those of challengers.
/// - The other restricted functions publish network tasks and set the fee of future tasks (`MarketBase`).
/// @dev LIVENESS
/// - `assign` and `reassign` are open to anyone; nodes gain by calling them. A submitted result waits for the review.
contract WorkMarket is WorkBook {
    using Fragments for Cursor;
    using WorkRules for WorkTerms;

    constructor(
        address initialAuthority,
        MarketSuite memory suite,
        IDatasetAccess datasets
    ) WorkBook(initialAuthority, suite, datasets) {}

    /// @inheritdoc IWorkMarket
    function publish(WorkTerms calldata terms) external returns (TaskId task) {
        task = _publish(terms, false);

        // Interaction: the money comes in, or nothing is published.
        escrow.deposit(task, msg.sender, terms.deposit());
    }

    /// @inheritdoc IWorkMarket
    function publishNetwork(WorkTerms calldata terms) external restricted returns (TaskId task) {
        task = _publish(terms, true);
    }

    /// @inheritdoc IWorkMarket
    function assign(WorkTerms calldata terms, uint32 fragment) external returns (NodeId node) {
        // Check: the fragment is open and free.
        Open memory open = _open(terms, fragment);
        Cursor memory cursor = open.cursor;
        cursor.requireFree();

        // Interaction: the scheduler draws and counts the fragment; the vault holds the bond of a staked node. One that may not
        // do it is freed at once: then nobody was drawn.
        bool bonded;
        uint256 bond = MarketRules.bondDown(terms.feePerFragment);
        (node, bonded) = _take(_drawOf(terms, open), bond);
        if (NodeId.unwrap(node) != 0 && !_mayTake(terms, open, node)) {
            _refuse(node, bonded ? bond : 0);
            node = NodeId.wrap(0);
        }

        // Effect: assign, or request the draw anew. A cancelled task draws a fragment once.
        if (NodeId.unwrap(node) == 0) {
            cursor.renew(block.timestamp, _ticket());
            emit DrawRenewed(open.task, fragment, cursor.attempt, cursor.ticket);
        } else {
            cursor.assign(node, bonded, block.timestamp, terms.fragmentDuration);
            emit FragmentAssigned(open.task, fragment, node, cursor.deadline);
        }
        _freed(terms, open);
    }

    /// @inheritdoc IWorkMarket
    function submit(WorkTerms calldata terms, uint32 fragment, bytes32 result) external {
        // Check: the fragment is the caller's, in time, and verifiers judge it.
        require(terms.verification == Verification.Committee, WorkMarketWrongVerification(terms.verification));
        require(result != bytes32(0), WorkMarketEmptyResult());
        Open memory open = _mine(terms, fragment);

        // Effect and interaction: the fragment has a result, the node is free to work on.
        _record(terms, open, result);
    }

    /// @inheritdoc IWorkMarket
    function submitProved(WorkTerms calldata terms, uint32 fragment, Claim calldata claim) external {
        // Check: the fragment is the caller's, in time, and what it claims is proved.
        require(terms.verification != Verification.Committee, WorkMarketWrongVerification(terms.verification));
        Open memory open = _mine(terms, fragment);
        _gate.requireProof(terms, open.task, fragment, claim, msg.sender);
        emit ResultProved(open.task, fragment, open.cursor.node, claim.batch, claim.loss, claim.correct);

        // Effect and interaction: the fragment has a result; without verifiers it is paid.
        _record(terms, open, WorkRules.claimResult(claim.batch, claim.loss, claim.correct));
        if (terms.verification == Verification.Proof) _settle(terms, open, BPS);
    }

    /// @inheritdoc IWorkMarket
    function reassign(WorkTerms calldata terms, uint32 fragment) external {
        // Check: the fragment is assigned and late.
        Open memory open = _open(terms, fragment);
        uint256 bond = _bondOf(terms, open);
        NodeId node = open.cursor.miss(block.timestamp, _ticket());

        // Effect: the fragment is free again.
        _freed(terms, open);

        // Interaction: the node is free of it, and pays for it.
        uint256 slashed = _miss(node, bond);
        emit FragmentMissed(open.task, fragment, node, slashed);
    }

    /// @inheritdoc IWorkMarket
    function refuse(WorkTerms calldata terms, uint32 fragment) external {
        // Check: the fragment is the caller's, and there is time for another.
        Open memory open = _mine(terms, fragment);
        NodeId node = open.cursor.node;
        uint256 bond = _bondOf(terms, open);
        open.cursor.refuse(block.timestamp, terms.fragmentDuration, _ticket());
        emit FragmentRefused(open.task, fragment, node);

        // Effect: the fragment is free again.
        _freed(terms, open);

        // Interaction: the node is free of it.
        _refuse(node, bond);
    }

    /// @inheritdoc IWorkMarket
    function cancel(WorkTerms calldata terms) external {
        // Check: the owner stops a running task.
        (TaskId task, WorkState memory state) = _load(terms);
        _requireRunning(terms, task, state);

        // Effect: no further draws; fragments in flight keep what is reserved for them.
        state.status = TaskStatus.Cancelled;
        state.cancelHorizon = _scheduler.horizon();
        (uint256 refunded, uint256 kept) = _dropIdle(terms, task, state);
        _saveState(task, state);
        uint256 reserved = escrow.heldFor(task) - _books[task].bonds - refunded - kept;
        emit TaskCancelled(task, refunded, reserved);

        // Interaction: the rest is owed to the owner.
        _refund(task, terms.owner, refunded, kept);
    }

    /// @inheritdoc IWorkMarket
    function post(WorkTerms calldata terms, uint32 fragment, bytes calldata note) external {
        Open memory open = _find(terms, fragment);
        _requireRunning(terms, open.task, open.state);
        require(
            note.length != 0 && note.length <= WorkRules.MAX_NOTE_BYTES,
            WorkMarketNoteSize(note.length, WorkRules.MAX_NOTE_BYTES)
        );
        emit NoticePosted(open.task, fragment, note);
    }

    /// @inheritdoc IWorkMarket
    function accept(WorkTerms calldata terms, uint32 fragment, uint256 quality) external restricted {
        MarketRules.requireWithin("quality", quality, 0, BPS);
        _settle(terms, _submitted(terms, fragment), quality);
    }

    /// @inheritdoc IWorkMarket
    function reject(
        WorkTerms calldata terms,
        uint32 fragment,
        bool punish,
        address reporter,
        uint256 reporterBond,
        bool reopen
    ) external restricted {
        // Check: there is a result to take away.
        Open memory open = _submitted(terms, fragment);
        NodeId node = open.cursor.node;
        uint256 bond = _bondOf(terms, open);
        uint256 stake = _books[open.task].fragments[fragment].parcel.stake;
        bool again = reopen && open.state.status == TaskStatus.Active;

        // Effect: the fragment is free again, or final.
        delete _books[open.task].fragments[fragment].result;
        open.marks.submitted &= ~open.bit;
        emit ResultRejected(open.task, fragment, node, punish, again);
        if (again) {
            _saveMarks(open.task, open.marks);
            open.cursor.reopen(block.timestamp, _ticket());
            _saveCursor(open);
        } else {
            _drop(terms, open);
        }

        // Interaction: the node is free of it, and pays for it if it did wrong.
        if (punish) _fail(node, bond, stake, reporter, reporterBond);
        else _unbind(node, bond);
    }

    /// @inheritdoc IWorkMarket
    function payVerifiers(
        WorkTerms calldata terms,
        uint32 fragment,
        NodeId[] calldata judged,
        NodeId[] calldata abstained
    ) external restricted {
        // Check and effect: there is a result, and so much is left for those who judge it; it is spent.
        uint256 part = terms.feePerVerifier / WorkRules.ABSTENTION_DIVISOR;
        uint256 paid = judged.length * terms.feePerVerifier + abstained.length * part;
        (TaskId task, bool network) = _spend(terms, fragment, paid);
        emit VerifiersPaid(task, fragment, judged.length, abstained.length, paid);

        // Interaction: verifiers are owed their fees; those who judged did the work again.
        _creditVerifiers(terms, network, judged);
        _payNodes(task, judged, terms.feePerVerifier);
        _payNodes(task, abstained, part);
    }

    /// @inheritdoc IWorkMarket
    function payJackpot(WorkTerms calldata terms, uint32 fragment, NodeId[] calldata winners) external restricted {
        // Check: a jackpot is left, and somebody won it. An owner that reveals more plants than it deposited for stops nothing.
        (TaskId task, WorkState memory state) = _load(terms);
        uint256 count = state.jackpots == 0 ? 0 : winners.length;
        uint256 each = count == 0 ? 0 : terms.jackpot / count;
        emit JackpotPaid(task, fragment, count, each);
        if (count == 0) return;

        // Effect: it is won.
        state.jackpots -= 1;
        _saveState(task, state);

        // Interaction: winners are owed their parts, the owner what does not divide.
        _payNodes(task, winners, each);
        _refund(task, terms.owner, terms.jackpot - each * count, 0);
    }

    /// @inheritdoc IWorkMarket
    function takeBond(TaskId task, address from, uint256 amount) external restricted {
        // Effect: it is a bond, which no fragment can be paid from.
        _books[task].bonds += amount;

        // Interaction: the bond comes in, or all of it reverts.
        escrow.deposit(task, from, amount);
    }

    /// @inheritdoc IWorkMarket
    function giveBond(TaskId task, address to, uint256 amount) external restricted {
        // Check: no more than the bonds of this task.
        uint256 bonds = _books[task].bonds;
        require(amount <= bonds, WorkMarketBondExceeded(task, amount, bonds));

        // Effect: it is a bond no more.
        _books[task].bonds = bonds - amount;

        // Interaction: it is owed.
        escrow.release(task, to, amount);
    }

    /// @inheritdoc IWorkMarket
    function requireProved(WorkTerms calldata terms, uint32 fragment, Claim calldata claim) external view {
        Open memory open = _submitted(terms, fragment);
        require(terms.hasCircuit(), WorkMarketWrongVerification(terms.verification));
        bytes32 given = WorkRules.claimResult(claim.batch, claim.loss, claim.correct);
        bytes32 result = _books[open.task].fragments[fragment].result;
        require(given == result, WorkMarketWrongClaim(given, result));
        _gate.requireProof(terms, open.task, fragment, claim, _registry.operatorOf(open.cursor.node));
    }

    /// @inheritdoc IWorkMarket
    function taskIdOf(WorkTerms calldata terms) external view returns (TaskId task) {
        return _taskIdOf(terms);
    }

    /// @inheritdoc IWorkMarket
    function stateOf(TaskId task) external view returns (WorkState memory) {
        return _stateOf(task);
    }

    /// @inheritdoc IWorkMarket
    function cursorOf(TaskId task, uint32 fragment) external view returns (Cursor memory) {
        return _cursor(task, _stateOf(task), fragment);
    }

    /// @inheritdoc IWorkMarket
    function deliveryOf(TaskId task, uint32 fragment) external view returns (Delivery memory delivery) {
        Marks memory marks = _marksOf(task);
        if ((uint256(marks.submitted) >> fragment) & 1 == 0) return delivery;
        Cursor memory cursor = _storedCursor(task, fragment);
        Parcel memory parcel = _parcelOf(task, fragment);
        delivery.result = _books[task].fragments[fragment].result;
        delivery.node = cursor.node;
        delivery.submittedAt = parcel.submittedAt;
        delivery.ticket = parcel.ticket;
        delivery.punctuality = parcel.punctuality;
        delivery.rating = parcel.rating;
        delivery.scoreBps = parcel.scoreBps;
        delivery.openTier = parcel.openTier;
        delivery.firstDrawn = NodeId.unwrap(cursor.missed) == 0;
        if (cursor.refused) delivery.refuser = cursor.missed;
        delivery.stake = parcel.stake;
        if (cursor.bonded) delivery.bond = marks.bond;
    }

    /// @inheritdoc IWorkMarket
    function resultOf(TaskId task, uint32 fragment) external view returns (bytes32 result, NodeId node, bool isFinal) {
        Book storage book = _books[task];
        isFinal = (uint256(book.marks.closed) >> fragment) & 1 == 1;
        // A result that was rejected is deleted.
        result = book.fragments[fragment].result;
        if (result != bytes32(0)) node = book.fragments[fragment].cursor.node;
    }

    /// @inheritdoc IWorkMarket
    function verificationLeftOf(WorkTerms calldata terms, uint32 fragment) external view returns (uint256 amount) {
        TaskId task = _taskIdOf(terms);
        if (_stateOf(task).status == TaskStatus.None || fragment >= terms.fragments) return 0;
        if ((uint256(_marksOf(task).closed) >> fragment) & 1 == 0) amount = _verificationLeft(terms, task, fragment);
    }

    /// @inheritdoc IWorkMarket
    function claimResult(uint256 batch, uint256 loss, uint256 correct) external pure returns (bytes32 result) {
        return WorkRules.claimResult(batch, loss, correct);
    }

    /// @inheritdoc IWorkMarket
    function contextOf(
        CircuitId circuit,
        TaskId task,
        uint32 fragment,
        address operator
    ) external view returns (uint256 context) {
        return WorkRules.context(address(this), circuit, task, fragment, operator);
    }

    /// @dev Records a task that its owner publishes now, under the parameters of now.
    function _publish(WorkTerms calldata terms, bool network) private returns (TaskId task) {
        // Check: the caller is the owner, the terms are in bounds and new, the owner may use the dataset.
        require(msg.sender == terms.owner, MarketNotOwner(msg.sender, terms.owner));
        task = _taskIdOf(terms);
        require(_books[task].state.status == TaskStatus.None, WorkMarketTaskExists(task));
        _gate.requirePublishable(terms, network, maxFee);

        // Effect: two slots, whatever the number of fragments. Casts are safe: seconds stay below 2^40 for 34,000 years, a bond is
        // at most half of 10^26.
        WorkState memory state;
        state.status = TaskStatus.Active;
        state.network = network;
        state.protocolFeeBps = _feeBpsNow(network);
        state.publishedAt = uint40(block.timestamp);
        state.publishTicket = _ticket();
        state.jackpots = terms.plants;
        _saveState(task, state);
        _books[task].marks.bond = uint96(MarketRules.bondDown(terms.feePerFragment));
        emit TaskPublished(task, msg.sender, network, terms, state.protocolFeeBps);
    }

    /// @dev Records the conduct of verifiers who judged and credits their points.
    function _creditVerifiers(WorkTerms calldata terms, bool network, NodeId[] calldata judged) private {
        if (judged.length == 0) return;
        (uint256[] memory multipliers, uint256[] memory qualities, uint256[] memory fees) = _gate.duesOf(
            judged,
            terms.feePerVerifier
        );
        _judged(judged, qualities);
        _creditVerified(network, terms.workUnits * POINTS_PER_WORK_UNIT, judged, multipliers, fees);
    }

    /// @dev Takes `amount` from what is reserved for the verifiers of a fragment that has a result.
    function _spend(
        WorkTerms calldata terms,
        uint32 fragment,
        uint256 amount
    ) private returns (TaskId task, bool network) {
        Open memory open = _submitted(terms, fragment);
        (task, network) = (open.task, open.state.network);
        uint256 left = _verificationLeft(terms, task, fragment);
        require(amount <= left, WorkMarketReserveExceeded(task, fragment, amount, left));
        _books[task].fragments[fragment].spent += amount;
    }

    /// @dev Writes the cursor of a fragment that was drawn or freed; a cancelled task gives a fragment up that nobody has.
    function _freed(WorkTerms calldata terms, Open memory open) private {
        _saveCursor(open);
        if (open.state.status == TaskStatus.Cancelled && !open.cursor.isAssigned()) _drop(terms, open);
    }

    /// @dev Drops every fragment of a task that is being cancelled that is neither final, nor submitted, nor assigned, and whose
    /// draw is not decided. With the last one the jackpots are refunded. The loop is bounded by `WorkRules.MAX_FRAGMENTS`.
    function _dropIdle(
        WorkTerms calldata terms,
        TaskId task,
        WorkState memory state
    ) private returns (uint256 refunded, uint256 kept) {
        Marks memory marks = _marksOf(task);
        uint64 taken = marks.submitted | marks.closed;
        for (uint256 fragment = 0; fragment < terms.fragments; ++fragment) {
            // The cast is safe: `fragment` is below 64.
            uint64 bit = uint64(1 << fragment);
            if (taken & bit != 0) continue;
            Cursor memory cursor = _cursor(task, state, fragment);
            if (cursor.isAssigned() || cursor.ticket < state.cancelHorizon) continue;
            marks.closed |= bit;
            state.dropped += 1;
            kept += MarketRules.keptUp(terms.feePerFragment, cursor, state.protocolFeeBps);
            refunded += terms.feePerFragment + _verificationLeft(terms, task, fragment);
        }
        refunded -= kept;
        _saveMarks(task, marks);
        if (state.settled + state.dropped != terms.fragments) return (refunded, kept);
        refunded += uint256(state.jackpots) * terms.jackpot;
        state.jackpots = 0;
    }
}
