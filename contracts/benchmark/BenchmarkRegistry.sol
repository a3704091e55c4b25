// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {EntropyStatus, IEntropySource} from "../matching/IEntropySource.sol";
import {IScheduler} from "../matching/IScheduler.sol";
import {INodeRegistry, Node} from "../registry/INodeRegistry.sol";
import {NodeLifecycle} from "../registry/NodeLifecycle.sol";
import {IReputation} from "../reputation/IReputation.sol";
import {ISlasher, Verdict} from "../staking/ISlasher.sol";
import {IStakeVault, Stake} from "../staking/IStakeVault.sol";
import {CorexToken} from "../token/CorexToken.sol";
import {DeviceClass} from "../types/DeviceClass.sol";
import {NodeId} from "../types/Ids.sol";
import {Offence} from "../types/Offence.sol";
import {Roles} from "../types/Roles.sol";
import {BenchmarkRules} from "./BenchmarkRules.sol";
import {BondLedger} from "./BondLedger.sol";
import {
    Attestation,
    AttestorSignature,
    Challenge,
    ChallengeOutcome,
    IBenchmarkRegistry,
    Measurement,
    MeasurementStatus,
    Score
} from "./IBenchmarkRegistry.sol";

/// @title BenchmarkRegistry
/// @dev INVARIANTS
/// - INV-BMK-1: sum of the bonds of open challenges + sum of `owedTo` <= balance; the rest is donations.
/// - INV-BMK-2: the capacity of a node comes from a measurement that `ATTESTATIONS` attestors found valid and from the time
///   between its two transactions, and from nothing else.
/// - INV-BMK-3: from every state a call that anyone can make ends it: `expire`, at the latest `MAX_DURATION` after the begin,
///   `ATTESTATION_WINDOW` after the answer, `BEGIN_WINDOW` + `MAX_DURATION` after a challenge that was not answered.
/// @dev CHALLENGES
/// - A challenge sets aside whatever measurement runs, answered or not: none that began earlier can stand in for it. A node
///   loses nothing by that but the work, which it repeats for the challenge.
/// - It goes on whatever happens to the node. One that is suspended, exited or removed can still answer; it is punished if
///   it does not. Leaving is no way out.
/// - The time to begin is the node's: it may begin again in it, as often as it likes, which gains nothing over waiting.
/// - After one that was upheld the next may come at once, after one that attestors left alone in a day. A limit after an
///   upheld one would let a node shield itself, by challenging itself on a rented machine once a day.
/// @dev TRUST
/// - `ATTESTATIONS` attestors together can pass any answer or fail any; the time is the chain's. The operator of the node and
///   the challenger do not count as attestors.
/// - The source of entropy: who knows a seed early can start to compute early.
/// - The parameter role sets how work converts to work units, within hard bounds.
/// @dev LIVENESS
/// - Silent attestors cost a measurement, never a node or a bond. Seeds that never come do not expose a node.
contract BenchmarkRegistry is BondLedger, AccessManaged, EIP712 {
    /// @notice Attestors that must agree.
    uint256 public constant ATTESTATIONS = 2;

    /// @notice CXT wei that a challenger risks: 100 CXT.
    uint96 public constant CHALLENGE_BOND = 100e18;

    /// @notice Seconds that a challenged node has to begin: one hour, as long as it may be silent before it is not drawn.
    uint256 public constant BEGIN_WINDOW = 1 hours;

    /// @notice Seconds without a seed that excuse a challenged node: one day.
    uint256 public constant SEED_WINDOW = 1 days;

    /// @notice Seconds from a wrong answer to the next begin: one day, so that trying until attestors miss it takes months.
    uint256 public constant RETRY_DELAY = 1 days;

    /// @notice Seconds that attestors have after an answer.
    uint256 public constant ATTESTATION_WINDOW = 1 days;

    /// @notice Seconds between two challenges of a node, unless the first was upheld.
    uint256 public constant CHALLENGE_INTERVAL = 1 days;

    /// @notice Seconds that a score counts after it was accepted.
    uint256 public constant SCORE_LIFETIME = 30 days;

    /// @notice Hard bounds of the conversion: multiply-accumulates per work unit.
    uint256 public constant MIN_MACS_PER_WORK_UNIT = 1e3;
    uint256 public constant MAX_MACS_PER_WORK_UNIT = 1e12;

    /// @notice EIP-712 type of what an attestor signs.
    bytes32 public constant ATTESTATION_TYPEHASH = keccak256(
        "Attestation(uint32 node,uint32 nonce,bytes32 result,bool valid)"
    );

    INodeRegistry private immutable _registry;
    IEntropySource private immutable _entropy;
    IScheduler private immutable _scheduler;
    IReputation private immutable _reputation;
    IStakeVault private immutable _vault;
    ISlasher private immutable _slasher;

    uint64 private _macsPerWorkUnit;

    mapping(NodeId node => Measurement measurement) private _measurements;
    mapping(NodeId node => Score score) private _scores;
    mapping(NodeId node => Challenge challenge) private _challenges;

    constructor(
        address initialAuthority,
        INodeRegistry registry,
        IEntropySource entropy,
        IScheduler scheduler,
        IReputation reputation,
        IStakeVault vault,
        ISlasher slasher,
        CorexToken token,
        uint64 initialMacsPerWorkUnit
    ) AccessManaged(initialAuthority) EIP712("Corex BenchmarkRegistry", "1") BondLedger(token) {
        _registry = registry;
        _entropy = entropy;
        _scheduler = scheduler;
        _reputation = reputation;
        _vault = vault;
        _slasher = slasher;
        _setMacsPerWorkUnit(initialMacsPerWorkUnit);
    }

    /// @inheritdoc IBenchmarkRegistry
    function begin(uint32 size) external returns (uint256 nonce) {
        // Check: a node that can work or must answer a challenge, in time, nothing answered, a size within bounds.
        NodeId node = _ownNode();
        Node memory data = _registry.get(node);
        bool challenged = _isChallenged(node);
        require(challenged || NodeLifecycle.isWorking(data.status), BenchmarkRegistryNotMeasurable(node));
        Measurement memory measurement = _measurements[node];
        if (challenged) _requireInTime(node, _challenges[node].openedAt + BEGIN_WINDOW);
        else _requireNotTooSoon(node, measurement.retryFrom);
        require(
            measurement.status != MeasurementStatus.Answered,
            BenchmarkRegistryWrongStatus(node, measurement.status)
        );
        uint256 minimum = challenged ? _scores[node].size : BenchmarkRules.MIN_SIZE;
        require(
            size >= minimum && size <= BenchmarkRules.MAX_SIZE,
            BenchmarkRegistrySizeOutOfBounds(size, minimum, BenchmarkRules.MAX_SIZE)
        );

        // Effect: the time runs. The nonce cannot wrap: one a second would take 136 years.
        nonce = measurement.nonce + 1;
        uint40 ticket = _entropy.nextTicket();
        _measurements[node] = Measurement({
            status: MeasurementStatus.Begun,
            nonce: uint32(nonce),
            size: size,
            ticket: ticket,
            beganAt: uint40(block.timestamp),
            answeredAt: 0,
            retryFrom: 0,
            result: bytes32(0)
        });

        emit MeasurementBegun(node, nonce, data.deviceClass, size, ticket);
    }

    /// @inheritdoc IBenchmarkRegistry
    function answer(bytes32 result) external {
        // Check: begun, in time, a result, and a seed that it can have been computed from.
        NodeId node = _ownNode();
        Measurement memory measurement = _measurements[node];
        _requireStatus(node, measurement.status, MeasurementStatus.Begun);
        require(result != bytes32(0), BenchmarkRegistryEmptyResult(node));
        _requireInTime(node, _answerBefore(node, measurement));
        bytes32 seed = _seed(node, measurement);

        // Effect: the time stops.
        _measurements[node].status = MeasurementStatus.Answered;
        _measurements[node].answeredAt = uint40(block.timestamp);
        _measurements[node].result = result;

        uint256 elapsed = BenchmarkRules.elapsedOf(measurement.beganAt, block.timestamp);
        emit MeasurementAnswered(node, measurement.nonce, seed, measurement.size, result, elapsed);
    }

    /// @inheritdoc IBenchmarkRegistry
    function conclude(Attestation calldata attestation, AttestorSignature[] calldata signatures) external {
        // Check: answered, and the verdict is about exactly this answer and of enough attestors.
        NodeId node = attestation.node;
        Measurement memory measurement = _measurements[node];
        _requireStatus(node, measurement.status, MeasurementStatus.Answered);
        require(
            attestation.nonce == measurement.nonce && attestation.result == measurement.result,
            BenchmarkRegistryWrongAttestation(node, attestation.nonce, attestation.result)
        );
        Node memory data = _registry.get(node);
        _requireAttested(attestation, signatures, data.operator);

        // Effect: the measurement is over. What it means is in the branches, effects before interactions in each.
        _measurements[node].status = MeasurementStatus.None;
        if (!attestation.valid) _measurements[node].retryFrom = uint40(block.timestamp + RETRY_DELAY);
        if (_isChallenged(node)) {
            if (!attestation.valid) {
                emit MeasurementDiscarded(node, measurement.nonce, true);
                return _expose(node);
            }
            if (_isTolerable(node, measurement)) _uphold(node);
            else _closeChallenge(node, ChallengeOutcome.Inconclusive);
        }
        uint256 units =
            attestation.valid && NodeLifecycle.isWorking(data.status)
                ? _dailyWorkUnitsDown(data.deviceClass, measurement)
                : 0;
        if (units == 0) emit MeasurementDiscarded(node, measurement.nonce, !attestation.valid);
        else _accept(node, measurement, units);
    }

    /// @inheritdoc IBenchmarkRegistry
    function challenge(NodeId node) external {
        // Check: drawn by a score of this registry, no challenge open, none lately.
        Score memory score = _scores[node];
        uint256 possibleFrom = score.challengedAt == 0 ? 0 : score.challengedAt + CHALLENGE_INTERVAL;
        require(
            score.size != 0 && block.timestamp >= possibleFrom && !_isChallenged(node) && _registry.isEligible(node),
            BenchmarkRegistryNotChallengeable(node, possibleFrom)
        );

        // Effect: set aside what runs, and open. Casts are safe: a second is below 2^40 for 34,000 years, a stake below 2^88.
        _discardRunning(node);
        _scores[node].challengedAt = uint40(block.timestamp);
        Stake memory stake = _vault.stakeDataOf(node);
        uint256 free = Math.saturatingSub(stake.tokens, stake.held);
        _challenges[node] = Challenge({
            challenger: msg.sender,
            bond: CHALLENGE_BOND,
            openedAt: uint40(block.timestamp),
            stakeAtOpening: stake.tokens,
            held: uint96(free)
        });

        emit BenchmarkChallenged(node, msg.sender, CHALLENGE_BOND, block.timestamp + BEGIN_WINDOW);

        // Interaction: no stake leaves before it is known whether it is slashed: those who stay would pay for those who left.
        _vault.hold(node, free);

        // Interaction: pull the bond; the whole call reverts if it does not come.
        _pull(CHALLENGE_BOND);
    }

    /// @inheritdoc IBenchmarkRegistry
    function expire(NodeId node) external {
        // Check: something runs, and its time is over.
        Measurement memory measurement = _measurements[node];
        bool challenged = _isChallenged(node);
        require(
            challenged || measurement.status != MeasurementStatus.None,
            BenchmarkRegistryWrongStatus(node, measurement.status)
        );
        uint256 deadline = _expiresAfter(node, measurement, challenged);
        require(block.timestamp > deadline, BenchmarkRegistryNotOver(node, deadline, block.timestamp));

        // Effect: the measurement is over; a challenge ends with whoever kept silent.
        _discardRunning(node);
        if (!challenged) return;
        if (!_isExcused(measurement)) return _expose(node);
        _scores[node].challengedAt = 0;
        _closeChallenge(node, ChallengeOutcome.Inconclusive);
        if (measurement.status == MeasurementStatus.Answered) _takeScore(node);
    }

    /// @inheritdoc IBenchmarkRegistry
    function setMacsPerWorkUnit(uint64 newMacs) external restricted {
        _setMacsPerWorkUnit(newMacs);
    }

    /// @inheritdoc IBenchmarkRegistry
    function macsPerWorkUnit() external view returns (uint256) {
        return _macsPerWorkUnit;
    }

    /// @inheritdoc IBenchmarkRegistry
    function seedOf(NodeId node) external view returns (bytes32) {
        Measurement memory measurement = _measurements[node];
        require(measurement.status != MeasurementStatus.None, BenchmarkRegistryWrongStatus(node, measurement.status));
        return _seed(node, measurement);
    }

    /// @inheritdoc IBenchmarkRegistry
    function measurementOf(NodeId node) external view returns (Measurement memory) {
        return _measurements[node];
    }

    /// @inheritdoc IBenchmarkRegistry
    function scoreOf(NodeId node) external view returns (Score memory) {
        return _scores[node];
    }

    /// @inheritdoc IBenchmarkRegistry
    function challengeOf(NodeId node) external view returns (Challenge memory) {
        return _challenges[node];
    }

    /// @inheritdoc IBenchmarkRegistry
    function workloadOf(DeviceClass device) external pure returns (uint256) {
        return BenchmarkRules.workloadOf(device);
    }

    /// @dev Makes `units` the capacity of `node`. Casts are safe: an elapsed time is at most `MAX_DURATION`, a capacity at
    /// most that of the registry, below 2^64.
    function _accept(NodeId node, Measurement memory measurement, uint256 units) private {
        // Effect: the score.
        Score storage score = _scores[node];
        score.size = measurement.size;
        score.elapsed = uint32(BenchmarkRules.elapsedOf(measurement.beganAt, measurement.answeredAt));
        score.measuredAt = measurement.answeredAt;
        uint256 expiresAt = block.timestamp + SCORE_LIFETIME;

        emit BenchmarkAccepted(node, measurement.nonce, units, expiresAt);

        // Interaction: capacity first, because the weight is read from it.
        _registry.recordBenchmark(node, uint64(units), uint40(expiresAt));
        _reputation.recordMeasured(node);
        _scheduler.poke(node);
    }

    /// @dev Closes the challenge of a node that showed its speed: the bond is its own, and it can be challenged again.
    function _uphold(NodeId node) private {
        _scores[node].challengedAt = 0;
        _closeChallenge(node, ChallengeOutcome.Upheld);
    }

    /// @dev Closes the challenge of a node that did not show its speed, takes its score and has it punished.
    function _expose(NodeId node) private {
        // Effect: the bond goes back.
        Challenge memory open = _challenges[node];
        _closeChallenge(node, ChallengeOutcome.Exposed);

        // Interaction: a verdict, then no score.
        _slasher.punish(
            Verdict({
                node: node,
                offence: Offence.FakeBenchmark,
                base: Math.min(open.stakeAtOpening, _vault.stakeOf(node)),
                reporter: open.challenger,
                reporterBond: open.bond
            })
        );
        _takeScore(node);
    }

    /// @dev Takes the score of a node, and with it capacity and weight; it can be measured anew.
    function _takeScore(NodeId node) private {
        delete _scores[node];
        _registry.recordBenchmark(node, 0, 0);
        _scheduler.poke(node);
    }

    /// @dev Ends the challenge of `node` and owes the bond to the node if it was upheld, else to the challenger.
    function _closeChallenge(NodeId node, ChallengeOutcome outcome) private {
        Challenge memory open = _challenges[node];
        address payee = outcome == ChallengeOutcome.Upheld ? _registry.payoutOf(node) : open.challenger;
        delete _challenges[node];
        _owe(payee, open.bond);

        emit ChallengeConcluded(node, open.challenger, outcome);

        // Interaction: its stake is free again.
        if (open.held != 0) _vault.unhold(node, open.held);
    }

    /// @dev Ends a measurement that runs, without a verdict.
    function _discardRunning(NodeId node) private {
        Measurement storage measurement = _measurements[node];
        if (measurement.status == MeasurementStatus.None) return;
        measurement.status = MeasurementStatus.None;

        emit MeasurementDiscarded(node, measurement.nonce, false);
    }

    function _setMacsPerWorkUnit(uint64 newMacs) private {
        // Check: within the hard bounds.
        require(
            newMacs >= MIN_MACS_PER_WORK_UNIT && newMacs <= MAX_MACS_PER_WORK_UNIT,
            BenchmarkRegistryTermOutOfBounds("macsPerWorkUnit", newMacs, MIN_MACS_PER_WORK_UNIT, MAX_MACS_PER_WORK_UNIT)
        );

        // Effect: for measurements concluded from now on.
        emit MacsPerWorkUnitUpdated(_macsPerWorkUnit, newMacs);
        _macsPerWorkUnit = newMacs;
    }

    /// @dev Reverts unless `ATTESTATIONS` attestors or more, in ascending order, signed `attestation`.
    function _requireAttested(
        Attestation calldata attestation,
        AttestorSignature[] calldata signatures,
        address operator
    ) private view {
        uint256 count = signatures.length;
        require(count >= ATTESTATIONS, BenchmarkRegistryTooFewAttestors(count, ATTESTATIONS));
        bytes32 digest = _hashTypedDataV4(
            keccak256(
                abi.encode(
                    ATTESTATION_TYPEHASH,
                    attestation.node,
                    attestation.nonce,
                    attestation.result,
                    attestation.valid
                )
            )
        );
        address challenger = _challenges[attestation.node].challenger;
        address last = address(0);
        for (uint256 i = 0; i < count; ++i) {
            address attestor = signatures[i].attestor;
            (bool isAttestor, ) = IAccessManager(authority()).hasRole(Roles.ATTESTOR, attestor);
            require(
                isAttestor &&
                    attestor > last &&
                    attestor != operator &&
                    attestor != challenger &&
                    SignatureChecker.isValidSignatureNowCalldata(attestor, digest, signatures[i].signature),
                BenchmarkRegistryInvalidAttestor(attestor)
            );
            last = attestor;
        }
    }

    function _requireNotTooSoon(NodeId node, uint256 retryFrom) private view {
        require(block.timestamp >= retryFrom, BenchmarkRegistryTooSoon(node, retryFrom, block.timestamp));
    }

    function _requireStatus(NodeId node, MeasurementStatus status, MeasurementStatus needed) private pure {
        require(status == needed, BenchmarkRegistryWrongStatus(node, status));
    }

    function _requireInTime(NodeId node, uint256 deadline) private view {
        require(block.timestamp <= deadline, BenchmarkRegistryTooLate(node, deadline, block.timestamp));
    }

    function _ownNode() private view returns (NodeId node) {
        node = _registry.nodeOf(msg.sender);
        require(NodeId.unwrap(node) != 0, BenchmarkRegistryNotMeasurable(node));
    }

    function _isChallenged(NodeId node) private view returns (bool) {
        return _challenges[node].challenger != address(0);
    }

    /// @dev Whether the node is not to blame that a challenge went nowhere: it answered, or its seed never came.
    function _isExcused(Measurement memory measurement) private view returns (bool) {
        if (measurement.status != MeasurementStatus.Begun) return measurement.status == MeasurementStatus.Answered;
        return _isSeedPending(measurement);
    }

    function _isSeedPending(Measurement memory measurement) private view returns (bool) {
        (EntropyStatus status, ) = _entropy.read(measurement.ticket);
        return status == EntropyStatus.Pending;
    }

    function _isTolerable(NodeId node, Measurement memory measurement) private view returns (bool) {
        Score memory old = _scores[node];
        uint256 elapsed = BenchmarkRules.elapsedOf(measurement.beganAt, measurement.answeredAt);
        return BenchmarkRules.isTolerable(old.size, old.elapsed, measurement.size, elapsed);
    }

    /// @dev Last second in which a begun measurement can be answered.
    function _answerBefore(NodeId node, Measurement memory measurement) private view returns (uint256) {
        if (!_isChallenged(node)) return measurement.beganAt + BenchmarkRules.MAX_DURATION;
        Score memory old = _scores[node];
        return measurement.beganAt + BenchmarkRules.challengeDurationUp(old.size, old.elapsed, measurement.size);
    }

    /// @dev Last second in which what runs can go on: of a challenge, as long as the node can begin, or answer.
    function _expiresAfter(
        NodeId node,
        Measurement memory measurement,
        bool challenged
    ) private view returns (uint256 deadline) {
        if (measurement.status == MeasurementStatus.Answered) return measurement.answeredAt + ATTESTATION_WINDOW;
        if (measurement.status == MeasurementStatus.Begun) {
            // An excuse needs a day without entropy: else a node would begin where the seed comes after its deadline.
            bool waits = challenged && _isSeedPending(measurement);
            deadline = waits ? measurement.beganAt + SEED_WINDOW : _answerBefore(node, measurement);
        }
        if (challenged) deadline = Math.max(deadline, _challenges[node].openedAt + BEGIN_WINDOW);
    }

    /// @dev Seed of a running measurement, which no other measurement, node, registry or chain shares.
    function _seed(NodeId node, Measurement memory measurement) private view returns (bytes32) {
        (EntropyStatus status, bytes32 value) = _entropy.read(measurement.ticket);
        require(status != EntropyStatus.Pending, BenchmarkRegistrySeedPending(node, measurement.ticket));
        require(status == EntropyStatus.Ready, BenchmarkRegistrySeedExpired(node, measurement.ticket));
        return keccak256(abi.encode(value, block.chainid, address(this), node, measurement.nonce));
    }

    /// @dev Work units a day that `measurement` shows, at most what the registry takes, rounded down.
    function _dailyWorkUnitsDown(DeviceClass device, Measurement memory measurement) private view returns (uint256) {
        uint256 elapsed = BenchmarkRules.elapsedOf(measurement.beganAt, measurement.answeredAt);
        uint256 units = BenchmarkRules.dailyWorkUnitsDown(device, measurement.size, elapsed, _macsPerWorkUnit);
        return Math.min(units, _registry.MAX_DAILY_WORK_UNITS());
    }
}
