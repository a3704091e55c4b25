// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Cursor} from "../../../contracts/market/Fragments.sol";
import {IMarket, TaskStatus} from "../../../contracts/market/IMarket.sol";
import {ITaskMarket, Submission, TaskState, TaskTerms} from "../../../contracts/market/ITaskMarket.sol";
import {NodeStatus} from "../../../contracts/registry/INodeRegistry.sol";
import {Draw, NodeWeight} from "../../../contracts/matching/IScheduler.sol";
import {Tiers} from "../../../contracts/matching/Tiers.sol";
import {Stake} from "../../../contracts/staking/IStakeVault.sol";
import {ModelId, NodeId, TaskId} from "../../../contracts/types/Ids.sol";
import {vm} from "../Vm.sol";
import {MarketNodes} from "./MarketNodes.sol";

/// @dev Drives every external function of market, escrow and model registry, and the moves of nodes, blocks and seconds
/// around them. Each call states beforehand whether it must succeed; a call that does otherwise reverts the run.
abstract contract MarketHandler is MarketNodes {
    uint256 internal constant MAX_TASKS = 12;

    TaskTerms[] internal _tasks;
    TaskId[] public ids;

    // Ghosts.
    uint256 public donated;
    mapping(TaskId task => uint256 amount) public deposited;
    mapping(TaskId task => uint256 amount) public paid;
    mapping(TaskId task => uint256 amount) public refunded;
    mapping(TaskId task => mapping(uint256 fragment => uint256 count)) public payments;
    mapping(address account => uint256 amount) public withdrawn;
    mapping(TaskId task => uint256 steps) public settled;
    uint256 public accepted;
    uint256 public missed;
    uint256 public refused;
    uint256 public bonded;
    uint256 public slashes;
    uint256 public cancelled;
    uint256 public completed;

    function taskCount() external view returns (uint256) {
        return _tasks.length;
    }

    function nodeCount() external pure returns (uint256) {
        return NODES;
    }

    function termsOf(uint256 index) external view returns (TaskTerms memory) {
        return _tasks[index];
    }

    function move(uint256 blocks, uint256 secondsAhead) external {
        blockNumber += blocks % 8 == 0 ? bound(blocks, 250, 300) : bound(blocks, 1, 5);
        clock += secondsAhead % 8 == 0 ? bound(secondsAhead, 1, 3 hours) : bound(secondsAhead, 1, 120);
        _syncBlock();
    }

    /// @dev What honest nodes do on the chains of a task: say that they live, take the draw once it is decided, deliver.
    function work(uint256 taskSeed) external {
        _syncBlock();
        for (uint256 node = 1; node <= NODES; ++node) {
            if (registry.get(_node(node)).status != NodeStatus.Suspended) _revive(node);
        }
        for (uint16 round = 0; round < 4; ++round) {
            uint16 chain = round % 2;
            _decide(taskSeed, chain);
            clock += 5;
            assign(taskSeed, chain);
            submit(taskSeed, chain, 0, 0);
        }
    }

    /// @dev What a silent node does to a fragment, and anyone about it.
    function beLate(uint256 taskSeed, uint16 chainSeed) external {
        _decide(taskSeed, chainSeed);
        assign(taskSeed, chainSeed);
        clock += 61;
        reassign(taskSeed, chainSeed);
    }

    /// @dev What a node does that cannot have the data.
    function giveBack(uint256 taskSeed, uint16 chainSeed, uint256 secondsLater) external {
        _decide(taskSeed, chainSeed);
        assign(taskSeed, chainSeed);
        clock += secondsLater % 40;
        refuse(taskSeed, chainSeed, 0);
    }

    /// @dev What a staked node tries that wants its stake back before it can be slashed: to wait without working.
    function dodge(uint256 taskSeed, uint16 chainSeed) external {
        if (_tasks.length == 0) return;
        _decide(taskSeed, chainSeed);
        assign(taskSeed, chainSeed);
        (, TaskId task, uint16 chain) = _pick(taskSeed, chainSeed);
        uint256 node = NodeId.unwrap(market.cursorOf(task, chain).node);
        if (node == 0) return;
        startLeaving(node, 0);
        unstake(node, 0, true);
    }

    function publish(uint256 owner, uint256 shape, uint256 class, uint256 fee, bool network) external inBlock {
        if (_tasks.length == MAX_TASKS) return;
        address account = network ? address(this) : _owner(owner % OWNERS);
        TaskTerms memory terms = _terms(account, uint16(1 + (shape % 2)), uint32(1 + ((shape / 2) % 3)));
        uint256 fragments = uint256(terms.chains) * terms.steps;
        // Any device or GPU; any tier, or one that only some nodes have.
        (terms.device, terms.minTier) = (class % 4 == 1 ? 2 : 0, class % 4 == 2 ? 2 : 0);
        // One in four is of high value: drawn by tiers, and with bonds that a stake covers few of.
        if (!network) terms.feePerFragment = fee % 4 == 0 ? bound(fee, 100e18, 400e18) : bound(fee, 512e12, 1e18);
        if (token.balanceOf(account) < terms.feePerFragment * fragments) return;

        if (!network) _must(account, address(market), false, abi.encodeCall(ITaskMarket.publishNetwork, (terms)));
        bytes memory data =
            network
                ? abi.encodeCall(ITaskMarket.publishNetwork, (terms))
                : abi.encodeCall(ITaskMarket.publish, (terms));
        _must(account, address(market), true, data);
        _must(account, address(market), false, data);
        TaskId task = market.taskIdOf(terms);
        _tasks.push(terms);
        ids.push(task);
        deposited[task] = terms.feePerFragment * fragments;
    }

    function assign(uint256 taskSeed, uint16 chainSeed) public inBlock {
        if (_tasks.length == 0) return;
        (TaskTerms memory terms, TaskId task, uint16 chain) = _pick(taskSeed, chainSeed);
        TaskState memory state = market.stateOf(task);
        Cursor memory cursor = market.cursorOf(task, chain);
        bool drawable =
            state.status == TaskStatus.Active ||
                (state.status == TaskStatus.Cancelled && cursor.ticket < state.cancelHorizon);
        bool possible =
            drawable &&
                chain < terms.chains &&
                cursor.step < terms.steps &&
                NodeId.unwrap(cursor.node) == 0 &&
                blockNumber > cursor.ticket;
        uint256 heldBefore = escrow.heldFor(task);
        (, NodeId drawn) = scheduler.preview(_drawOf(terms, task, chain, cursor));
        _must(_owner(9), address(market), possible, abi.encodeCall(ITaskMarket.assign, (terms, chain)));
        if (!possible) return;

        Cursor memory next = market.cursorOf(task, chain);
        require(next.node == drawn, "assigned to another node than was drawn");
        if (NodeId.unwrap(drawn) == 0) {
            if (state.status == TaskStatus.Cancelled) refunded[task] += heldBefore - escrow.heldFor(task);
            require(next.ticket == scheduler.nextTicket() && next.requestedAt == clock, "draw not renewed");
            uint256 waited = Math.min(cursor.waited + (clock - cursor.requestedAt), type(uint16).max);
            require(next.waited == waited, "waiting not counted");
        } else {
            require(next.deadline == clock + terms.fragmentDuration, "deadline");
            _checkDrawn(terms, next);
        }
    }

    function submit(uint256 taskSeed, uint16 chainSeed, uint256 nodeSeed, uint8 flaw) public inBlock {
        if (_tasks.length == 0) return;
        (TaskTerms memory terms, TaskId task, uint16 chain) = _pick(taskSeed, chainSeed);
        if (chain >= terms.chains) return;
        Cursor memory cursor = market.cursorOf(task, chain);
        uint256 node =
            nodeSeed % 2 == 0 && NodeId.unwrap(cursor.node) != 0
                ? NodeId.unwrap(cursor.node)
                : bound(nodeSeed, 1, NODES);
        Submission memory submission = _submission(terms, task, chain, cursor.step);
        bool flawed = _spoil(submission, flaw % 16);
        bool possible = !flawed && node == NodeId.unwrap(cursor.node) && clock <= cursor.deadline;

        uint256 owedBefore = escrow.owedTo(_payout(node));
        uint256 heldBefore = escrow.heldFor(task);
        bytes memory data = abi.encodeCall(ITaskMarket.submit, (terms, submission));
        _must(_operator(node), address(market), possible, data);
        if (!possible) {
            require(escrow.heldFor(task) == heldBefore && escrow.owedTo(_payout(node)) == owedBefore, "leak");
            return;
        }
        ++accepted;
        ++settled[task];
        ++payments[task][(uint256(chain) << 32) | cursor.step];
        paid[task] += heldBefore - escrow.heldFor(task);
        require(heldBefore - escrow.heldFor(task) == terms.feePerFragment, "fragment paid another fee");
        require(market.headOf(task, chain) == submission.newWeights, "head");
        if (market.stateOf(task).status == TaskStatus.Completed) ++completed;
        // INV-PRF-1: the very same submission is worth nothing now.
        _must(_operator(node), address(market), false, data);
    }

    function reassign(uint256 taskSeed, uint16 chainSeed) public inBlock {
        if (_tasks.length == 0) return;
        (TaskTerms memory terms, TaskId task, uint16 chain) = _pick(taskSeed, chainSeed);
        Cursor memory cursor = market.cursorOf(task, chain);
        bool possible = chain < terms.chains && NodeId.unwrap(cursor.node) != 0 && clock > cursor.deadline;
        uint256 heldBefore = escrow.heldFor(task);
        uint256 stakeBefore = vault.stakeOf(cursor.node);
        uint256 slashed = cursor.bonded ? Math.min(terms.feePerFragment / 2, slasher.slashable(cursor.node)) : 0;
        (uint256 supplyBefore, uint256 treasuryBefore) = (token.totalSupply(), token.balanceOf(address(router)));
        _must(_owner(9), address(market), possible, abi.encodeCall(ITaskMarket.reassign, (terms, chain)));
        if (!possible) return;
        ++missed;
        if (slashed != 0) ++slashes;
        require(stakeBefore - vault.stakeOf(cursor.node) == slashed, "slashed another amount");
        require(
            token.balanceOf(address(router)) - treasuryBefore == (slashed * 3) / 10,
            "another part for the treasury"
        );
        require(supplyBefore - token.totalSupply() == slashed - (slashed * 3) / 10, "burned another amount");
        _checkFreed(terms, task, chain, cursor, heldBefore);
    }

    function refuse(uint256 taskSeed, uint16 chainSeed, uint256 nodeSeed) public inBlock {
        if (_tasks.length == 0) return;
        (TaskTerms memory terms, TaskId task, uint16 chain) = _pick(taskSeed, chainSeed);
        Cursor memory cursor = market.cursorOf(task, chain);
        uint256 node =
            nodeSeed % 4 != 1 && NodeId.unwrap(cursor.node) != 0
                ? NodeId.unwrap(cursor.node)
                : bound(nodeSeed, 1, NODES);
        bool possible =
            chain < terms.chains &&
                node == NodeId.unwrap(cursor.node) &&
                clock + terms.fragmentDuration / 2 <= cursor.deadline;
        uint256 heldBefore = escrow.heldFor(task);
        uint256 totalStaked = vault.totalStaked();
        bytes memory data = abi.encodeCall(ITaskMarket.refuse, (terms, chain));
        _must(_owner(9), address(market), false, data);
        _must(_operator(node), address(market), possible, data);
        if (!possible) return;
        ++refused;
        require(vault.totalStaked() == totalStaked, "refusing cost stake");
        require(market.cursorOf(task, chain).refused, "refusal not remembered");
        _checkFreed(terms, task, chain, cursor, heldBefore);
        // Nothing is given back twice.
        _must(_operator(node), address(market), false, data);
    }

    function cancel(uint256 taskSeed, bool stranger) external inBlock {
        if (_tasks.length == 0 || taskSeed % 4 != 0) return; // one in four, so that tasks live long enough
        (TaskTerms memory terms, TaskId task, ) = _pick(taskSeed / 4, 0);
        bool possible = !stranger && market.stateOf(task).status == TaskStatus.Active;
        uint256 inFlight = _inFlight(terms, task);
        uint256 heldBefore = escrow.heldFor(task);
        address caller = stranger ? _owner(9) : terms.owner;
        _must(caller, address(market), possible, abi.encodeCall(ITaskMarket.cancel, (terms)));
        if (!possible) return;
        ++cancelled;
        refunded[task] += heldBefore - escrow.heldFor(task);
        // INV-MKT-4: what is assigned or decided stays reserved.
        require(market.stateOf(task).assigned == inFlight, "reserved another number");
        require(escrow.heldFor(task) == inFlight * terms.feePerFragment, "reserved another amount");
    }

    function withdraw(uint256 accountSeed) external inBlock {
        address account = accounts()[accountSeed % accounts().length];
        uint256 owed = escrow.owedTo(account);
        uint256 balance = token.balanceOf(account);
        vm.prank(_owner(9));
        (bool success, ) = address(escrow).call(abi.encodeCall(escrow.withdraw, (account)));
        require(success == (owed != 0), "withdraw");
        require(token.balanceOf(account) == balance + owed && escrow.owedTo(account) == 0, "withdrawn another amount");
        withdrawn[account] += owed;
    }

    function attackEscrow(uint256 taskSeed, uint256 amount) external inBlock {
        TaskId task = ids.length == 0 ? TaskId.wrap(0) : ids[taskSeed % ids.length];
        address attacker = _operator(1);
        mustFail(attacker, address(escrow), abi.encodeCall(escrow.release, (task, attacker, amount)));
        mustFail(attacker, address(escrow), abi.encodeCall(escrow.pay, (task, attacker, amount, amount)));
        mustFail(attacker, address(escrow), abi.encodeCall(escrow.payMany, (task, new address[](1), amount, amount)));
        mustFail(attacker, address(escrow), abi.encodeCall(escrow.deposit, (task, _owner(0), amount)));
    }

    function donate(uint256 amount) external inBlock {
        amount = bound(amount, 0, 1e15);
        if (token.balanceOf(_owner(0)) < amount) return;
        vm.prank(_owner(0));
        token.transfer(address(escrow), amount);
        donated += amount;
    }

    function flushAndSettle() external inBlock {
        router.flush();
        NodeId[] memory nodes = new NodeId[](NODES);
        for (uint32 node = 1; node <= NODES; ++node) nodes[node - 1] = NodeId.wrap(node);
        distributor.settle(nodes);
    }

    function setProtocolFee(uint256 fee) external inBlock {
        fee = bound(fee, 0, 1_200);
        _must(_operator(1), address(market), false, abi.encodeCall(IMarket.setProtocolFee, (fee)));
        _must(address(this), address(market), fee <= 1_000, abi.encodeCall(IMarket.setProtocolFee, (fee)));
    }

    function registerModel(uint256 taskSeed) external inBlock {
        if (_tasks.length == 0) return;
        (TaskTerms memory terms, TaskId task, ) = _pick(taskSeed, 0);
        bytes memory data = abi.encodeCall(models.register, (terms, ModelId.wrap(0), bytes32(uint256(1)), ""));
        vm.prank(terms.owner);
        (bool success, ) = address(models).call(data);
        require(!success || market.stateOf(task).status == TaskStatus.Completed, "model of an unfinished task");
        if (success) mustFail(terms.owner, address(models), data);
    }

    /// @dev INV-MKT-2: with every other party silent for ever, the owner of each task gets back all that was not earned.
    function recoverAll() external {
        for (uint256 i = 0; i < _tasks.length; ++i) {
            _recover(_tasks[i], ids[i]);
            TaskId task = ids[i];
            require(escrow.heldFor(task) == 0, "fees stuck");
            require(deposited[task] == paid[task] + refunded[task], "owner lost unearned fees");
        }
    }

    /// @dev Everyone who can be owed something.
    function accounts() public view returns (address[] memory list) {
        list = new address[](OWNERS + NODES + 1);
        for (uint256 i = 0; i < OWNERS; ++i) list[i] = _owner(i);
        for (uint256 i = 0; i < NODES; ++i) list[OWNERS + i] = _payout(i + 1);
        list[OWNERS + NODES] = address(router);
    }

    function _recover(TaskTerms memory terms, TaskId task) private {
        uint256 heldBefore = escrow.heldFor(task);
        _syncBlock();
        if (market.stateOf(task).status == TaskStatus.Active) {
            vm.prank(terms.owner);
            market.cancel(terms);
        }
        blockNumber += 300;
        clock += terms.fragmentDuration + 1;
        _syncBlock();
        for (uint16 chain = 0; chain < terms.chains; ++chain) {
            Cursor memory cursor = market.cursorOf(task, chain);
            TaskState memory state = market.stateOf(task);
            vm.prank(terms.owner);
            if (NodeId.unwrap(cursor.node) != 0) market.reassign(terms, chain);
            else if (cursor.step < terms.steps && cursor.ticket < state.cancelHorizon) market.assign(terms, chain);
            else registry.activeCount();
        }
        refunded[task] += heldBefore - escrow.heldFor(task);
    }

    /// @dev Lets blocks pass until the draw of the chain is decided.
    function _decide(uint256 taskSeed, uint16 chainSeed) internal {
        if (_tasks.length == 0) return;
        (, TaskId task, uint16 chain) = _pick(taskSeed, chainSeed);
        uint256 ticket = market.cursorOf(task, chain).ticket;
        if (blockNumber < ticket) blockNumber = ticket;
        ++blockNumber;
    }

    /// @dev The drawn node can have the fragment, and its stake answers for it if that much is free.
    function _checkDrawn(TaskTerms memory terms, Cursor memory cursor) private {
        NodeWeight memory known = scheduler.weightOf(cursor.node);
        require(registry.isEligible(cursor.node), "drawn while not eligible");
        require(known.tier >= terms.minTier && known.open <= Tiers.limitOf(known.tier), "drawn against its tier");
        require(terms.device == 0 || terms.device == uint8(known.device) + 1, "drawn for other hardware");
        Stake memory data = vault.stakeDataOf(cursor.node);
        uint256 bond = terms.feePerFragment / 2;
        uint256 heldBefore = data.held - (cursor.bonded ? bond : 0);
        bool coverable = bond != 0 && known.boost > 10_000 && heldBefore + bond <= data.tokens;
        require(cursor.bonded == coverable, "bonded otherwise");
        if (cursor.bonded) ++bonded;
    }

    /// @dev What a fragment looks like that was taken from its node; `cursor` and `heldBefore` are those before.
    function _checkFreed(
        TaskTerms memory terms,
        TaskId task,
        uint16 chain,
        Cursor memory cursor,
        uint256 heldBefore
    ) private {
        Cursor memory next = market.cursorOf(task, chain);
        require(next.missed == cursor.node && next.step == cursor.step && !next.bonded, "not freed");
        require(next.ticket == scheduler.nextTicket() && next.requestedAt == clock, "not drawn anew");
        bool refunds = market.stateOf(task).status == TaskStatus.Cancelled;
        refunded[task] += heldBefore - escrow.heldFor(task);
        require(heldBefore - escrow.heldFor(task) == (refunds ? terms.feePerFragment : 0), "reserve");
    }

    function _drawOf(
        TaskTerms memory terms,
        TaskId task,
        uint16 chain,
        Cursor memory cursor
    ) private pure returns (Draw memory) {
        return
            Draw({
                ticket: cursor.ticket,
                salt: keccak256(abi.encode(task, chain, cursor.step)),
                device: terms.device,
                minTier: _openTier(terms, cursor.waited),
                excluded: cursor.missed
            });
    }

    /// @dev From 100 CXT on: tier 4 in the first minute, one lower each minute, down to what the owner asked for.
    function _openTier(TaskTerms memory terms, uint256 waited) private pure returns (uint8) {
        uint256 minutes_ = waited / 60;
        if (terms.feePerFragment < 100e18 || minutes_ + terms.minTier >= 4) return terms.minTier;
        return uint8(4 - minutes_);
    }

    function _inFlight(TaskTerms memory terms, TaskId task) private view returns (uint256 count) {
        for (uint16 chain = 0; chain < terms.chains; ++chain) {
            Cursor memory cursor = market.cursorOf(task, chain);
            bool flying = NodeId.unwrap(cursor.node) != 0 || cursor.ticket < blockNumber;
            if (cursor.step < terms.steps && flying) ++count;
        }
    }

    /// @dev A chain of the task, or one beyond its last.
    function _pick(uint256 taskSeed, uint16 chainSeed) internal view returns (TaskTerms memory, TaskId, uint16) {
        uint256 index = taskSeed % _tasks.length;
        return (_tasks[index], ids[index], uint16(chainSeed % (_tasks[index].chains + 1)));
    }

    function _terms(address owner, uint16 chains, uint32 steps) private view returns (TaskTerms memory) {
        uint256[] memory heads = new uint256[](chains);
        for (uint256 i = 0; i < chains; ++i) heads[i] = 100 + i;
        return
            TaskTerms({
                owner: owner,
                circuit: circuit,
                shardRoot: chains == 1 ? _leaf(0) : _parent(_leaf(0), _leaf(1)),
                initialWeights: keccak256(abi.encode(heads)),
                manifest: bytes32(uint256(1)),
                feePerFragment: 0,
                fragmentDuration: 60,
                steps: steps,
                shardsPerChain: 1,
                chains: chains,
                device: 0,
                minTier: 0,
                nonce: uint64(_tasks.length)
            });
    }

    function _submission(
        TaskTerms memory terms,
        TaskId task,
        uint16 chain,
        uint32 step
    ) internal view returns (Submission memory submission) {
        submission.chain = chain;
        submission.step = step;
        submission.weights = step == 0 ? 100 + uint256(chain) : market.headOf(task, chain);
        submission.newWeights = uint256(keccak256(abi.encode(task, chain, step)));
        submission.batch = 7 + uint256(chain);
        submission.proof.a[0] = 1;
        if (terms.chains == 2) {
            submission.shardProof = new bytes32[](1);
            submission.shardProof[0] = _leaf(1 - uint256(chain));
        }
        if (step != 0) return submission;
        submission.initialHeads = new uint256[](terms.chains);
        for (uint256 i = 0; i < terms.chains; ++i) submission.initialHeads[i] = 100 + i;
    }

    /// @dev Changes one thing that the market must refuse; most often nothing.
    function _spoil(Submission memory submission, uint8 flaw) internal pure returns (bool) {
        if (flaw == 1) submission.step += 1;
        else if (flaw == 2) submission.weights += 1;
        else if (flaw == 3) submission.batch += 1;
        else if (flaw == 4) submission.proof.a[0] = 2;
        else if (flaw == 5) submission.shardProof = new bytes32[](3);
        else return false;
        return true;
    }

    function _leaf(uint256 index) private pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(index, 7 + index))));
    }

    function _parent(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }
}
