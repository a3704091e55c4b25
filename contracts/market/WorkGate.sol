// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IDatasetAccess} from "../data/IDatasetAccess.sol";
import {IScheduler, NodeWeight} from "../matching/IScheduler.sol";
import {Tiers} from "../matching/Tiers.sol";
import {RewardMath} from "../mining/RewardMath.sol";
import {INodeRegistry, Node} from "../registry/INodeRegistry.sol";
import {DatasetId, NodeId, TaskId} from "../types/Ids.sol";
import {WAD} from "../types/Units.sol";
import {Circuit, ICircuitRegistry} from "../verification/ICircuitRegistry.sol";
import {IProofVerifier} from "../verification/IProofVerifier.sol";
import {IMarket, MarketSuite} from "./IMarket.sol";
import {Claim, IWorkMarket, WorkTerms} from "./IWorkMarket.sol";
import {MarketRules} from "./MarketRules.sol";
import {WorkRules} from "./WorkRules.sol";

/// @title WorkGate
/// @notice What `WorkMarket` asks before it lets something in: terms, claims, pairs, what verifiers are due. The market creates it in
/// its constructor: the answers do not fit into a contract with the rest.
/// @dev TRUST
/// - None: it holds nothing and changes nothing.
contract WorkGate {
    using WorkRules for WorkTerms;

    address private immutable _market;
    INodeRegistry private immutable _registry;
    IScheduler private immutable _scheduler;
    ICircuitRegistry private immutable _circuits;
    IProofVerifier private immutable _verifier;
    IDatasetAccess private immutable _datasets;

    /// @dev The market is whoever deploys: `WorkMarket` does so in its constructor.
    constructor(MarketSuite memory suite, IDatasetAccess datasets) {
        _market = msg.sender;
        _registry = suite.registry;
        _scheduler = suite.scheduler;
        _circuits = suite.circuits;
        _verifier = suite.verifier;
        _datasets = datasets;
    }

    /// @notice Reverts unless `terms` are in bounds, every amount is worth its work, the circuit proves what is claimed and the
    /// owner may use the dataset.
    /// @param network Whether the task pays no fee.
    /// @param maxFee Largest fee of a fragment, in CXT wei.
    function requirePublishable(WorkTerms calldata terms, bool network, uint256 maxFee) external view {
        terms.requireBounds();
        terms.requireFees(network, maxFee);
        if (terms.hasCircuit()) {
            Circuit memory circuit = _circuits.getUsable(terms.circuit);
            require(
                circuit.schema == WorkRules.EVALUATE_SCHEMA,
                IMarket.MarketWrongSchema(terms.circuit, circuit.schema)
            );
            MarketRules.requireWithin("workUnits", terms.workUnits, circuit.workUnits, circuit.workUnits);
        }
        if (DatasetId.unwrap(terms.dataset) != bytes32(0)) {
            require(
                _datasets.hasAccess(terms.dataset, terms.owner),
                IWorkMarket.WorkMarketNoAccess(terms.dataset, terms.owner)
            );
        }
    }

    /// @notice Reverts unless `claim` is proved by `operator`, about the input of fragment `fragment` of `task`.
    function requireProof(
        WorkTerms calldata terms,
        TaskId task,
        uint32 fragment,
        Claim calldata claim,
        address operator
    ) external view {
        uint256 index = terms.inputOf(fragment);
        require(
            MarketRules.isShard(terms.inputRoot, index, claim.batch, claim.shardProof),
            IMarket.MarketShardNotInRoot(index, claim.batch)
        );
        uint256[] memory inputs = new uint256[](5);
        inputs[0] = terms.weights;
        inputs[1] = claim.batch;
        inputs[2] = claim.loss;
        inputs[3] = claim.correct;
        inputs[4] = WorkRules.context(_market, terms.circuit, task, fragment, operator);
        _verifier.verify(terms.circuit, claim.proof, inputs);
    }

    /// @notice Whether the second node of a pair may be `node`: another one, of other people, than the first. True when there is
    /// no first.
    function mayPair(NodeId first, NodeId node) external view returns (bool) {
        if (NodeId.unwrap(first) == 0) return true;
        if (first == node) return false;
        Node memory one = _registry.get(first);
        Node memory other = _registry.get(node);
        return one.payout != other.payout && one.payout != other.operator && one.operator != other.payout;
    }

    /// @notice What verifiers who judged are due: what the points of each are multiplied with now, weight of its tier times boost
    /// in basis points, its quality (WAD), and the fee that is matched.
    function duesOf(
        NodeId[] calldata judged,
        uint256 fee
    ) external view returns (uint256[] memory multipliers, uint256[] memory qualities, uint256[] memory fees) {
        multipliers = new uint256[](judged.length);
        qualities = new uint256[](judged.length);
        fees = new uint256[](judged.length);
        for (uint256 i = 0; i < judged.length; ++i) {
            NodeWeight memory weight = _scheduler.weightOf(judged[i]);
            multipliers[i] = RewardMath.multiplierDown(WAD, Tiers.weightBpsOf(weight.tier), weight.boost);
            (qualities[i], fees[i]) = (WAD, fee);
        }
    }

    /// @notice Where each of `nodes` is paid.
    function payoutsOf(NodeId[] calldata nodes) external view returns (address[] memory payouts) {
        payouts = new address[](nodes.length);
        for (uint256 i = 0; i < nodes.length; ++i) payouts[i] = _registry.payoutOf(nodes[i]);
    }
}
