// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IScheduler} from "../matching/IScheduler.sol";
import {IRewardDistributor} from "../mining/IRewardDistributor.sol";
import {Track} from "../mining/Track.sol";
import {INodeRegistry} from "../registry/INodeRegistry.sol";
import {CircuitId, NodeId, TaskId} from "../types/Ids.sol";
import {POINTS_PER_WORK_UNIT} from "../types/Units.sol";
import {Circuit, ICircuitRegistry} from "../verification/ICircuitRegistry.sol";
import {IProofVerifier} from "../verification/IProofVerifier.sol";
import {Delivered, Deliveries} from "./Deliveries.sol";
import {IMarket, MarketSuite} from "./IMarket.sol";
import {ITaskEscrow} from "./ITaskEscrow.sol";
import {MarketRules} from "./MarketRules.sol";
import {NodeLoad} from "./NodeLoad.sol";
import {TaskEscrow} from "./TaskEscrow.sol";

/// @title MarketBase
/// @notice What the markets share: the suite, the escrow, the protocol fee, and what is due for a proved fragment.
/// @dev TRUST
/// - The restricted function sets the fee of future tasks, within a hard cap. It reaches no published task and no escrow.
/// - The contracts of `MarketSuite` are immutable addresses; none of them calls anything outside the suite.
abstract contract MarketBase is IMarket, AccessManaged, NodeLoad {
    /// @dev What is known about a proved fragment when it is paid.
    /// @param node Node that did it.
    /// @param payout Account that its fee is owed to.
    /// @param workUnits Multiply-accumulates that the proof stands for.
    /// @param network Whether the task pays no fee, and its work earns from the pool alone.
    /// @param firstDrawn Whether nobody missed the fragment or gave it back before.
    /// @param device Hardware that the draw asked for.
    /// @param openTier Lowest tier in the draw.
    /// @param fee Fee of the fragment, in CXT wei.
    /// @param protocolFeeBps Protocol fee of the task, in basis points of the fee.
    /// @param bond CXT wei of the node's stake that are held for it.
    /// @param refuser Node that gave it back; zero for none.
    /// @param quality Punctuality, scaled by WAD.
    struct Settlement {
        TaskId task;
        NodeId node;
        address payout;
        uint64 workUnits;
        bool network;
        bool firstDrawn;
        uint8 device;
        uint8 openTier;
        uint16 protocolFeeBps;
        uint256 fee;
        uint256 bond;
        NodeId refuser;
        uint256 quality;
    }

    /// @dev What the fragments of one task have in common when they are paid; see `Settlement`.
    struct Wage {
        TaskId task;
        uint64 workUnits;
        bool network;
        uint8 device;
        uint16 protocolFeeBps;
        uint256 fee;
    }

    /// @notice Hard cap of the protocol fee: 10 %.
    uint256 public constant MAX_PROTOCOL_FEE_BPS = 1_000;

    /// @inheritdoc IMarket
    ITaskEscrow public immutable escrow;

    /// @inheritdoc IMarket
    uint256 public immutable maxFee;

    INodeRegistry internal immutable _registry;
    ICircuitRegistry private immutable _circuits;
    IProofVerifier internal immutable _verifier;
    IRewardDistributor private immutable _distributor;

    uint256 private _protocolFeeBps = 500; // 5 %

    constructor(
        address initialAuthority,
        MarketSuite memory suite
    ) AccessManaged(initialAuthority) NodeLoad(suite.scheduler, suite.reputation, suite.vault, suite.slasher) {
        _registry = suite.registry;
        _circuits = suite.circuits;
        _verifier = suite.verifier;
        _distributor = suite.distributor;
        maxFee = MarketRules.maxFeeDown(suite.scheduler.entropySource().maxDrawValue());
        escrow = new TaskEscrow(suite.distributor.pool().token(), address(suite.distributor.feeRouter()));
    }

    /// @inheritdoc IMarket
    function setProtocolFee(uint256 newFeeBps) external restricted {
        MarketRules.requireWithin("protocolFeeBps", newFeeBps, 0, MAX_PROTOCOL_FEE_BPS);
        emit ProtocolFeeUpdated(_protocolFeeBps, newFeeBps);
        _protocolFeeBps = newFeeBps;
    }

    /// @inheritdoc IMarket
    function protocolFeeBps() external view returns (uint256) {
        return _protocolFeeBps;
    }

    /// @inheritdoc IMarket
    function scheduler() external view returns (IScheduler) {
        return _scheduler;
    }

    /// @dev Protocol fee of a task published now, in basis points. The cast is safe: at most 1,000.
    function _feeBpsNow(bool network) internal view returns (uint16) {
        return network ? 0 : uint16(_protocolFeeBps);
    }

    /// @dev Frees the node, records its conduct, credits its points and owes it its fee.
    function _reward(Settlement memory settlement) internal returns (uint256 paid, uint256 fee, uint256 points) {
        return _due(settlement, _complete(settlement.node, settlement.bond, settlement.quality));
    }

    /// @dev Credits the points of a node whose conduct is recorded, times `multiplier` in basis points, and owes it its fee.
    function _due(
        Settlement memory settlement,
        uint256 multiplier
    ) internal returns (uint256 paid, uint256 fee, uint256 points) {
        if (settlement.refuser != NodeId.wrap(0)) _refusedInVain(settlement.refuser);
        (paid, fee) = MarketRules.splitFee(settlement.fee, settlement.protocolFeeBps);
        uint256 work = settlement.workUnits * POINTS_PER_WORK_UNIT;
        if (settlement.network) {
            points = _distributor.creditNetwork(settlement.node, Track.ComputePoC, work, multiplier);
        } else {
            // A fragment that somebody missed or refused is paid but not matched: an owner that keeps its data from other
            // nodes until its own is drawn would otherwise earn the match with every fragment (ADR 0013).
            uint256 matchable = settlement.firstDrawn ? _shareDown(paid, settlement.device, settlement.openTier) : 0;
            points = _distributor.creditMatched(settlement.node, Track.ComputePoC, work, multiplier, matchable);
            escrow.pay(settlement.task, settlement.payout, paid, fee);
        }
    }

    /// @dev The same for many fragments of one task, with one call of each contract for all: frees the nodes, records their
    /// conduct, credits their points and owes them their fees. All nodes are freed before the first is credited: the tier
    /// that counts for a node is the one it had before the batch.
    function _rewardMany(
        Wage memory wage,
        Delivered memory done
    ) internal returns (uint256 paid, uint256 fee, uint256[] memory points) {
        uint256[] memory multipliers = _completeMany(done.nodes, done.bonds, done.qualities);
        (paid, fee) = MarketRules.splitFee(wage.fee, wage.protocolFeeBps);
        uint256[] memory matchable = done.openTiers;
        for (uint256 i = 0; i < matchable.length; ++i) {
            if (NodeId.unwrap(done.refusers[i]) != 0) _refusedInVain(done.refusers[i]);
            // A fragment that somebody missed or refused is paid but not matched, as above. Cast is safe: a tier.
            uint256 tier = matchable[i];
            matchable[i] = tier == Deliveries.NOT_MATCHED ? 0 : _shareDown(paid, wage.device, uint8(tier));
        }
        points = _distributor.creditMany(
            Track.ComputePoC,
            wage.network,
            wage.workUnits * POINTS_PER_WORK_UNIT,
            done.nodes,
            multipliers,
            matchable
        );
        if (!wage.network) escrow.payMany(wage.task, done.payouts, paid, fee);
    }

    /// @dev Credits each of `nodes` `work` points of verification times its multiplier (basis points), within the match of its fee.
    function _creditVerified(
        bool network,
        uint256 work,
        NodeId[] calldata nodes,
        uint256[] memory multipliers,
        uint256[] memory fees
    ) internal {
        _distributor.creditMany(Track.StakeToValidate, network, work, nodes, multipliers, fees);
    }

    /// @dev Owes `owner` what is refunded, and the fee router what is kept.
    function _refund(TaskId task, address owner, uint256 refunded, uint256 kept) internal {
        if (refunded != 0) escrow.release(task, owner, refunded);
        if (kept != 0) escrow.release(task, escrow.feeRouter(), kept);
    }

    /// @dev A registered circuit that is not retired and has these public signals; reverts otherwise.
    function _usableCircuit(CircuitId id, bytes32 schema) internal view returns (Circuit memory circuit) {
        circuit = _circuits.getUsable(id);
        require(circuit.schema == schema, MarketWrongSchema(id, circuit.schema));
    }
}
