// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IDatasetAccess} from "../data/IDatasetAccess.sol";
import {Draw} from "../matching/IScheduler.sol";
import {NodeId, TaskId} from "../types/Ids.sol";
import {BPS, WAD} from "../types/Units.sol";
import {Cursor, Fragments} from "./Fragments.sol";
import {MarketSuite, TaskStatus} from "./IMarket.sol";
import {IWorkMarket, WorkState, WorkTerms} from "./IWorkMarket.sol";
import {MarketBase} from "./MarketBase.sol";
import {MarketRules} from "./MarketRules.sol";
import {WorkGate} from "./WorkGate.sol";
import {WorkRules} from "./WorkRules.sol";

/// @title WorkBook
/// @notice What `WorkMarket` remembers of its tasks, and how a fragment is found, delivered, paid and given up.
/// @dev A fragment is open, submitted or final, as the two bitmaps of its task say; its cursor is left as it was when it was
/// submitted, and names the node of the result until the fragment is drawn again.
abstract contract WorkBook is IWorkMarket, MarketBase {
    using Fragments for Cursor;
    using WorkRules for WorkTerms;

    /// @dev Which fragments are neither free nor assigned. One slot, never zero again after the publication of a market task.
    /// @param submitted Bit f is set while fragment f has a result that is not final.
    /// @param closed Bit f is set once fragment f is paid or dropped.
    /// @param bond CXT wei that are held of a staked node's stake for a fragment.
    struct Marks {
        uint64 submitted;
        uint64 closed;
        uint96 bond;
    }

    /// @dev What a submission leaves; see `Delivery`. The cursor has the rest. One slot.
    struct Parcel {
        uint40 submittedAt;
        uint40 ticket;
        uint16 punctuality;
        uint16 rating;
        uint16 scoreBps;
        uint8 openTier;
        uint96 stake;
    }

    /// @dev Everything about one fragment.
    /// @param spent CXT wei of its reserve that verifiers got.
    struct Fragment {
        Cursor cursor;
        bytes32 result;
        Parcel parcel;
        uint256 spent;
    }

    /// @dev Everything about one task.
    /// @param bonds CXT wei of challengers.
    struct Book {
        WorkState state;
        Marks marks;
        uint256 bonds;
        mapping(uint256 number => Fragment fragment) fragments;
    }

    /// @dev A fragment that is looked at.
    /// @param number Its number. @param bit Its bit in the bitmaps.
    struct Open {
        TaskId task;
        uint32 number;
        uint64 bit;
        WorkState state;
        Marks marks;
        Cursor cursor;
    }

    WorkGate internal immutable _gate;

    mapping(TaskId task => Book book) internal _books;

    constructor(
        address initialAuthority,
        MarketSuite memory suite,
        IDatasetAccess datasets
    ) MarketBase(initialAuthority, suite) {
        _gate = new WorkGate(suite, datasets);
    }

    /// @dev The fragment of this number, whatever became of it.
    function _find(WorkTerms calldata terms, uint32 fragment) internal view returns (Open memory open) {
        (open.task, open.state) = _load(terms);
        require(fragment < terms.fragments, WorkMarketUnknownFragment(fragment, terms.fragments));
        open.number = fragment;
        // The cast is safe: `fragment` is below 64.
        open.bit = uint64(1 << fragment);
        open.marks = _marksOf(open.task);
        open.cursor = _cursor(open.task, open.state, fragment);
    }

    /// @dev The fragment of this number, neither submitted nor final; reverts when it is either.
    function _open(WorkTerms calldata terms, uint32 fragment) internal view returns (Open memory open) {
        open = _find(terms, fragment);
        require((open.marks.submitted | open.marks.closed) & open.bit == 0, WorkMarketNotOpen(open.task, fragment));
    }

    /// @dev The same, for the node of the caller, which has it.
    function _mine(WorkTerms calldata terms, uint32 fragment) internal view returns (Open memory open) {
        open = _open(terms, fragment);
        NodeId node = _registry.nodeOf(msg.sender);
        require(open.cursor.isAssigned() && node == open.cursor.node, MarketNotAssignee(node, open.cursor.node));
    }

    /// @dev The fragment of this number, which has a result that is not final; reverts when it has none.
    function _submitted(WorkTerms calldata terms, uint32 fragment) internal view returns (Open memory open) {
        open = _find(terms, fragment);
        require(open.marks.submitted & open.bit != 0, WorkMarketNothingSubmitted(open.task, fragment));
    }

    /// @dev Takes the result of an open fragment from its node.
    function _record(WorkTerms calldata terms, Open memory open, bytes32 result) internal {
        // Check: in time.
        Cursor memory cursor = open.cursor;
        cursor.requireInTime(block.timestamp);
        uint256 quality = MarketRules.qualityDown(cursor.deadline, terms.fragmentDuration, block.timestamp);

        // Interaction: the scheduler counts the fragment no more. Contracts of the suite, which call nobody.
        (uint256 rating, uint256 score, uint256 stake) = _deliver(cursor.node);

        // Effect: the fragment has a result. Casts are safe: seconds stay below 2^40 for 34,000 years, a quality and a score are at
        // most 10,000, a rating is at most 39,000, a stake is below 2^88.
        open.marks.submitted |= open.bit;
        _saveMarks(open.task, open.marks);
        Fragment storage stored = _books[open.task].fragments[open.number];
        stored.result = result;
        stored.parcel = Parcel({
            submittedAt: uint40(block.timestamp),
            ticket: _ticket(),
            punctuality: uint16(quality / (WAD / BPS)),
            rating: uint16(rating),
            scoreBps: uint16(score),
            openTier: MarketRules.openTier(terms.feePerFragment, terms.minTier, cursor.waited),
            stake: uint96(stake)
        });
        emit ResultSubmitted(open.task, open.number, cursor.node, result);
    }

    /// @dev Pays the submitted result with `quality` in basis points: the node is owed its fee, the owner what is left.
    function _settle(WorkTerms calldata terms, Open memory open, uint256 quality) internal {
        // Effect: the fragment is paid, for good.
        Fragment storage stored = _books[open.task].fragments[open.number];
        Parcel memory parcel = _parcelOf(open.task, open.number);
        open.marks.submitted &= ~open.bit;
        open.state.settled += 1;
        uint256 left = _close(terms, open);

        // Interaction: pay and tell the world.
        quality = (quality * parcel.punctuality) / BPS;
        _finish(open.cursor.node, _bondOf(terms, open), quality * (WAD / BPS));
        (uint256 paid, uint256 fee, uint256 points) = _due(
            _settlementOf(terms, open, parcel.openTier),
            (quality * parcel.rating) / BPS
        );
        emit FragmentSettled(open.task, open.number, open.cursor.node, stored.result, quality, paid, fee, points);
        _end(terms, open, left, 0);
    }

    /// @dev Gives a fragment up that is neither submitted nor final: what is left for it is the owner's.
    function _drop(WorkTerms calldata terms, Open memory open) internal {
        // Effect: the fragment is dropped, for good.
        open.state.dropped += 1;
        uint256 left = _close(terms, open);
        uint256 kept = MarketRules.keptUp(terms.feePerFragment, open.cursor, open.state.protocolFeeBps);
        left += terms.feePerFragment - kept;
        emit FragmentDropped(open.task, open.number, left);

        // Interaction: its fee is owed to the owner.
        _end(terms, open, left, kept);
    }

    /// @dev Whether a fragment may be given to `node`: of a pair, only to other people than the first.
    function _mayTake(WorkTerms calldata terms, Open memory open, NodeId node) internal view returns (bool) {
        return !terms.paired || _gate.mayPair(_partnerOf(terms, open), node);
    }

    /// @dev The draw of an open fragment. The node of the other half of a pair is avoided, unless another failed this one.
    function _drawOf(WorkTerms calldata terms, Open memory open) internal view returns (Draw memory) {
        NodeId excluded = open.cursor.missed;
        return
            Draw({
                ticket: open.cursor.ticket,
                salt: WorkRules.salt(open.task, open.number),
                device: terms.device,
                minTier: MarketRules.openTier(terms.feePerFragment, terms.minTier, open.cursor.waited),
                excluded: NodeId.unwrap(excluded) == 0 ? _partnerOf(terms, open) : excluded
            });
    }

    /// @dev CXT wei left of what is reserved for the verifiers of a fragment that is not final.
    function _verificationLeft(
        WorkTerms calldata terms,
        TaskId task,
        uint256 fragment
    ) internal view returns (uint256) {
        return terms.reserve() - _books[task].fragments[fragment].spent;
    }

    /// @dev The task of these terms and its state; reverts when it was never published.
    function _load(WorkTerms calldata terms) internal view returns (TaskId task, WorkState memory state) {
        task = _taskIdOf(terms);
        state = _stateOf(task);
        require(state.status != TaskStatus.None, MarketWrongStatus(task, TaskStatus.None));
    }

    /// @dev The cursor of a fragment: its own, or that of its first draw.
    function _cursor(
        TaskId task,
        WorkState memory state,
        uint256 fragment
    ) internal view returns (Cursor memory cursor) {
        cursor = _storedCursor(task, fragment);
        if (cursor.requestedAt != 0) return cursor;
        return Fragments.initial(state.publishedAt, state.publishTicket);
    }

    /// @dev Owes the payout address of each of `nodes` `amount` CXT wei.
    function _payNodes(TaskId task, NodeId[] calldata nodes, uint256 amount) internal {
        if (amount != 0 && nodes.length != 0) escrow.payMany(task, _gate.payoutsOf(nodes), amount, 0);
    }

    /// @dev Reverts unless the caller owns the task and it is running.
    function _requireRunning(WorkTerms calldata terms, TaskId task, WorkState memory state) internal view {
        require(msg.sender == terms.owner, MarketNotOwner(msg.sender, terms.owner));
        require(state.status == TaskStatus.Active, MarketWrongStatus(task, state.status));
    }

    /// @dev CXT wei held for an assigned or submitted fragment; zero when its node works without bond.
    function _bondOf(WorkTerms calldata terms, Open memory open) internal pure returns (uint256) {
        return MarketRules.bondOf(terms.feePerFragment, open.cursor);
    }

    function _ticket() internal view returns (uint40) {
        return _scheduler.nextTicket();
    }

    /// @dev One place that reads the state, one that writes it, and so on: the compiler writes out each.
    function _stateOf(TaskId task) internal view returns (WorkState memory) {
        return _books[task].state;
    }

    function _marksOf(TaskId task) internal view returns (Marks memory) {
        return _books[task].marks;
    }

    function _saveState(TaskId task, WorkState memory state) internal {
        _books[task].state = state;
    }

    function _saveMarks(TaskId task, Marks memory marks) internal {
        _books[task].marks = marks;
    }

    function _storedCursor(TaskId task, uint256 fragment) internal view returns (Cursor memory) {
        return _books[task].fragments[fragment].cursor;
    }

    function _parcelOf(TaskId task, uint256 fragment) internal view returns (Parcel memory) {
        return _books[task].fragments[fragment].parcel;
    }

    function _saveCursor(Open memory open) internal {
        _books[open.task].fragments[open.number].cursor = open.cursor;
    }

    function _taskIdOf(WorkTerms calldata terms) internal view returns (TaskId) {
        return TaskId.wrap(keccak256(abi.encode(block.chainid, address(this), terms)));
    }

    /// @dev The node that has or had the other half of a pair; zero when there is none.
    function _partnerOf(WorkTerms calldata terms, Open memory open) private view returns (NodeId) {
        return terms.paired ? _books[open.task].fragments[open.number ^ 1].cursor.node : NodeId.wrap(0);
    }

    /// @dev Makes a fragment final, and the task with its last one. Returns what is left for its verifiers.
    function _close(WorkTerms calldata terms, Open memory open) private returns (uint256 left) {
        left = _verificationLeft(terms, open.task, open.number);
        delete _books[open.task].fragments[open.number].spent;
        open.marks.closed |= open.bit;
        _saveMarks(open.task, open.marks);
        _saveState(open.task, open.state);
    }

    /// @dev Owes the owner what is refunded and, with the last fragment of the task, the jackpots that nobody won.
    function _end(WorkTerms calldata terms, Open memory open, uint256 refunded, uint256 kept) private {
        WorkState memory state = open.state;
        if (state.settled + state.dropped == terms.fragments) {
            uint256 jackpots = uint256(state.jackpots) * terms.jackpot;
            state.jackpots = 0;
            if (state.status == TaskStatus.Active) {
                state.status = TaskStatus.Completed;
                emit TaskCompleted(open.task, jackpots);
            }
            _saveState(open.task, state);
            refunded += jackpots;
        }
        _refund(open.task, terms.owner, refunded, kept);
    }

    function _settlementOf(
        WorkTerms calldata terms,
        Open memory open,
        uint8 openTier
    ) private view returns (Settlement memory) {
        Cursor memory cursor = open.cursor;
        return
            Settlement({
                task: open.task,
                node: cursor.node,
                payout: _registry.payoutOf(cursor.node),
                workUnits: terms.workUnits,
                network: open.state.network,
                firstDrawn: NodeId.unwrap(cursor.missed) == 0,
                device: terms.device,
                openTier: openTier,
                protocolFeeBps: open.state.protocolFeeBps,
                fee: terms.feePerFragment,
                bond: 0,
                refuser: cursor.refused ? cursor.missed : NodeId.wrap(0),
                quality: 0
            });
    }
}
