// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Cursor} from "../../../contracts/market/Fragments.sol";
import {TaskStatus} from "../../../contracts/market/IMarket.sol";
import {
    ApplySubmission,
    EvaluationSubmission,
    GradientSubmission,
    IRoundMarket,
    Phase,
    RoundState,
    RoundTerms
} from "../../../contracts/market/IRoundMarket.sol";
import {ITaskEscrow} from "../../../contracts/market/ITaskEscrow.sol";
import {NodeStatus} from "../../../contracts/registry/INodeRegistry.sol";
import {CircuitId, NodeId, TaskId} from "../../../contracts/types/Ids.sol";
import {vm} from "../Vm.sol";
import {MarketNodes} from "../market/MarketNodes.sol";

/// @dev Drives every external function of the market of rounds, and the moves of nodes, blocks and seconds around them. Each
/// call states beforehand whether it must succeed; a call that does otherwise reverts the run.
abstract contract RoundHandler is MarketNodes {
    uint256 internal constant MAX_TASKS = 10;
    uint16 internal constant APPLY = 16;

    ITaskEscrow public immutable roundEscrow;
    CircuitId private immutable _gradientCircuit;
    CircuitId private immutable _applyCircuit;
    CircuitId private immutable _evaluateCircuit;

    RoundTerms[] internal _tasks;
    TaskId[] public ids;

    // Ghosts.
    mapping(TaskId task => uint256 amount) public deposited;
    mapping(TaskId task => uint256 amount) public paid;
    mapping(TaskId task => uint256 amount) public refunded;
    mapping(TaskId task => mapping(uint256 fragment => uint256 count)) public payments;
    mapping(TaskId task => uint256 head) public heads;
    mapping(TaskId task => uint256 loss) public losses;
    mapping(TaskId task => uint256 fees) public droppedFees;
    mapping(TaskId task => uint256 fees) public settledFees;
    uint256 public accepted;
    uint256 public closed;
    uint256 public completed;
    uint256 public missed;
    uint256 public refused;
    uint256 public bonded;

    constructor() {
        roundEscrow = rounds.escrow();
        _gradientCircuit = _register("Gradient", keccak256("weights,gradient,batch,loss,ctx"), 64, 5);
        _applyCircuit = _register("Apply", keccak256("weights,newWeights,gradients[3],shares[3],ctx"), 48, 9);
        _evaluateCircuit = _register("Evaluate", keccak256("weights,batch,loss,correct,ctx"), 32, 5);
        for (uint256 owner = 0; owner < OWNERS; ++owner) {
            vm.prank(_owner(owner));
            token.approve(address(roundEscrow), type(uint256).max);
        }
    }

    function taskCount() external view returns (uint256) {
        return _tasks.length;
    }

    function nodeCount() external pure returns (uint256) {
        return NODES;
    }

    function termsOf(uint256 index) external view returns (RoundTerms memory) {
        return _tasks[index];
    }

    function move(uint256 blocks, uint256 secondsAhead) external {
        blockNumber += blocks % 8 == 0 ? bound(blocks, 250, 300) : bound(blocks, 1, 5);
        clock += secondsAhead % 8 == 0 ? bound(secondsAhead, 1, 3 hours) : bound(secondsAhead, 1, 120);
        _syncBlock();
    }

    /// @dev What honest nodes do: say that they live, take the draws of the phase once they are decided, deliver.
    function work(uint256 taskSeed, uint256 skipped) external {
        if (_tasks.length == 0) return;
        _reviveAll();
        uint256 index = taskSeed % _tasks.length;
        for (uint256 turn = 0; turn < 4; ++turn) {
            Phase phase = rounds.stateOf(ids[index]).phase;
            for (uint256 i = 0; i < _count(_tasks[index], phase); ++i) {
                if (phase == Phase.Gradients && skipped % 4 == i + 1) continue;
                _decide(index, _number(phase, i));
                clock += 3;
                _assign(index, _number(phase, i));
                _submit(index, _number(phase, i), 0, 0);
            }
        }
    }

    /// @dev What a silent node does to a lane, anyone about it, and what comes of the round.
    function beLate(uint256 taskSeed, uint256 lane, uint256 later) external {
        if (_tasks.length == 0) return;
        uint256 index = taskSeed % _tasks.length;
        uint16 fragment = uint16(lane % 3);
        _decide(index, fragment);
        _assign(index, fragment);
        clock += 61 + (later % 3) * 60;
        _reassign(index, fragment);
        closeRound(index);
    }

    /// @dev What a node does that cannot have the data.
    function giveBack(uint256 taskSeed, uint256 fragmentSeed, uint256 secondsLater) external {
        if (_tasks.length == 0) return;
        _reviveAll();
        (uint256 index, uint16 fragment) = (taskSeed % _tasks.length, _some(fragmentSeed));
        _decide(index, fragment);
        _assign(index, fragment);
        clock += secondsLater % 40;
        refuse(index, fragmentSeed, 0);
    }

    /// @dev A round that one lane is missed in, or given back or never drawn, while the others deliver; then anyone closes it.
    function drop(uint256 taskSeed, uint256 laneSeed, uint256 how) external {
        if (_tasks.length == 0) return;
        _reviveAll();
        (uint256 index, uint16 dropped) = (taskSeed % _tasks.length, uint16(laneSeed % 3));
        for (uint16 lane = 0; lane < 3; ++lane) {
            if (how % 4 == 3 && lane == dropped) continue;
            _decide(index, lane);
            _assign(index, lane);
            if (lane != dropped) _submit(index, lane, 0, 0);
        }
        if (how % 4 == 1) refuse(index, dropped, 0);
        clock += 61;
        if (how % 4 == 0) _reassign(index, dropped);
        clock += _tasks[index].roundDuration;
        closeRound(index);
    }

    function publish(uint256 owner, uint256 shape, uint256 fee, bool network) external inBlock {
        if (_tasks.length == MAX_TASKS) return;
        address account = network ? address(this) : _owner(owner % OWNERS);
        RoundTerms memory terms = _terms(account, shape, network ? 0 : bound(fee, 64e12, 1e18));
        // One in four is of high value: drawn by tiers, and with bonds that a stake covers few of.
        if (!network && fee % 4 == 0) terms.feePerGradient = bound(fee, 100e18, 200e18);
        uint256 total = _total(terms);
        if (token.balanceOf(account) < total) return;
        if (!network) _must(account, address(rounds), false, abi.encodeCall(IRoundMarket.publishNetwork, (terms)));
        bytes memory data =
            network
                ? abi.encodeCall(IRoundMarket.publishNetwork, (terms))
                : abi.encodeCall(IRoundMarket.publish, (terms));
        _must(account, address(rounds), true, data);
        _must(account, address(rounds), false, data);
        TaskId task = rounds.taskIdOf(terms);
        _tasks.push(terms);
        ids.push(task);
        deposited[task] = total;
        heads[task] = terms.initialWeights;
    }

    function assign(uint256 taskSeed, uint256 fragment) external {
        if (_tasks.length == 0) return;
        _assign(taskSeed % _tasks.length, _some(fragment));
    }

    function submit(uint256 taskSeed, uint256 fragment, uint256 nodeSeed, uint8 flaw) external {
        if (_tasks.length == 0) return;
        _submit(taskSeed % _tasks.length, _some(fragment), nodeSeed, flaw % 8);
    }

    function reassign(uint256 taskSeed, uint256 fragmentSeed) external {
        if (_tasks.length != 0) _reassign(taskSeed % _tasks.length, _some(fragmentSeed));
    }

    function _reassign(uint256 index, uint16 fragment) private inBlock {
        (RoundTerms memory terms, TaskId task) = (_tasks[index], ids[index]);
        Cursor memory cursor = rounds.cursorOf(task, fragment);
        bool possible = NodeId.unwrap(cursor.node) != 0 && clock > cursor.deadline;
        uint256 heldBefore = roundEscrow.heldFor(task);
        _must(_owner(9), address(rounds), possible, abi.encodeCall(IRoundMarket.reassign, (terms, fragment)));
        if (!possible) return;
        ++missed;
        _checkFreed(index, fragment, cursor, heldBefore);
    }

    function refuse(uint256 taskSeed, uint256 fragmentSeed, uint256 nodeSeed) public inBlock {
        if (_tasks.length == 0) return;
        (uint256 index, uint16 fragment) = (taskSeed % _tasks.length, _some(fragmentSeed));
        (RoundTerms memory terms, TaskId task) = (_tasks[index], ids[index]);
        Cursor memory cursor = rounds.cursorOf(task, fragment);
        uint256 node =
            nodeSeed % 4 != 1 && NodeId.unwrap(cursor.node) != 0
                ? NodeId.unwrap(cursor.node)
                : bound(nodeSeed, 1, NODES);
        bool possible = node == NodeId.unwrap(cursor.node) && clock + terms.fragmentDuration / 2 <= cursor.deadline;
        uint256 heldBefore = roundEscrow.heldFor(task);
        bytes memory data = abi.encodeCall(IRoundMarket.refuse, (terms, fragment));
        _must(_owner(9), address(rounds), false, data);
        _must(_operator(node), address(rounds), possible, data);
        if (!possible) return;
        ++refused;
        _checkFreed(index, fragment, cursor, heldBefore);
        _must(_operator(node), address(rounds), false, data);
    }

    /// @dev Anyone closes a round: exactly when its time is over, its quorum is there and no lane is bound.
    function closeRound(uint256 taskSeed) public inBlock {
        if (_tasks.length == 0) return;
        uint256 index = taskSeed % _tasks.length;
        (RoundTerms memory terms, TaskId task) = (_tasks[index], ids[index]);
        RoundState memory state = rounds.stateOf(task);
        bool possible =
            state.status == TaskStatus.Active &&
                state.phase == Phase.Gradients &&
                clock > uint256(state.openedAt) + terms.roundDuration &&
                _ones(state.settled) >= terms.quorum;
        uint256 kept;
        uint256 lanesDropped;
        for (uint16 lane = 0; possible && lane < terms.lanes; ++lane) {
            if ((state.settled >> lane) & 1 == 1) continue;
            Cursor memory cursor = rounds.cursorOf(task, lane);
            bool wasMissed = NodeId.unwrap(cursor.missed) != 0;
            if (NodeId.unwrap(cursor.node) != 0 || (!wasMissed && cursor.ticket < blockNumber)) possible = false;
            if (wasMissed) kept += (terms.feePerGradient * state.protocolFeeBps + 9_999) / 10_000;
            ++lanesDropped;
        }
        uint256 heldBefore = roundEscrow.heldFor(task);
        uint256 owedBefore = roundEscrow.owedTo(terms.owner);
        uint256 keptBefore = roundEscrow.owedTo(address(router));
        _must(_owner(9), address(rounds), possible, abi.encodeCall(IRoundMarket.closeRound, (terms)));
        if (!possible) return;
        ++closed;
        uint256 fees = lanesDropped * terms.feePerGradient;
        droppedFees[task] += fees;
        refunded[task] += heldBefore - roundEscrow.heldFor(task);
        require(heldBefore - roundEscrow.heldFor(task) == fees, "dropped another amount");
        require(roundEscrow.owedTo(terms.owner) - owedBefore == fees - kept, "refunded another amount");
        require(roundEscrow.owedTo(address(router)) - keptBefore == kept, "kept another amount");
        RoundState memory next = rounds.stateOf(task);
        require(next.phase == Phase.Applying && next.settled == state.settled, "not closed");
        require(next.openTicket == scheduler.nextTicket() && next.openedAt == clock, "step not opened");
    }

    function cancel(uint256 taskSeed, bool stranger) external inBlock {
        if (_tasks.length == 0 || taskSeed % 5 != 0) return; // one in five, so that tasks live long enough
        uint256 index = (taskSeed / 5) % _tasks.length;
        (RoundTerms memory terms, TaskId task) = (_tasks[index], ids[index]);
        RoundState memory state = rounds.stateOf(task);
        bool possible = !stranger && state.status == TaskStatus.Active;
        uint256 flying;
        for (uint256 i = 0; possible && i < _count(terms, state.phase); ++i) {
            Cursor memory cursor = rounds.cursorOf(task, _number(state.phase, i));
            if (NodeId.unwrap(cursor.node) != 0 || (cursor.ticket != 0 && cursor.ticket < blockNumber)) ++flying;
        }
        uint256 heldBefore = roundEscrow.heldFor(task);
        address caller = stranger ? _owner(9) : terms.owner;
        _must(caller, address(rounds), possible, abi.encodeCall(IRoundMarket.cancel, (terms)));
        if (!possible) return;
        refunded[task] += heldBefore - roundEscrow.heldFor(task);
        require(_ones(rounds.stateOf(task).reserved) == flying, "reserved another number");
        require(roundEscrow.heldFor(task) == flying * _fee(terms, state.phase), "reserved another amount");
    }

    /// @dev INV-RND-4: with every other party silent for ever, the owner of each task gets back all that was not earned.
    function recoverAll() external {
        for (uint256 index = 0; index < _tasks.length; ++index) {
            (RoundTerms memory terms, TaskId task) = (_tasks[index], ids[index]);
            uint256 heldBefore = roundEscrow.heldFor(task);
            _syncBlock();
            if (rounds.stateOf(task).status == TaskStatus.Active) {
                vm.prank(terms.owner);
                rounds.cancel(terms);
            }
            blockNumber += 300;
            clock += terms.fragmentDuration + 1;
            _syncBlock();
            RoundState memory state = rounds.stateOf(task);
            for (uint256 i = 0; i < 16; ++i) {
                if ((state.reserved >> i) & 1 == 0) continue;
                uint16 fragment = _number(state.phase, i);
                bool assigned = NodeId.unwrap(rounds.cursorOf(task, fragment).node) != 0;
                vm.prank(terms.owner);
                if (assigned) rounds.reassign(terms, fragment);
                else rounds.assign(terms, fragment);
            }
            refunded[task] += heldBefore - roundEscrow.heldFor(task);
            require(roundEscrow.heldFor(task) == 0, "fees stuck");
            require(deposited[task] == paid[task] + refunded[task], "owner lost unearned fees");
        }
    }

    /// @dev INV-RND-4: with the owner silent and nodes at work, every active task is completed by calls that are open to all.
    function finishAll() external {
        // Nodes that hold late fragments of any task up to their limit cannot take others: anyone frees them.
        clock += 61;
        for (uint256 i = 0; i < 7 * _tasks.length; ++i) _reassign(i / 7, _some(i % 7));
        for (uint256 index = 0; index < _tasks.length; ++index) {
            for (uint256 turn = 0; turn < 60; ++turn) {
                RoundState memory state = rounds.stateOf(ids[index]);
                if (state.status != TaskStatus.Active) break;
                _syncBlock();
                for (uint256 node = 1; node <= NODES; ++node) _revive(node);
                for (uint256 i = 0; i < _count(_tasks[index], state.phase); ++i) {
                    uint16 fragment = _number(state.phase, i);
                    _decide(index, fragment);
                    _assign(index, fragment);
                    _submit(index, fragment, 0, 0);
                    if (clock > rounds.cursorOf(ids[index], fragment).deadline) _reassign(index, fragment);
                }
                clock += 61;
            }
            require(rounds.stateOf(ids[index]).status != TaskStatus.Active, "a task that cannot be completed");
        }
    }

    /// @dev Everyone who can be owed something.
    function accounts() public view returns (address[] memory list) {
        list = new address[](OWNERS + NODES + 1);
        for (uint256 i = 0; i < OWNERS; ++i) list[i] = _owner(i);
        for (uint256 i = 0; i < NODES; ++i) list[OWNERS + i] = _payout(i + 1);
        list[OWNERS + NODES] = address(router);
    }

    function _assign(uint256 index, uint16 fragment) private inBlock {
        (RoundTerms memory terms, TaskId task) = (_tasks[index], ids[index]);
        RoundState memory state = rounds.stateOf(task);
        Cursor memory cursor = rounds.cursorOf(task, fragment);
        // A fragment that is open has a request; anything else has no cursor.
        bool exists = fragment < APPLY ? fragment < terms.lanes : fragment == APPLY || fragment - 17 < terms.heldOut;
        bool possible =
            exists && cursor.requestedAt != 0 && NodeId.unwrap(cursor.node) == 0 && blockNumber > cursor.ticket;
        uint256 heldBefore = roundEscrow.heldFor(task);
        _must(_owner(9), address(rounds), possible, abi.encodeCall(IRoundMarket.assign, (terms, fragment)));
        if (!possible) return;
        Cursor memory next = rounds.cursorOf(task, fragment);
        if (NodeId.unwrap(next.node) == 0) {
            refunded[task] += heldBefore - roundEscrow.heldFor(task);
            if (state.status == TaskStatus.Cancelled) {
                require(heldBefore - roundEscrow.heldFor(task) == _fee(terms, state.phase), "reserve kept");
                require(next.requestedAt == 0, "a fragment without reserve is open");
            } else {
                require(next.ticket == scheduler.nextTicket() && next.requestedAt == clock, "draw not renewed");
            }
        } else {
            require(next.deadline == clock + terms.fragmentDuration && next.step == state.round, "assigned otherwise");
            require(registry.isEligible(next.node), "drawn while not eligible");
            if (next.bonded) ++bonded;
        }
    }

    function _submit(uint256 index, uint16 fragment, uint256 nodeSeed, uint8 flaw) private inBlock {
        (RoundTerms memory terms, TaskId task) = (_tasks[index], ids[index]);
        RoundState memory state = rounds.stateOf(task);
        Cursor memory cursor = rounds.cursorOf(task, fragment);
        uint256 node =
            nodeSeed % 2 == 0 && NodeId.unwrap(cursor.node) != 0
                ? NodeId.unwrap(cursor.node)
                : bound(nodeSeed, 1, NODES);
        bool possible = flaw == 0 && node == NodeId.unwrap(cursor.node) && clock <= cursor.deadline;
        bytes memory data = _submission(terms, task, fragment, state.round, flaw);
        uint256 heldBefore = roundEscrow.heldFor(task);
        _must(_operator(node), address(rounds), possible, data);
        if (!possible) {
            require(roundEscrow.heldFor(task) == heldBefore, "leak");
            return;
        }
        ++accepted;
        ++payments[task][(uint256(state.round) << 16) | fragment];
        uint256 fee = _fee(terms, state.phase);
        settledFees[task] += fee;
        paid[task] += heldBefore - roundEscrow.heldFor(task);
        require(heldBefore - roundEscrow.heldFor(task) == fee, "fragment paid another fee");
        if (fragment == APPLY) heads[task] = _newWeights(task, state.round);
        if (fragment > APPLY) losses[task] += 40 + fragment;
        if (rounds.stateOf(task).status == TaskStatus.Completed) ++completed;
        // INV-PRF-1: the very same submission is worth nothing now.
        _must(_operator(node), address(rounds), false, data);
    }

    function _submission(
        RoundTerms memory terms,
        TaskId task,
        uint16 fragment,
        uint32 round,
        uint8 flaw
    ) private pure returns (bytes memory) {
        uint256 proofWord = flaw == 1 ? 2 : 1;
        if (flaw == 2) round += 1;
        if (fragment == APPLY) {
            if (flaw > 2) proofWord = 2;
            ApplySubmission memory step;
            (step.round, step.newWeights, step.proof.a[0]) = (round, _newWeights(task, round), proofWord);
            return abi.encodeCall(IRoundMarket.submitApply, (terms, step));
        }
        if (fragment > APPLY) {
            EvaluationSubmission memory evaluation;
            evaluation.shard = fragment - 17;
            evaluation.batch = flaw < 2 ? 7 : 8;
            (evaluation.loss, evaluation.correct, evaluation.proof.a[0]) = (40 + uint256(fragment), 3, proofWord);
            evaluation.shardProof = new bytes32[](0);
            return abi.encodeCall(IRoundMarket.submitEvaluation, (terms, evaluation));
        }
        GradientSubmission memory gradient;
        (gradient.lane, gradient.round) = (fragment, round);
        gradient.gradient = _gradient(task, round, fragment);
        gradient.batch = flaw < 3 ? 7 : 8;
        (gradient.loss, gradient.proof.a[0]) = (5, proofWord);
        gradient.shardProof = new bytes32[](0);
        return abi.encodeCall(IRoundMarket.submitGradient, (terms, gradient));
    }

    /// @dev What a fragment looks like that was taken from its node; `cursor` and `heldBefore` are those before.
    function _checkFreed(uint256 index, uint16 fragment, Cursor memory cursor, uint256 heldBefore) private {
        (RoundTerms memory terms, TaskId task) = (_tasks[index], ids[index]);
        RoundState memory state = rounds.stateOf(task);
        uint256 released = heldBefore - roundEscrow.heldFor(task);
        refunded[task] += released;
        Cursor memory next = rounds.cursorOf(task, fragment);
        if (state.status == TaskStatus.Cancelled) {
            require(released == _fee(terms, state.phase) && next.requestedAt == 0, "reserve");
            return;
        }
        require(released == 0, "an active task let go of a fee");
        require(next.missed == cursor.node && next.step == cursor.step && !next.bonded, "not freed");
        require(next.ticket == scheduler.nextTicket() && next.requestedAt == clock, "not drawn anew");
    }

    function _reviveAll() private {
        _syncBlock();
        for (uint256 node = 1; node <= NODES; ++node) {
            if (registry.get(_node(node)).status != NodeStatus.Suspended) _revive(node);
        }
    }

    /// @dev Lets blocks pass until the draw of the fragment is decided.
    function _decide(uint256 index, uint16 fragment) private {
        uint256 ticket = rounds.cursorOf(ids[index], fragment).ticket;
        blockNumber = (blockNumber < ticket ? ticket : blockNumber) + 1;
    }

    function _terms(address owner, uint256 shape, uint256 fee) private view returns (RoundTerms memory terms) {
        terms.owner = owner;
        terms.gradientCircuit = _gradientCircuit;
        terms.applyCircuit = _applyCircuit;
        terms.shardRoot = _leaf();
        terms.initialWeights = 100;
        terms.manifest = bytes32(uint256(1));
        (terms.feePerGradient, terms.feePerApply) = (fee, fee == 0 ? 0 : fee + 1e12);
        (terms.fragmentDuration, terms.roundDuration) = (60, 60 + uint32(shape % 2) * 60);
        (terms.rounds, terms.shards, terms.lanes) = (1 + uint32((shape / 2) % 3), 1, 3);
        terms.quorum = 1 + uint16((shape / 8) % 3);
        terms.nonce = uint64(_tasks.length);
        if ((shape / 32) % 2 == 0) return terms;
        terms.evaluateCircuit = _evaluateCircuit;
        // One shard, so that its root is its leaf.
        (terms.heldOutRoot, terms.heldOut, terms.feePerEvaluation) = (_leaf(), 1, fee);
    }

    function _total(RoundTerms memory terms) private pure returns (uint256) {
        uint256 round = terms.lanes * terms.feePerGradient + terms.feePerApply;
        return terms.rounds * round + terms.heldOut * terms.feePerEvaluation;
    }

    function _fee(RoundTerms memory terms, Phase phase) private pure returns (uint256) {
        if (phase == Phase.Gradients) return terms.feePerGradient;
        return phase == Phase.Applying ? terms.feePerApply : terms.feePerEvaluation;
    }

    function _count(RoundTerms memory terms, Phase phase) private pure returns (uint256) {
        if (phase == Phase.Gradients) return terms.lanes;
        return phase == Phase.Applying ? 1 : terms.heldOut;
    }

    function _number(Phase phase, uint256 index) private pure returns (uint16) {
        if (phase == Phase.Gradients) return uint16(index);
        return phase == Phase.Applying ? APPLY : uint16(17 + index);
    }

    /// @dev A lane, one beyond the last, the step, or an evaluation and one beyond the last.
    function _some(uint256 seed) private pure returns (uint16) {
        uint16[7] memory list = [uint16(0), 1, 2, 3, 16, 17, 18];
        return seed < 3 ? uint16(seed) : list[seed % 7];
    }

    function _gradient(TaskId task, uint256 round, uint256 lane) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(task, round, lane))) >> 8;
    }

    function _newWeights(TaskId task, uint256 round) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(task, round))) >> 8;
    }

    /// @dev The one shard, which every lane trains on.
    function _leaf() private pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(uint256(0), uint256(7)))));
    }

    function _ones(uint256 mask) private pure returns (uint256 count) {
        for (uint256 i = 0; i < 16; ++i) count += (mask >> i) & 1;
    }
}
