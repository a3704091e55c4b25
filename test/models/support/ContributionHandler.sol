// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IRoundMarket, RoundRecord} from "../../../contracts/market/IRoundMarket.sol";
import {ITaskMarket} from "../../../contracts/market/ITaskMarket.sol";
import {INodeDirectory} from "../../../contracts/mining/INodeDirectory.sol";
import {ContributionTree} from "../../../contracts/models/ContributionTree.sol";
import {Contribution, Count} from "../../../contracts/models/IModelContributions.sol";
import {IModelRegistry} from "../../../contracts/models/IModelRegistry.sol";
import {ModelContributions} from "../../../contracts/models/ModelContributions.sol";
import {CorexToken} from "../../../contracts/token/CorexToken.sol";
import {ModelId, NodeId} from "../../../contracts/types/Ids.sol";
import {Handler} from "../../support/Handler.sol";
import {VotesWorld} from "../../support/VotesWorld.sol";
import {vm} from "../../support/Vm.sol";
import {NoChains, SuiteDouble} from "./ContributionDoubles.sol";

/// @dev Every external function of the contributions, in any order, for two models of twelve fragments of two nodes. Lists are
/// of two nodes, true or shifted, so that a path is one leaf.
abstract contract ContributionHandler is Handler, VotesWorld {
    uint256 public constant MODELS = 2;
    uint256 public constant FRAGMENTS = 12;

    CorexToken public immutable token;
    ModelContributions public immutable contributions;
    SuiteDouble public immutable suite;
    address public constant OWNER = address(0x0123);
    address public constant ROUTER = address(0xfee5);
    address public constant COUNTER = address(0x4567);

    // Ghosts.
    mapping(uint256 model => uint64 first) public postedFirst;
    mapping(uint256 model => bool open) public bondHeld;
    mapping(uint256 model => uint256 amount) public funded;
    mapping(uint256 model => mapping(uint256 node => uint256 amount)) public paid;
    mapping(uint256 model => mapping(uint256 node => bool done)) public claimed;
    mapping(uint256 model => mapping(uint256 node => uint256 shown)) private _shown;
    uint256 public donated;
    uint256 public refuted;

    error Violated(string what);

    constructor() {
        token = newToken();
        sealVotes(token, address(0), address(this));
        suite = new SuiteDouble();
        contributions = new ModelContributions(
            IModelRegistry(address(suite)),
            ITaskMarket(address(new NoChains())),
            IRoundMarket(address(suite)),
            INodeDirectory(address(suite)),
            token,
            ROUTER
        );
        for (uint256 model = 1; model <= MODELS; ++model) suite.settle(id(model), OWNER, recordsOf(0, FRAGMENTS));
        token.transfer(OWNER, 1_000_000e18);
        vm.prank(OWNER);
        token.approve(address(contributions), type(uint256).max);
        token.approve(address(contributions), type(uint256).max);
    }

    /// @dev Node 1 did 8 of the 12 fragments, node 2 the other 4.
    function post(uint256 modelSeed, uint256 shift) external onTime {
        uint256 model = bound(modelSeed, 1, MODELS);
        uint64 first = shift % 3 == 0 ? 8 : uint64(bound(shift, 1, 11));
        bytes memory data = abi.encodeCall(contributions.post, (id(model), listOf(first)));
        mustFail(COUNTER, address(contributions), data);
        if (postedFirst[model] != 0) return mustFail(OWNER, address(contributions), data);
        vm.prank(OWNER);
        contributions.post(id(model), listOf(first));
        (postedFirst[model], bondHeld[model]) = (first, true);
    }

    function count(uint256 modelSeed, uint256 nodeSeed, uint256 length, bool anew) external onTime {
        (uint256 model, uint256 node) = (bound(modelSeed, 1, MODELS), bound(nodeSeed, 1, 3));
        uint256 position = anew || _shown[model][node] == FRAGMENTS ? 0 : _shown[model][node];
        length = bound(length, 0, FRAGMENTS - position);
        RoundRecord[] memory records = recordsOf(position, length);
        vm.prank(COUNTER);
        contributions.countRounds(id(model), NodeId.wrap(uint32(node)), position, records);
        _shown[model][node] = position + length;
    }

    function refute(uint256 modelSeed, uint256 nodeSeed) external onTime {
        (uint256 model, uint256 node) = (bound(modelSeed, 1, MODELS), bound(nodeSeed, 1, 3));
        uint64 first = postedFirst[model];
        NodeId nodeId = NodeId.wrap(uint32(node));
        Count memory shown = contributions.countOf(id(model), nodeId, COUNTER);
        bytes memory data = abi.encodeCall(contributions.refute, (id(model), listOf(first == 0 ? 8 : first), nodeId));
        mustFail(OWNER, address(contributions), data);
        bool wrong = node < 3 && first != 8;
        bool succeeds = first != 0 && !contributions.isFinal(id(model)) && shown.complete && wrong;
        if (!succeeds) return mustFail(COUNTER, address(contributions), data);
        uint256 before = token.balanceOf(COUNTER);
        vm.prank(COUNTER);
        contributions.refute(id(model), listOf(first), nodeId);
        require(token.balanceOf(COUNTER) == before + contributions.REWARD(), Violated("reward"));
        ++refuted;
        uint256 kept = refuted * (contributions.BOND() - contributions.REWARD());
        require(token.balanceOf(ROUTER) == kept, Violated("rest of the bond"));
        (postedFirst[model], bondHeld[model]) = (0, false);
    }

    function claim(uint256 modelSeed, uint256 nodeSeed) external onTime {
        (uint256 model, uint256 node) = (bound(modelSeed, 1, MODELS), bound(nodeSeed, 1, 2));
        uint64 first = postedFirst[model] == 0 ? 8 : postedFirst[model];
        (uint64 own, uint64 other) = node == 1 ? (first, 12 - first) : (12 - first, first);
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = ContributionTree.leafOf(NodeId.wrap(uint32(3 - node)), other);
        NodeId nodeId = NodeId.wrap(uint32(node));
        bytes memory data = abi.encodeCall(contributions.claim, (id(model), nodeId, own, proof));
        if (!contributions.isFinal(id(model)) || claimed[model][node]) {
            return mustFail(address(this), address(contributions), data);
        }
        contributions.claim(id(model), nodeId, own, proof);
        claimed[model][node] = true;
    }

    function fund(uint256 modelSeed, uint256 amount) external onTime {
        uint256 model = bound(modelSeed, 1, MODELS);
        amount = bound(amount, 0, amount % 2 == 0 ? 100 : 1_000e18);
        bytes memory data = abi.encodeCall(contributions.fund, (id(model), amount));
        if (!contributions.isFinal(id(model)) || amount == 0) {
            return mustFail(address(this), address(contributions), data);
        }
        contributions.fund(id(model), amount);
        funded[model] += amount;
    }

    function collect(uint256 modelSeed, uint256 nodeSeed) external onTime {
        (uint256 model, uint256 node) = (bound(modelSeed, 1, MODELS), bound(nodeSeed, 1, 3));
        NodeId nodeId = NodeId.wrap(uint32(node));
        uint256 first = postedFirst[model];
        uint256 fragments = node == 1 ? first : 12 - first;
        uint256 due = node < 3 && claimed[model][node] ? (funded[model] * fragments) / 12 - paid[model][node] : 0;
        require(contributions.dueTo(id(model), nodeId) == due, Violated("due"));
        bytes memory data = abi.encodeCall(contributions.collect, (id(model), nodeId));
        if (due == 0) return mustFail(address(this), address(contributions), data);
        uint256 before = token.balanceOf(suite.payoutOf(nodeId));
        contributions.collect(id(model), nodeId);
        require(token.balanceOf(suite.payoutOf(nodeId)) == before + due, Violated("paid"));
        paid[model][node] += due;
    }

    function returnBond(uint256 modelSeed) external onTime {
        uint256 model = bound(modelSeed, 1, MODELS);
        bytes memory data = abi.encodeCall(contributions.returnBond, (id(model)));
        if (!contributions.isFinal(id(model)) || !bondHeld[model]) {
            return mustFail(address(this), address(contributions), data);
        }
        contributions.returnBond(id(model));
        bondHeld[model] = false;
    }

    function warp(uint256 secondsAhead) external onTime {
        clock += bound(secondsAhead, 1, secondsAhead % 4 == 0 ? 4 days : 6 hours);
        vm.warp(clock);
    }

    function donate(uint256 amount) external onTime {
        amount = bound(amount, 0, 1e18);
        token.transfer(address(contributions), amount);
        donated += amount;
    }

    function id(uint256 model) public pure returns (ModelId) {
        return ModelId.wrap(bytes32(model));
    }

    function listOf(uint64 first) public pure returns (Contribution[] memory list) {
        list = new Contribution[](2);
        list[0] = Contribution({node: NodeId.wrap(1), fragments: first});
        list[1] = Contribution({node: NodeId.wrap(2), fragments: 12 - first});
    }

    /// @dev Every third fragment is of node 2.
    function recordsOf(uint256 position, uint256 length) public pure returns (RoundRecord[] memory records) {
        records = new RoundRecord[](length);
        for (uint256 i = 0; i < length; ++i) {
            records[i].round = uint32(position + i);
            records[i].node = NodeId.wrap((position + i) % 3 == 2 ? 2 : 1);
        }
    }
}
