// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {ITaskEscrow} from "../../../contracts/market/ITaskEscrow.sol";
import {MarketSuite} from "../../../contracts/market/IMarket.sol";
import {IWorkMarket} from "../../../contracts/market/IWorkMarket.sol";
import {RoundMarket} from "../../../contracts/market/RoundMarket.sol";
import {TaskMarket} from "../../../contracts/market/TaskMarket.sol";
import {BlockEntropy} from "../../../contracts/matching/BlockEntropy.sol";
import {Scheduler} from "../../../contracts/matching/Scheduler.sol";
import {IFeeRouter} from "../../../contracts/mining/IFeeRouter.sol";
import {RewardTerms} from "../../../contracts/mining/IRewardDistributor.sol";
import {RewardDistributor} from "../../../contracts/mining/RewardDistributor.sol";
import {Track} from "../../../contracts/mining/Track.sol";
import {ModelRegistry} from "../../../contracts/models/ModelRegistry.sol";
import {NodeRegistry} from "../../../contracts/registry/NodeRegistry.sol";
import {Reputation} from "../../../contracts/reputation/Reputation.sol";
import {Slasher} from "../../../contracts/staking/Slasher.sol";
import {StakeVault} from "../../../contracts/staking/StakeVault.sol";
import {CorexToken} from "../../../contracts/token/CorexToken.sol";
import {DeviceClass} from "../../../contracts/types/DeviceClass.sol";
import {CircuitId, NodeId} from "../../../contracts/types/Ids.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {BPS} from "../../../contracts/types/Units.sol";
import {BN254} from "../../../contracts/verification/BN254.sol";
import {CircuitRegistry} from "../../../contracts/verification/CircuitRegistry.sol";
import {Groth16Proof} from "../../../contracts/verification/Groth16.sol";
import {CircuitName, CircuitTerms} from "../../../contracts/verification/ICircuitRegistry.sol";
import {IProofVerifier} from "../../../contracts/verification/IProofVerifier.sol";
import {Handler} from "../Handler.sol";
import {VotesWorld} from "../VotesWorld.sol";
import {vm} from "../Vm.sol";
import {chainVm} from "./ChainVm.sol";

/// @dev Stands in for the verifier where nobody can prove: inside a fuzzer. A proof counts when its first word is one,
/// whatever the statement. Everything else in the world is the real thing.
contract VerifierDouble is IProofVerifier {
    function verify(CircuitId circuit, Groth16Proof calldata proof, uint256[] calldata) external pure {
        require(proof.a[0] == 1, ProofVerifierInvalidProof(circuit));
    }

    function verifyBatch(CircuitId circuit, Groth16Proof[] calldata proofs, uint256[] calldata) external pure {
        for (uint256 i = 0; i < proofs.length; ++i) {
            require(proofs[i].a[0] == 1, ProofVerifierInvalidBatch(circuit, proofs.length));
        }
    }
}

/// @dev The suite without its proofs: real registries, entropy, scheduler, reputation, stake, rewards, market and escrow;
/// measured nodes, two of them staked; owners whose CXT came out of the pool. Blocks and seconds are kept here, because the
/// runner may reset them.
abstract contract MarketWorld is Handler, VotesWorld {
    uint256 internal constant OWNERS = 2;
    uint256 internal constant NODES = 4;
    uint256 internal constant STAKED_NODES = 2;
    uint32 internal constant STAKE_PERIOD = 14 days;
    uint64 internal constant WORK_UNITS = 512;

    NodeRegistry public immutable registry;
    RewardDistributor public immutable distributor;
    CorexToken public immutable token;
    IFeeRouter public immutable router;
    CircuitRegistry public immutable circuits;
    BlockEntropy public immutable entropy;
    Scheduler public immutable scheduler;
    Reputation public immutable reputation;
    StakeVault public immutable vault;
    Slasher public immutable slasher;
    TaskMarket public immutable market;
    RoundMarket public immutable rounds;
    ITaskEscrow public immutable escrow;
    ModelRegistry public immutable models;
    CircuitId public immutable circuit;

    uint256 public blockNumber = 1_000;

    /// @dev Sets time and block to the world's, and moves to the next block: a call is a transaction.
    modifier inBlock() {
        _syncBlock();
        _;
    }

    constructor() {
        chainVm.roll(blockNumber);
        AccessManager manager = new AccessManager(address(this));
        registry = new NodeRegistry(address(manager));
        distributor = new RewardDistributor(
            address(manager),
            registry,
            RewardTerms(8_000, 10_000, 5_000, 200, 2e9),
            TREASURY,
            votes
        );
        token = distributor.pool().token();
        router = distributor.feeRouter();
        circuits = new CircuitRegistry(address(manager));
        entropy = new BlockEntropy(16, 3, 3_000e18);
        scheduler = new Scheduler(address(manager), registry, entropy);
        reputation = new Reputation(address(manager), registry, scheduler);
        vault = new StakeVault(address(manager), token, registry, scheduler, address(router));
        sealVotes(token, address(vault), address(distributor.pool()));
        slasher = new Slasher(address(manager), vault, reputation, registry, address(router));
        market = new TaskMarket(
            address(manager),
            MarketSuite(registry, scheduler, reputation, vault, slasher, circuits, new VerifierDouble(), distributor)
        );
        escrow = market.escrow();
        rounds = new RoundMarket(
            address(manager),
            MarketSuite(registry, scheduler, reputation, vault, slasher, circuits, new VerifierDouble(), distributor)
        );
        models = new ModelRegistry(market, rounds, circuits, IWorkMarket(address(0)));
        circuit = _register("LinearStep", market.STEP_SCHEMA(), WORK_UNITS, 6);
        _grantRoles(manager);
        for (uint256 node = 1; node <= NODES; ++node) {
            vm.prank(_operator(node));
            registry.register(_payout(node), node == NODES ? DeviceClass.CPU : DeviceClass.GPU, "");
            _benchmark(node);
        }
        _fund();
        for (uint256 node = 1; node <= NODES; ++node) _pulse(node);
        blockNumber += 16;
        _syncBlock();
    }

    function _syncBlock() internal {
        ++blockNumber;
        chainVm.roll(blockNumber);
        vm.warp(clock);
    }

    function _owner(uint256 index) internal pure returns (address) {
        return address(uint160(0x0A000 + index));
    }

    function _operator(uint256 node) internal pure returns (address) {
        return address(uint160(0x0B000 + node));
    }

    function _payout(uint256 node) internal pure returns (address) {
        return address(uint160(0x0C000 + node));
    }

    /// @dev Work units a day: nodes differ, and with them their tiers and their share of the draws.
    function _capacity(uint256 node) internal pure returns (uint64) {
        return node == NODES ? 5e7 : uint64(node * 1e9);
    }

    /// @dev Records a benchmark as the benchmark registry does.
    function _benchmark(uint256 node) internal {
        NodeId id = NodeId.wrap(uint32(node));
        registry.recordBenchmark(id, _capacity(node), uint40(clock + 80 days));
        reputation.recordMeasured(id);
        scheduler.poke(id);
    }

    /// @dev A sign of life, and the scheduler hears of it.
    function _pulse(uint256 node) internal {
        vm.prank(_operator(node));
        registry.heartbeat();
        scheduler.poke(NodeId.wrap(uint32(node)));
    }

    /// @dev The roles of the contracts, and those that this contract plays: reporter, benchmark registry and committee.
    function _grantRoles(AccessManager manager) private {
        _allow(manager, address(distributor), distributor.creditMatched.selector, Roles.REPORTER);
        _allow(manager, address(distributor), distributor.creditNetwork.selector, Roles.REPORTER);
        _allow(manager, address(distributor), distributor.creditMany.selector, Roles.REPORTER);
        _allow(manager, address(registry), registry.recordBenchmark.selector, Roles.BENCHMARK);
        _allow(manager, address(reputation), reputation.recordMeasured.selector, Roles.BENCHMARK);
        _allow(manager, address(registry), registry.suspend.selector, Roles.DISCIPLINE);
        _allow(manager, address(registry), registry.reinstate.selector, Roles.DISCIPLINE);
        _allow(manager, address(registry), registry.remove.selector, Roles.DISCIPLINE);
        _allow(manager, address(scheduler), scheduler.take.selector, Roles.MARKET);
        _allow(manager, address(scheduler), scheduler.giveBack.selector, Roles.MARKET);
        _allow(manager, address(reputation), reputation.recordCompleted.selector, Roles.MARKET);
        _allow(manager, address(scheduler), scheduler.giveBackMany.selector, Roles.MARKET);
        _allow(manager, address(reputation), reputation.recordCompletedMany.selector, Roles.MARKET);
        _allow(manager, address(reputation), reputation.recordRefused.selector, Roles.MARKET);
        _allow(manager, address(scheduler), scheduler.setStanding.selector, Roles.REPUTATION);
        _allow(manager, address(scheduler), scheduler.setBoost.selector, Roles.STAKING);
        _allow(manager, address(reputation), reputation.recordOffence.selector, Roles.SLASHER);
        _allow(manager, address(vault), vault.slash.selector, Roles.SLASHER);
        _allow(manager, address(vault), vault.hold.selector, Roles.LIABILITY);
        _allow(manager, address(vault), vault.unhold.selector, Roles.LIABILITY);
        _allow(manager, address(slasher), slasher.punish.selector, Roles.JUDGE);
        uint64[4] memory ofMarket = [Roles.REPORTER, Roles.MARKET, Roles.LIABILITY, Roles.JUDGE];
        for (uint256 i = 0; i < ofMarket.length; ++i) {
            manager.grantRole(ofMarket[i], address(market), 0);
            manager.grantRole(ofMarket[i], address(rounds), 0);
        }
        uint64[3] memory ofThis = [Roles.REPORTER, Roles.BENCHMARK, Roles.DISCIPLINE];
        for (uint256 i = 0; i < ofThis.length; ++i) manager.grantRole(ofThis[i], address(this), 0);
        manager.grantRole(Roles.DISCIPLINE, address(reputation), 0);
        manager.grantRole(Roles.REPUTATION, address(reputation), 0);
        manager.grantRole(Roles.STAKING, address(vault), 0);
        manager.grantRole(Roles.SLASHER, address(slasher), 0);
    }

    function _allow(AccessManager manager, address target, bytes4 selector, uint64 role) private {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        manager.setTargetFunctionRole(target, selectors, role);
    }

    /// @dev A day's network work of the first node becomes the money of owners and operators, and stake of two nodes.
    function _fund() private {
        distributor.creditNetwork(NodeId.wrap(1), Track.ComputePoC, 1e13, BPS);
        clock += 1 days;
        vm.warp(clock);
        NodeId[] memory nodes = new NodeId[](1);
        nodes[0] = NodeId.wrap(1);
        distributor.settle(nodes);
        uint256 share = token.balanceOf(_payout(1)) / (OWNERS + NODES);
        for (uint256 owner = 0; owner < OWNERS; ++owner) {
            vm.prank(_payout(1));
            token.transfer(_owner(owner), share);
            vm.prank(_owner(owner));
            token.approve(address(escrow), type(uint256).max);
        }
        for (uint256 node = 1; node <= NODES; ++node) {
            vm.prank(_payout(1));
            token.transfer(_operator(node), share);
            vm.prank(_operator(node));
            token.approve(address(vault), type(uint256).max);
            if (node > STAKED_NODES) continue;
            vm.prank(_operator(node));
            vault.stake(NodeId.wrap(uint32(node)), 1_000e18, STAKE_PERIOD);
        }
    }

    /// @dev Registers a circuit with a well-formed key of generators: it proves nothing, and the double asks for nothing.
    function _register(
        string memory name,
        bytes32 schema,
        uint64 workUnits,
        uint8 publicSignals
    ) internal returns (CircuitId) {
        uint256[4] memory g2 = [
            11559732032986387107991004021392285783925812861821192530917403151452391805634,
            10857046999023057135944570762232829481370756359578518086990519993285655852781,
            4082367875863433681332203403145435568316851327593401208105741076214120093531,
            8495653923123431417604973247489272438418190587263600148770280649306958101930
        ];
        uint256[] memory key = new uint256[](16 + 2 * uint256(publicSignals));
        (key[0], key[1]) = (1, 2);
        for (uint256 i = 0; i < 4; ++i) {
            (key[2 + i], key[6 + i]) = (g2[i], g2[i]);
            key[10 + i] = i < 2 ? g2[i] : BN254.BASE_FIELD - g2[i]; // delta = -gamma
        }
        for (uint256 word = 14; word < key.length; word += 2) (key[word], key[word + 1]) = (1, 2);
        CircuitTerms memory terms = CircuitTerms(schema, 0, workUnits, publicSignals, true);
        return circuits.register(CircuitName(name, 1, new uint256[](0)), terms, key);
    }
}
