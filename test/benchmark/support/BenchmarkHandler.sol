// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {BenchmarkRegistry} from "../../../contracts/benchmark/BenchmarkRegistry.sol";
import {
    Attestation,
    AttestorSignature,
    Challenge,
    Measurement,
    MeasurementStatus,
    Score
} from "../../../contracts/benchmark/IBenchmarkRegistry.sol";
import {EntropyStatus, IEntropySource} from "../../../contracts/matching/IEntropySource.sol";
import {IScheduler} from "../../../contracts/matching/IScheduler.sol";
import {DeviceClass, NodeStatus} from "../../../contracts/registry/INodeRegistry.sol";
import {NodeRegistry} from "../../../contracts/registry/NodeRegistry.sol";
import {Reputation} from "../../../contracts/reputation/Reputation.sol";
import {ISlasher} from "../../../contracts/staking/ISlasher.sol";
import {IStakeVault} from "../../../contracts/staking/IStakeVault.sol";
import {CorexToken} from "../../../contracts/token/CorexToken.sol";
import {NodeId} from "../../../contracts/types/Ids.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {RecordingScheduler} from "../../reputation/support/RecordingScheduler.sol";
import {Handler} from "../../support/Handler.sol";
import {VotesWorld} from "../../support/VotesWorld.sol";
import {vm} from "../../support/Vm.sol";
import {RecordingSlasher, SettableEntropy, SettableStake} from "./BenchmarkDoubles.sol";

/// @dev Drives a benchmark registry over the real node registry, token and reputation: every external function, and what
/// happens to nodes beside it. What each measurement must be worth, and whom each bond belongs to, is kept here.
contract BenchmarkHandler is Handler, VotesWorld {
    uint256 public constant NODES = 4;
    uint256 public constant CHALLENGERS = 2;
    uint256 private constant BOND = 100e18;
    uint256 private constant KEY = 0xa77e57;

    NodeRegistry public immutable registry;
    CorexToken public immutable token;
    BenchmarkRegistry public immutable bench;
    SettableEntropy private immutable _entropy;
    bytes32 private immutable _domain;

    // Ghosts: capacity by accepted measurements alone, bonds by the outcome of challenges alone.
    mapping(uint256 node => uint256 units) public capacity;
    mapping(address account => uint256 amount) public owed;
    uint256 public open;
    uint256 public donated;
    uint256 public punished;
    uint256 private _macs = 4e6;

    constructor() {
        AccessManager manager = new AccessManager(address(this));
        registry = new NodeRegistry(address(manager));
        RecordingScheduler scheduler = new RecordingScheduler(registry);
        Reputation reputation = new Reputation(address(manager), registry, IScheduler(address(scheduler)));
        SettableStake vault = new SettableStake();
        RecordingSlasher slasher = new RecordingSlasher(vault, reputation);
        _entropy = new SettableEntropy();
        token = newToken();
        sealVotes(token, address(0), address(this));
        bench = new BenchmarkRegistry(
            address(manager),
            registry,
            IEntropySource(address(_entropy)),
            IScheduler(address(scheduler)),
            reputation,
            IStakeVault(address(vault)),
            ISlasher(address(slasher)),
            token,
            4e6
        );
        // Whatever is restricted belongs to ADMIN until a role is set: give that to the contracts of the suite.
        manager.grantRole(0, address(bench), 0);
        manager.grantRole(0, address(slasher), 0);
        manager.grantRole(0, address(reputation), 0);
        for (uint256 i = 0; i < 3; ++i) manager.grantRole(Roles.ATTESTOR, vm.addr(KEY + i), 0);
        for (uint256 node = 1; node <= NODES; ++node) {
            vm.prank(_operator(node));
            registry.register(_payout(node), DeviceClass(node - 1), "");
            vault.set(_id(node), 10_000e18);
        }
        for (uint256 i = 1; i <= CHALLENGERS; ++i) {
            token.transfer(challenger(i), 1_000_000e18);
            vm.prank(challenger(i));
            token.approve(address(bench), ~uint256(0));
        }
        _domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Corex BenchmarkRegistry"),
                keccak256("1"),
                block.chainid,
                address(bench)
            )
        );
    }

    function warp(uint256 seed) external onTime {
        clock += seed % 8 == 0 ? bound(seed, 1, 2 days) : bound(seed, 1, 3 minutes);
        vm.warp(clock);
        for (uint256 node = 1; node <= NODES; ++node) {
            NodeStatus status = registry.get(_id(node)).status;
            if (status != NodeStatus.Registered && status != NodeStatus.Active) continue;
            vm.prank(_operator(node));
            registry.heartbeat();
        }
    }

    function reveal(bytes32 value, uint256 expires) public {
        _entropy.reveal(value);
        if (expires % 16 == 0) _entropy.expire(_entropy.revealed());
    }

    function begin(uint256 nodeSeed, uint256 sizeSeed) public onTime {
        uint256 node = bound(nodeSeed, 1, NODES);
        uint32 size = uint32(sizeSeed % 8 == 0 ? bound(sizeSeed, 0, 70_000) : bound(sizeSeed, 500, 1_000));
        Challenge memory challenged = bench.challengeOf(_id(node));
        NodeStatus status = registry.get(_id(node)).status;
        bool isChallenged = challenged.challenger != address(0);
        bool possible =
            isChallenged
                ? clock <= challenged.openedAt + 3_600 && size >= bench.scoreOf(_id(node)).size
                : (status == NodeStatus.Registered || status == NodeStatus.Active) &&
                    clock >= bench.measurementOf(_id(node)).retryFrom;
        bytes memory call = abi.encodeCall(bench.begin, (size));
        mustFail(_operator(NODES + 1), address(bench), call);
        Measurement memory measurement = bench.measurementOf(_id(node));
        if (!possible || size == 0 || size > 65_535 || measurement.status == MeasurementStatus.Answered) {
            return mustFail(_operator(node), address(bench), call);
        }
        vm.prank(_operator(node));
        require(bench.begin(size) == measurement.nonce + 1, "nonces count from one");
    }

    function answer(uint256 nodeSeed, bytes32 result) public onTime {
        uint256 node = bound(nodeSeed, 1, NODES);
        Measurement memory measurement = bench.measurementOf(_id(node));
        (bool ready, uint256 deadline) = (_isReady(measurement.ticket), _answerBefore(node, measurement));
        bool possible = measurement.status == MeasurementStatus.Begun && ready && clock <= deadline;
        bytes memory call = abi.encodeCall(bench.answer, (result));
        if (!possible || result == 0) return mustFail(_operator(node), address(bench), call);
        vm.prank(_operator(node));
        bench.answer(result);
    }

    /// @dev All it takes to be measured, so that scores are common.
    function measure(uint256 nodeSeed, uint256 sizeSeed, uint256 elapsed, uint256 verdict) external {
        begin(nodeSeed, sizeSeed);
        reveal(bytes32(sizeSeed), 1);
        clock += bound(elapsed, 0, 200);
        answer(nodeSeed, bytes32(elapsed | 1));
        conclude(nodeSeed, verdict);
    }

    function conclude(uint256 nodeSeed, uint256 verdict) public onTime {
        uint256 node = bound(nodeSeed, 1, NODES);
        Measurement memory measurement = bench.measurementOf(_id(node));
        bool valid = verdict % 4 != 0;
        Attestation memory attestation = Attestation(_id(node), measurement.nonce, measurement.result, valid);
        AttestorSignature[] memory signatures = _sign(attestation, verdict % 5 == 0 ? 1 : 2 + (verdict % 2));
        bytes memory call = abi.encodeCall(bench.conclude, (attestation, signatures));
        if (measurement.status != MeasurementStatus.Answered || signatures.length < 2) {
            return mustFail(address(this), address(bench), call);
        }
        // A verdict on anything else does not count.
        attestation.result = ~attestation.result;
        mustFail(address(this), address(bench), abi.encodeCall(bench.conclude, (attestation, signatures)));
        _expect(node, measurement, valid);
        (bool success, ) = address(bench).call(call);
        require(success, "a verdict of two attestors counts");
        mustFail(address(this), address(bench), call);
    }

    function challenge(uint256 nodeSeed, uint256 challengerSeed) external onTime {
        uint256 node = bound(nodeSeed, 1, NODES);
        address who = challenger(bound(challengerSeed, 1, CHALLENGERS));
        Score memory score = bench.scoreOf(_id(node));
        bool possible =
            score.size != 0 &&
                (score.challengedAt == 0 || clock >= score.challengedAt + 1 days) &&
                bench.challengeOf(_id(node)).challenger == address(0) &&
                registry.isEligible(_id(node));
        bytes memory call = abi.encodeCall(bench.challenge, (_id(node)));
        // Nobody challenges without a bond.
        mustFail(address(0xdead), address(bench), call);
        if (!possible) return mustFail(who, address(bench), call);
        vm.prank(who);
        bench.challenge(_id(node));
        open += BOND;
        require(bench.measurementOf(_id(node)).status == MeasurementStatus.None, "nothing stands in for the challenge");
    }

    function expire(uint256 nodeSeed) public onTime {
        uint256 node = bound(nodeSeed, 1, NODES);
        (bool running, uint256 deadline) = deadlineOf(node);
        if (!running || clock <= deadline) {
            return mustFail(address(this), address(bench), abi.encodeCall(bench.expire, (_id(node))));
        }
        Measurement memory measurement = bench.measurementOf(_id(node));
        Challenge memory challenged = bench.challengeOf(_id(node));
        if (challenged.challenger != address(0)) {
            open -= BOND;
            owed[challenged.challenger] += BOND;
            bool silent = measurement.status == MeasurementStatus.Answered;
            bool seedless = measurement.status == MeasurementStatus.Begun && measurement.ticket > _entropy.revealed();
            if (silent) capacity[node] = 0;
            else if (!seedless) _punish(node);
        }
        bench.expire(_id(node));
    }

    function withdraw(uint256 seed) external onTime {
        uint256 index = bound(seed, 1, NODES + CHALLENGERS);
        address account = index <= NODES ? _payout(index) : challenger(index - NODES);
        uint256 before = token.balanceOf(account);
        vm.prank(account);
        require(bench.withdraw() == owed[account], "what it is owed");
        require(token.balanceOf(account) == before + owed[account], "and no more");
        owed[account] = 0;
    }

    function setMacsPerWorkUnit(uint64 macs, uint256 small) external onTime {
        if (small % 2 == 0) macs = uint64(bound(macs, 1e3, 1e12));
        bytes memory call = abi.encodeCall(bench.setMacsPerWorkUnit, (macs));
        mustFail(_operator(1), address(bench), call);
        if (macs < 1e3 || macs > 1e12) return mustFail(address(this), address(bench), call);
        bench.setMacsPerWorkUnit(macs);
        _macs = macs;
    }

    function donate(uint256 amount) external {
        amount = bound(amount, 0, 1e18);
        token.transfer(address(bench), amount);
        donated += amount;
    }

    /// @dev What happens to nodes: suspended, let in again, gone.
    function fate(uint256 nodeSeed, uint256 action) external onTime {
        uint256 node = bound(nodeSeed, 1, NODES);
        NodeStatus status = registry.get(_id(node)).status;
        if (status == NodeStatus.Suspended && action % 8 != 0) registry.reinstate(_id(node));
        else if (status == NodeStatus.Active && action % 8 == 0) registry.suspend(_id(node));
        else if (status == NodeStatus.Active && action % 64 == 1) {
            vm.prank(_operator(node));
            registry.exit();
        }
    }

    /// @dev Whether something of `node` runs, and the last second in which it can.
    function deadlineOf(uint256 node) public view returns (bool running, uint256 deadline) {
        Measurement memory measurement = bench.measurementOf(_id(node));
        Challenge memory challenged = bench.challengeOf(_id(node));
        bool isChallenged = challenged.challenger != address(0);
        if (measurement.status == MeasurementStatus.Answered) return (true, uint256(measurement.answeredAt) + 1 days);
        bool waits = isChallenged && measurement.ticket > _entropy.revealed();
        if (measurement.status == MeasurementStatus.Begun) {
            deadline = waits ? uint256(measurement.beganAt) + 1 days : _answerBefore(node, measurement);
        }
        if (isChallenged && challenged.openedAt + 3_600 > deadline) deadline = challenged.openedAt + 3_600;
        running = isChallenged || measurement.status == MeasurementStatus.Begun;
    }

    function challenger(uint256 index) public pure returns (address) {
        return address(uint160(0xc4a11e0000 + index));
    }

    function owedInAll() external view returns (uint256 ghost, uint256 said) {
        for (uint256 i = 1; i <= NODES + CHALLENGERS; ++i) {
            address account = i <= NODES ? _payout(i) : challenger(i - NODES);
            ghost += owed[account];
            said += bench.owedTo(account);
        }
    }

    /// @dev What a verdict must lead to, by the rules as the documents put them.
    function _expect(uint256 node, Measurement memory measurement, bool valid) private {
        Challenge memory challenged = bench.challengeOf(_id(node));
        uint256 elapsed = uint256(measurement.answeredAt) - measurement.beganAt + 1;
        if (challenged.challenger != address(0)) {
            Score memory old = bench.scoreOf(_id(node));
            bool kept = uint256(measurement.size) * old.elapsed * 2 >= uint256(old.size) * elapsed;
            open -= BOND;
            owed[valid && kept ? _payout(node) : challenged.challenger] += BOND;
            if (!valid) return _punish(node);
        }
        NodeStatus status = registry.get(_id(node)).status;
        if (!valid || (status != NodeStatus.Registered && status != NodeStatus.Active)) return;
        uint256[4] memory macs = [uint256(2 ** 30), 2 ** 36, 2 ** 33, 2 ** 27];
        uint256 units = (measurement.size * macs[node - 1] * 86_400) / elapsed / _macs;
        uint256 most = registry.MAX_DAILY_WORK_UNITS();
        if (units != 0) capacity[node] = units < most ? units : most;
    }

    function _punish(uint256 node) private {
        capacity[node] = 0;
        ++punished;
    }

    function _answerBefore(uint256 node, Measurement memory measurement) private view returns (uint256) {
        if (bench.challengeOf(_id(node)).challenger == address(0)) return uint256(measurement.beganAt) + 600;
        Score memory old = bench.scoreOf(_id(node));
        uint256 twice = (2 * uint256(old.elapsed) * measurement.size + old.size - 1) / old.size;
        return measurement.beganAt + (twice + 30 < 600 ? twice + 30 : 600);
    }

    function _isReady(uint40 ticket) private view returns (bool) {
        (EntropyStatus status, ) = _entropy.read(ticket);
        return status == EntropyStatus.Ready;
    }

    function _sign(Attestation memory attestation, uint256 count) private view returns (AttestorSignature[] memory) {
        bytes32 typeHash = keccak256("Attestation(uint32 node,uint32 nonce,bytes32 result,bool valid)");
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", _domain, keccak256(abi.encode(typeHash, attestation))));
        AttestorSignature[] memory signatures = new AttestorSignature[](count);
        for (uint256 i = 0; i < count; ++i) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY + i, digest);
            signatures[i] = AttestorSignature(vm.addr(KEY + i), abi.encodePacked(r, s, v));
            for (uint256 j = i; j > 0 && signatures[j].attestor < signatures[j - 1].attestor; --j) {
                (signatures[j], signatures[j - 1]) = (signatures[j - 1], signatures[j]);
            }
        }
        return signatures;
    }

    function _id(uint256 node) private pure returns (NodeId) {
        return NodeId.wrap(uint32(node));
    }

    function _operator(uint256 node) private pure returns (address) {
        return address(uint160(0x09e7a70000 + node));
    }

    function _payout(uint256 node) private pure returns (address) {
        return address(uint160(0xbeef0000 + node));
    }
}
