// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {DatasetRegistry} from "../../../contracts/data/DatasetRegistry.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {Cursor} from "../../../contracts/market/Fragments.sol";
import {MarketSuite, TaskStatus} from "../../../contracts/market/IMarket.sol";
import {ITaskEscrow} from "../../../contracts/market/ITaskEscrow.sol";
import {
    Claim,
    Delivery,
    IWorkMarket,
    Verification,
    WorkState,
    WorkTerms
} from "../../../contracts/market/IWorkMarket.sol";
import {WorkMarket} from "../../../contracts/market/WorkMarket.sol";
import {NodeStatus} from "../../../contracts/registry/INodeRegistry.sol";
import {CircuitId, NodeId, TaskId} from "../../../contracts/types/Ids.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {WorkKind} from "../../../contracts/types/WorkKind.sol";
import {MarketNodes} from "../market/MarketNodes.sol";
import {VerifierDouble} from "../market/MarketWorld.sol";
import {vm} from "../Vm.sol";
import {WorkInputs} from "./WorkInputs.sol";

/// @dev Drives every external function of the market of work and plays its review, and the moves of nodes, blocks and seconds
/// around them. Each call states beforehand whether it must succeed; a call that does otherwise reverts the run.
abstract contract WorkHandler is MarketNodes, WorkInputs {
    uint256 internal constant MAX_TASKS = 8;
    uint256 internal constant FRAGMENTS = 4;
    uint32 internal constant DURATION = 60;

    WorkMarket public immutable work;
    ITaskEscrow public immutable workEscrow;
    CircuitId private immutable _evaluateCircuit;

    WorkTerms[] internal _tasks;
    TaskId[] public ids;

    // Ghosts.
    mapping(TaskId task => uint256 amount) public deposited;
    mapping(TaskId task => uint256 amount) public bonds;
    mapping(TaskId task => mapping(uint256 fragment => uint256 count)) public payments;
    mapping(TaskId task => mapping(uint256 fragment => uint256 count)) public drawn;
    mapping(TaskId task => mapping(uint256 fragment => uint256 count)) public submissions;
    mapping(TaskId task => mapping(uint256 fragment => uint256 amount)) public spent;
    uint256 public accepted;
    uint256 public rejected;
    uint256 public reopened;
    uint256 public completed;
    uint256 public missed;
    uint256 public refused;
    uint256 public bonded;
    uint256 public jackpotsWon;
    uint256 public overpaid;

    constructor() {
        AccessManager manager = AccessManager(market.authority());
        work = new WorkMarket(
            address(manager),
            MarketSuite(registry, scheduler, reputation, vault, slasher, circuits, new VerifierDouble(), distributor),
            new DatasetRegistry(token, address(router))
        );
        workEscrow = work.escrow();
        _evaluateCircuit = _register("Evaluate", keccak256("weights,batch,loss,correct,ctx"), 32, 5);
        uint64[4] memory ofMarket = [Roles.REPORTER, Roles.MARKET, Roles.LIABILITY, Roles.JUDGE];
        for (uint256 i = 0; i < ofMarket.length; ++i) manager.grantRole(ofMarket[i], address(work), 0);
        manager.grantRole(Roles.REVIEW, address(this), 0);
        bytes4[] memory ofReview = new bytes4[](6);
        ofReview[0] = work.accept.selector;
        ofReview[1] = work.reject.selector;
        ofReview[2] = work.payVerifiers.selector;
        ofReview[3] = work.payJackpot.selector;
        ofReview[4] = work.takeBond.selector;
        ofReview[5] = work.giveBond.selector;
        manager.setTargetFunctionRole(address(work), ofReview, Roles.REVIEW);
        for (uint256 owner = 0; owner < OWNERS; ++owner) {
            vm.prank(_owner(owner));
            token.approve(address(workEscrow), type(uint256).max);
        }
    }

    function taskCount() external view returns (uint256) {
        return _tasks.length;
    }

    function nodeCount() external pure returns (uint256) {
        return NODES;
    }

    function termsOf(uint256 index) external view returns (WorkTerms memory) {
        return _tasks[index];
    }

    function move(uint256 blocks, uint256 secondsAhead) external {
        blockNumber += blocks % 8 == 0 ? bound(blocks, 250, 300) : bound(blocks, 1, 5);
        clock += secondsAhead % 8 == 0 ? bound(secondsAhead, 1, 3 hours) : bound(secondsAhead, 1, 120);
        _syncBlock();
    }

    function publish(uint256 owner, uint256 shape, uint256 fee, bool network) external inBlock {
        if (_tasks.length == MAX_TASKS) return;
        address account = network ? address(this) : _owner(owner % OWNERS);
        WorkTerms memory terms = _terms(account, shape, network ? 0 : bound(fee, 32e12, 1e18));
        // One in four is of high value: drawn by tiers, and with bonds that a stake covers few of.
        if (!network && fee % 4 == 0) terms.feePerFragment = bound(fee, 100e18, 200e18);
        uint256 total = FRAGMENTS * (terms.feePerFragment + _reserve(terms)) + terms.plants * uint256(terms.jackpot);
        if (token.balanceOf(account) < total) return;
        _must(_owner(9), address(work), false, abi.encodeCall(IWorkMarket.publishNetwork, (terms)));
        bytes memory data =
            network
                ? abi.encodeCall(IWorkMarket.publishNetwork, (terms))
                : abi.encodeCall(IWorkMarket.publish, (terms));
        _must(account, address(work), true, data);
        _must(account, address(work), false, data);
        TaskId task = work.taskIdOf(terms);
        _tasks.push(terms);
        ids.push(task);
        deposited[task] = total;
    }

    /// @dev What honest nodes and verifiers do: take every draw that is decided, deliver, judge.
    function workOn(uint256 taskSeed, uint256 skipped, bool judges) external {
        if (_tasks.length == 0) return;
        _reviveAll();
        uint256 index = taskSeed % _tasks.length;
        for (uint32 fragment = 0; fragment < FRAGMENTS; ++fragment) {
            if (skipped % 5 == fragment) continue;
            _decide(index, fragment);
            clock += 3;
            _assign(index, fragment);
            _submit(index, fragment, 0, 0);
            if (judges) accept(index, fragment, 10_000);
        }
    }

    /// @dev What a silent node does to a fragment, and anyone about it.
    function beLate(uint256 taskSeed, uint32 fragment) external {
        if (_tasks.length == 0) return;
        (uint256 index, uint32 number) = (taskSeed % _tasks.length, fragment % 4);
        _decide(index, number);
        _assign(index, number);
        clock += DURATION + 1;
        _reassign(index, number);
    }

    /// @dev What a node does that cannot have the data.
    function giveBack(uint256 taskSeed, uint32 fragment, uint256 secondsLater) external {
        if (_tasks.length == 0) return;
        _reviveAll();
        (uint256 index, uint32 number) = (taskSeed % _tasks.length, fragment % 4);
        _decide(index, number);
        _assign(index, number);
        clock += secondsLater % 40;
        refuse(index, number, 0);
    }

    function assign(uint256 taskSeed, uint32 fragment) external {
        if (_tasks.length != 0) _assign(taskSeed % _tasks.length, fragment % 5);
    }

    function submit(uint256 taskSeed, uint32 fragment, uint256 nodeSeed, uint8 flaw) external {
        if (_tasks.length != 0) _submit(taskSeed % _tasks.length, fragment % 5, nodeSeed, flaw % 3);
    }

    function reassign(uint256 taskSeed, uint32 fragment) external {
        if (_tasks.length != 0) _reassign(taskSeed % _tasks.length, fragment % 5);
    }

    function refuse(uint256 taskSeed, uint32 fragment, uint256 nodeSeed) public inBlock {
        if (_tasks.length == 0) return;
        (uint256 index, uint32 number) = (taskSeed % _tasks.length, fragment % 5);
        Cursor memory cursor = work.cursorOf(ids[index], number);
        uint256 node =
            nodeSeed % 4 != 1 && NodeId.unwrap(cursor.node) != 0
                ? NodeId.unwrap(cursor.node)
                : bound(nodeSeed, 1, NODES);
        bool possible =
            _isOpen(index, number) && node == NodeId.unwrap(cursor.node) && clock + DURATION / 2 <= cursor.deadline;
        bytes memory data = abi.encodeCall(IWorkMarket.refuse, (_tasks[index], number));
        _must(_owner(9), address(work), false, data);
        _must(_operator(node), address(work), possible, data);
        if (!possible) return;
        ++refused;
        _checkFreed(index, number, cursor.node);
    }

    function cancel(uint256 taskSeed, bool stranger) external inBlock {
        if (_tasks.length == 0 || taskSeed % 5 != 0) return; // one in five, so that tasks live long enough
        uint256 index = (taskSeed / 5) % _tasks.length;
        (WorkTerms memory terms, TaskId task) = (_tasks[index], ids[index]);
        bool possible = !stranger && work.stateOf(task).status == TaskStatus.Active;
        bool[] memory flies = new bool[](FRAGMENTS);
        for (uint32 i = 0; possible && i < FRAGMENTS; ++i) {
            Cursor memory cursor = work.cursorOf(task, i);
            (, , bool isFinal) = work.resultOf(task, i);
            // INV-WRK-6: a decided draw is kept.
            flies[i] = !isFinal && (NodeId.unwrap(cursor.node) != 0 || cursor.ticket < blockNumber);
        }
        _must(stranger ? _owner(9) : terms.owner, address(work), possible, abi.encodeCall(IWorkMarket.cancel, (terms)));
        for (uint32 i = 0; possible && i < FRAGMENTS; ++i) {
            (, , bool isFinal) = work.resultOf(task, i);
            require(isFinal != flies[i], "a decided draw was taken back, or another kept");
        }
    }

    // The review.

    function accept(uint256 taskSeed, uint32 fragment, uint256 quality) public inBlock {
        if (_tasks.length == 0) return;
        (uint256 index, uint32 number) = (taskSeed % _tasks.length, fragment % 5);
        (WorkTerms memory terms, TaskId task) = (_tasks[index], ids[index]);
        bytes memory data = abi.encodeCall(IWorkMarket.accept, (terms, number, quality % 10_001));
        bool possible = NodeId.unwrap(work.deliveryOf(task, number).node) != 0;
        _must(_owner(9), address(work), false, data);
        _must(address(this), address(work), possible, data);
        if (!possible) return;
        ++accepted;
        ++payments[task][number];
        if (work.stateOf(task).status == TaskStatus.Completed) ++completed;
        _must(address(this), address(work), false, data);
    }

    function reject(uint256 taskSeed, uint32 fragment, uint8 how, uint96 reporterBond) external inBlock {
        if (_tasks.length == 0) return;
        (uint256 index, uint32 number) = (taskSeed % _tasks.length, fragment % 5);
        TaskId task = ids[index];
        bool reopens = how % 4 < 3;
        bytes memory data = abi.encodeCall(
            IWorkMarket.reject,
            (_tasks[index], number, how % 2 == 0, how % 3 == 0 ? _owner(8) : address(0), reporterBond, reopens)
        );
        bool possible = NodeId.unwrap(work.deliveryOf(task, number).node) != 0;
        NodeId node = work.cursorOf(task, number).node;
        _must(_owner(9), address(work), false, data);
        _must(address(this), address(work), possible, data);
        if (!possible) return;
        ++rejected;
        (bytes32 result, , bool isFinal) = work.resultOf(task, number);
        bool again = reopens && work.stateOf(task).status == TaskStatus.Active;
        require(result == 0 && isFinal != again, "a rejected result stays");
        if (!again) return;
        ++reopened;
        require(work.cursorOf(task, number).missed == node, "its node is drawn again");
    }

    function payVerifiers(uint256 taskSeed, uint32 fragment, uint256 judges, uint256 abstainers) external inBlock {
        if (_tasks.length == 0) return;
        (uint256 index, uint32 number) = (taskSeed % _tasks.length, fragment % 5);
        (WorkTerms memory terms, TaskId task) = (_tasks[index], ids[index]);
        (judges, abstainers) = (judges % 4, abstainers % 3);
        uint256 sum = judges * terms.feePerVerifier + abstainers * (terms.feePerVerifier / 4);
        bool covered = sum <= work.verificationLeftOf(terms, number);
        bool possible = NodeId.unwrap(work.deliveryOf(task, number).node) != 0 && covered;
        bytes memory data = abi.encodeCall(
            IWorkMarket.payVerifiers,
            (terms, number, _someNodes(judges), _someNodes(abstainers))
        );
        _must(_owner(9), address(work), false, data);
        _must(address(this), address(work), possible, data);
        if (!covered) ++overpaid;
        if (!possible) return;
        spent[task][number] += sum;
        require(spent[task][number] <= _reserve(terms), "more than is reserved");
    }

    function payJackpot(uint256 taskSeed, uint32 fragment, uint256 winners) external inBlock {
        if (_tasks.length == 0) return;
        uint256 index = taskSeed % _tasks.length;
        uint256 before = work.stateOf(ids[index]).jackpots;
        NodeId[] memory nodes = _someNodes(winners % 4);
        bytes memory data = abi.encodeCall(IWorkMarket.payJackpot, (_tasks[index], fragment % 4, nodes));
        _must(_owner(9), address(work), false, data);
        _must(address(this), address(work), true, data);
        bool won = before != 0 && nodes.length != 0;
        if (won) ++jackpotsWon;
        require(work.stateOf(ids[index]).jackpots == before - (won ? 1 : 0), "jackpots");
    }

    function takeBond(uint256 taskSeed, uint256 amount) external inBlock {
        if (_tasks.length == 0) return;
        TaskId task = ids[taskSeed % _tasks.length];
        amount = bound(amount, 1, 1e18);
        bytes memory data = abi.encodeCall(IWorkMarket.takeBond, (task, _owner(0), amount));
        bool possible = token.balanceOf(_owner(0)) >= amount;
        _must(_owner(9), address(work), false, data);
        _must(address(this), address(work), possible, data);
        if (possible) bonds[task] += amount;
    }

    function giveBond(uint256 taskSeed, uint256 amount) external inBlock {
        if (_tasks.length == 0) return;
        TaskId task = ids[taskSeed % _tasks.length];
        amount = bound(amount, 1, 1e18);
        bytes memory data = abi.encodeCall(IWorkMarket.giveBond, (task, _owner(0), amount));
        bool possible = bonds[task] >= amount;
        _must(_owner(9), address(work), false, data);
        _must(address(this), address(work), possible, data);
        if (possible) bonds[task] -= amount;
    }

    /// @dev INV-WRK-4: with every other party silent for ever, the owner of each task gets back all that was not earned. What the
    /// time-outs of the review do at the end is what it does here to results that nobody can judge.
    function recoverAll() external {
        for (uint256 index = 0; index < _tasks.length; ++index) {
            (WorkTerms memory terms, TaskId task) = (_tasks[index], ids[index]);
            _syncBlock();
            if (work.stateOf(task).status == TaskStatus.Active) {
                vm.prank(terms.owner);
                work.cancel(terms);
            }
            blockNumber += 300;
            clock += DURATION + 1;
            _syncBlock();
            for (uint32 i = 0; i < FRAGMENTS; ++i) {
                (, , bool isFinal) = work.resultOf(task, i);
                if (isFinal) continue;
                if (NodeId.unwrap(work.deliveryOf(task, i).node) != 0) {
                    work.reject(terms, i, false, address(0), 0, true);
                    continue;
                }
                bool assigned = NodeId.unwrap(work.cursorOf(task, i).node) != 0;
                vm.prank(terms.owner);
                if (assigned) work.reassign(terms, i);
                else work.assign(terms, i);
            }
            require(workEscrow.heldFor(task) == bonds[task], "fees stuck");
        }
    }

    /// @dev With the owner silent, nodes at work and a review that accepts, every active task is completed by calls open to all.
    function finishAll() external {
        clock += DURATION + 1;
        for (uint256 i = 0; i < FRAGMENTS * _tasks.length; ++i) _reassign(i / FRAGMENTS, uint32(i % FRAGMENTS));
        for (uint256 index = 0; index < _tasks.length; ++index) {
            for (uint256 turn = 0; turn < 60 && work.stateOf(ids[index]).status == TaskStatus.Active; ++turn) {
                _syncBlock();
                for (uint256 node = 1; node <= NODES; ++node) _revive(node);
                for (uint32 fragment = 0; fragment < FRAGMENTS; ++fragment) {
                    // Entropy that expired while others were done is asked for again.
                    for (uint256 attempt = 0; attempt < 2; ++attempt) {
                        _decide(index, fragment);
                        _assign(index, fragment);
                    }
                    _submit(index, fragment, 0, 0);
                    accept(index, fragment, 10_000);
                }
                clock += DURATION + 1;
                for (uint32 fragment = 0; fragment < FRAGMENTS; ++fragment) _reassign(index, fragment);
            }
            require(work.stateOf(ids[index]).status != TaskStatus.Active, "a task that cannot be completed");
        }
    }

    /// @dev Everyone who can be owed something.
    function accounts() public view returns (address[] memory list) {
        list = new address[](OWNERS + NODES + 1);
        for (uint256 i = 0; i < OWNERS; ++i) list[i] = _owner(i);
        for (uint256 i = 0; i < NODES; ++i) list[OWNERS + i] = _payout(i + 1);
        list[OWNERS + NODES] = address(router);
    }

    function reserveOf(uint256 index) external view returns (uint256) {
        return _reserve(_tasks[index]);
    }

    function _assign(uint256 index, uint32 fragment) private inBlock {
        (WorkTerms memory terms, TaskId task) = (_tasks[index], ids[index]);
        Cursor memory cursor = work.cursorOf(task, fragment);
        bool possible = _isOpen(index, fragment) && NodeId.unwrap(cursor.node) == 0 && blockNumber > cursor.ticket;
        _must(_owner(9), address(work), possible, abi.encodeCall(IWorkMarket.assign, (terms, fragment)));
        if (!possible) return;
        Cursor memory next = work.cursorOf(task, fragment);
        (, , bool isFinal) = work.resultOf(task, fragment);
        bool cancelled = work.stateOf(task).status == TaskStatus.Cancelled;
        if (NodeId.unwrap(next.node) == 0) {
            require(isFinal == cancelled, "a cancelled task draws a fragment twice");
            require(next.ticket == scheduler.nextTicket() && next.requestedAt == clock, "draw not renewed");
            return;
        }
        ++drawn[task][fragment];
        require(next.deadline == clock + terms.fragmentDuration && !isFinal, "assigned otherwise");
        require(registry.isEligible(next.node), "drawn while not eligible");
        require(!terms.paired || next.node != work.cursorOf(task, fragment ^ 1).node, "a pair of one node");
        if (next.bonded) ++bonded;
    }

    function _submit(uint256 index, uint32 fragment, uint256 nodeSeed, uint8 flaw) private inBlock {
        (WorkTerms memory terms, TaskId task) = (_tasks[index], ids[index]);
        Cursor memory cursor = work.cursorOf(task, fragment);
        uint256 node =
            nodeSeed % 2 == 0 && NodeId.unwrap(cursor.node) != 0
                ? NodeId.unwrap(cursor.node)
                : bound(nodeSeed, 1, NODES);
        bool possible =
            _isOpen(index, fragment) && flaw == 0 && node == NodeId.unwrap(cursor.node) && clock <= cursor.deadline;
        bytes memory data = _submission(terms, fragment, flaw);
        _must(_operator(node), address(work), possible, data);
        if (!possible) return;
        ++submissions[task][fragment];
        if (terms.verification == Verification.Proof) {
            ++payments[task][fragment];
            ++accepted;
            if (work.stateOf(task).status == TaskStatus.Completed) ++completed;
        } else {
            Delivery memory delivery = work.deliveryOf(task, fragment);
            require(NodeId.unwrap(delivery.node) == node && delivery.submittedAt == clock, "not delivered");
            require(delivery.stake == vault.stakeOf(delivery.node), "another stake");
        }
        // INV-WRK-5: the very same submission is worth nothing now.
        _must(_operator(node), address(work), false, data);
    }

    function _reassign(uint256 index, uint32 fragment) private inBlock {
        Cursor memory cursor = work.cursorOf(ids[index], fragment);
        bool possible = _isOpen(index, fragment) && NodeId.unwrap(cursor.node) != 0 && clock > cursor.deadline;
        _must(_owner(9), address(work), possible, abi.encodeCall(IWorkMarket.reassign, (_tasks[index], fragment)));
        if (!possible) return;
        ++missed;
        _checkFreed(index, fragment, cursor.node);
    }

    function _submission(WorkTerms memory terms, uint32 fragment, uint8 flaw) private pure returns (bytes memory) {
        if (terms.verification == Verification.Committee) {
            bytes32 result = flaw == 0 ? keccak256(abi.encode(fragment)) : bytes32(0);
            return abi.encodeCall(IWorkMarket.submit, (terms, fragment, result));
        }
        Claim memory claim;
        (claim.batch, claim.loss, claim.correct) = (flaw < 2 ? 7 : 8, 40, 3);
        claim.proof.a[0] = flaw == 1 ? 2 : 1;
        // Four inputs: the path is the other leaf and the other inner node.
        claim.shardProof = new bytes32[](2);
        claim.shardProof[0] = _leaf(fragment ^ 1);
        claim.shardProof[1] = _above(fragment < 2 ? 2 : 0);
        return abi.encodeCall(IWorkMarket.submitProved, (terms, fragment, claim));
    }

    function _checkFreed(uint256 index, uint32 fragment, NodeId node) private view {
        Cursor memory next = work.cursorOf(ids[index], fragment);
        (, , bool isFinal) = work.resultOf(ids[index], fragment);
        require(isFinal == (work.stateOf(ids[index]).status == TaskStatus.Cancelled), "reserve");
        require(next.missed == node && NodeId.unwrap(next.node) == 0 && !next.bonded, "not freed");
        require(next.ticket == scheduler.nextTicket() && next.requestedAt == clock, "not drawn anew");
    }

    function _reviveAll() private {
        _syncBlock();
        for (uint256 node = 1; node <= NODES; ++node) {
            if (registry.get(_node(node)).status != NodeStatus.Suspended) _revive(node);
        }
    }

    /// @dev Lets blocks pass until the draw of the fragment is decided.
    function _decide(uint256 index, uint32 fragment) private {
        uint256 ticket = work.cursorOf(ids[index], fragment).ticket;
        blockNumber = (blockNumber < ticket ? ticket : blockNumber) + 1;
    }

    /// @dev Neither submitted nor final.
    function _isOpen(uint256 index, uint32 fragment) private view returns (bool) {
        (bytes32 result, , bool isFinal) = work.resultOf(ids[index], fragment);
        return fragment < FRAGMENTS && result == bytes32(0) && !isFinal;
    }

    function _terms(address owner, uint256 shape, uint256 fee) private view returns (WorkTerms memory terms) {
        terms.owner = owner;
        terms.kind = shape % 2 == 0 ? WorkKind.Inference : WorkKind.Labelling;
        terms.paired = shape % 2 == 1;
        terms.acceptScore = shape % 2 == 0 ? 0 : 60;
        terms.verification = Verification(shape % 2 == 1 ? 0 : (shape / 2) % 3);
        (terms.fragments, terms.fragmentDuration) = (uint32(FRAGMENTS), DURATION);
        (terms.voteDuration, terms.challengeDuration) = (600, 3_600);
        (terms.workUnits, terms.feePerFragment) = (32, fee);
        (terms.spec, terms.manifest, terms.plantRoot) = (bytes32(uint256(1)), bytes32(uint256(2)), bytes32(uint256(3)));
        terms.nonce = uint64(_tasks.length);
        if (terms.verification != Verification.Proof) {
            terms.verifiers = 3;
            terms.feePerVerifier = fee == 0 ? 0 : 32e12 + (shape % 7);
            if (fee != 0 && (shape / 8) % 2 == 0) (terms.plants, terms.jackpot) = (2, 1e15 + 1);
        }
        if (terms.verification == Verification.Committee) return terms;
        (terms.circuit, terms.weights) = (_evaluateCircuit, 100);
        terms.inputRoot = _pair(_above(0), _above(2));
    }

    function _reserve(WorkTerms memory terms) private pure returns (uint256) {
        return 2 * uint256(terms.verifiers) * terms.feePerVerifier;
    }
}
