// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {IScheduler} from "../../../contracts/market/IScheduler.sol";
import {ITaskEscrow} from "../../../contracts/market/ITaskEscrow.sol";
import {TaskMarket} from "../../../contracts/market/TaskMarket.sol";
import {UniformScheduler} from "../../../contracts/market/UniformScheduler.sol";
import {IFeeRouter} from "../../../contracts/mining/IFeeRouter.sol";
import {RewardTerms} from "../../../contracts/mining/IRewardDistributor.sol";
import {RewardDistributor} from "../../../contracts/mining/RewardDistributor.sol";
import {Track} from "../../../contracts/mining/Track.sol";
import {ModelRegistry} from "../../../contracts/models/ModelRegistry.sol";
import {Benchmark, DeviceClass} from "../../../contracts/registry/INodeRegistry.sol";
import {NodeRegistry} from "../../../contracts/registry/NodeRegistry.sol";
import {CorexToken} from "../../../contracts/token/CorexToken.sol";
import {CircuitId, NodeId} from "../../../contracts/types/Ids.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {CircuitRegistry} from "../../../contracts/verification/CircuitRegistry.sol";
import {Groth16Proof} from "../../../contracts/verification/Groth16.sol";
import {CircuitName, CircuitTerms} from "../../../contracts/verification/ICircuitRegistry.sol";
import {IProofVerifier} from "../../../contracts/verification/IProofVerifier.sol";
import {BN254} from "../../../contracts/verification/BN254.sol";
import {Handler} from "../Handler.sol";
import {vm} from "../Vm.sol";
import {chainVm} from "./ChainVm.sol";

/// @dev Stands in for the verifier where nobody can prove: inside a fuzzer. A proof counts when its first word is one,
/// whatever the statement. Everything else in the world is the real thing.
contract VerifierDouble is IProofVerifier {
    function verify(CircuitId circuit, Groth16Proof calldata proof, uint256[] calldata) external pure {
        require(proof.a[0] == 1, ProofVerifierInvalidProof(circuit));
    }
}

/// @dev The suite without its proofs: real registries, rewards, market and escrow; nodes with attested benchmarks; owners
/// whose CXT came out of the pool. Blocks and seconds are kept here, because the runner may reset them.
abstract contract MarketWorld is Handler {
    uint256 internal constant ATTESTOR_KEY = 0xA77E5708;
    uint256 internal constant OWNERS = 2;
    uint256 internal constant NODES = 4;
    uint64 internal constant WORK_UNITS = 512;

    NodeRegistry public immutable registry;
    RewardDistributor public immutable distributor;
    CorexToken public immutable token;
    IFeeRouter public immutable router;
    CircuitRegistry public immutable circuits;
    TaskMarket public immutable market;
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
        distributor = new RewardDistributor(address(manager), registry, RewardTerms(8_000, 10_000, 5_000, 200, 2e9));
        token = distributor.pool().token();
        router = distributor.feeRouter();
        circuits = new CircuitRegistry(address(manager));
        IScheduler scheduler = new UniformScheduler(registry);
        market = new TaskMarket(address(manager), registry, circuits, new VerifierDouble(), scheduler, distributor);
        escrow = market.escrow();
        models = new ModelRegistry(market);
        circuit = _registerCircuit();
        _grantReporter(manager, address(market));
        _grantReporter(manager, address(this));
        manager.grantRole(Roles.ATTESTOR, vm.addr(ATTESTOR_KEY), 0);
        for (uint256 node = 1; node <= NODES; ++node) _join(node);
        _fundOwners();
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

    function _benchmark(uint256 node) internal {
        Benchmark memory benchmark = Benchmark({
            node: NodeId.wrap(uint32(node)),
            dailyWorkUnits: 1e15,
            measuredAt: uint40(clock),
            expiresAt: uint40(clock + 80 days),
            nonce: registry.get(NodeId.wrap(uint32(node))).benchmarkNonce
        });
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Corex NodeRegistry"),
                keccak256("1"),
                block.chainid,
                address(registry)
            )
        );
        bytes32 digest = keccak256(abi.encode(registry.BENCHMARK_TYPEHASH(), benchmark));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ATTESTOR_KEY, MessageHashUtils.toTypedDataHash(domain, digest));
        registry.submitBenchmark(benchmark, vm.addr(ATTESTOR_KEY), abi.encodePacked(r, s, v));
    }

    function _join(uint256 node) private {
        vm.prank(_operator(node));
        registry.register(_payout(node), DeviceClass.GPU, "");
        _benchmark(node);
    }

    function _grantReporter(AccessManager manager, address reporter) private {
        bytes4[] memory selectors = new bytes4[](2);
        selectors[0] = distributor.creditMatched.selector;
        selectors[1] = distributor.creditNetwork.selector;
        manager.setTargetFunctionRole(address(distributor), selectors, Roles.REPORTER);
        manager.grantRole(Roles.REPORTER, reporter, 0);
    }

    /// @dev A day's network work of the first node becomes the owners' money.
    function _fundOwners() private {
        distributor.creditNetwork(NodeId.wrap(1), Track.ComputePoC, 1e13);
        clock += 1 days;
        vm.warp(clock);
        NodeId[] memory nodes = new NodeId[](1);
        nodes[0] = NodeId.wrap(1);
        distributor.settle(nodes);
        uint256 share = token.balanceOf(_payout(1)) / OWNERS;
        for (uint256 owner = 0; owner < OWNERS; ++owner) {
            vm.prank(_payout(1));
            token.transfer(_owner(owner), share);
            vm.prank(_owner(owner));
            token.approve(address(escrow), type(uint256).max);
        }
        for (uint256 node = 1; node <= NODES; ++node) {
            vm.prank(_operator(node));
            registry.heartbeat();
        }
    }

    /// @dev A well-formed key of generators: it proves nothing, and the double asks for nothing.
    function _registerCircuit() private returns (CircuitId) {
        uint256[4] memory g2 = [
            11559732032986387107991004021392285783925812861821192530917403151452391805634,
            10857046999023057135944570762232829481370756359578518086990519993285655852781,
            4082367875863433681332203403145435568316851327593401208105741076214120093531,
            8495653923123431417604973247489272438418190587263600148770280649306958101930
        ];
        uint256[] memory key = new uint256[](28);
        (key[0], key[1]) = (1, 2);
        for (uint256 i = 0; i < 4; ++i) {
            (key[2 + i], key[6 + i]) = (g2[i], g2[i]);
            key[10 + i] = i < 2 ? g2[i] : BN254.BASE_FIELD - g2[i]; // delta = -gamma
        }
        for (uint256 word = 14; word < 28; word += 2) (key[word], key[word + 1]) = (1, 2);
        CircuitTerms memory terms = CircuitTerms(market.STEP_SCHEMA(), 0, WORK_UNITS, 6, true);
        return circuits.register(CircuitName("LinearStep", 1, new uint256[](0)), terms, key);
    }
}
