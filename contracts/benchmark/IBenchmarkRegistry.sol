// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {DeviceClass} from "../types/DeviceClass.sol";
import {NodeId} from "../types/Ids.sol";

/// @dev Where the measurement of a node stands.
/// - None: none was begun, or the last one is concluded.
/// - Begun: the node computes.
/// - Answered: the node named its result; attestors check it.
enum MeasurementStatus {
    None,
    Begun,
    Answered
}

/// @dev The running measurement of a node. Slot 1: everything but the result; slot 2: the result.
/// @param status Where it stands.
/// @param nonce Number of the node's measurements; names this one.
/// @param size Multiples of the device class's workload.
/// @param ticket Entropy ticket of the seed.
/// @param beganAt Second from which the time runs.
/// @param answeredAt Second of the answer; zero before.
/// @param retryFrom Second from which the next can begin; zero unless an answer was shown to be wrong.
/// @param result Merkle root of the digests of all lanes.
struct Measurement {
    MeasurementStatus status;
    uint32 nonce;
    uint32 size;
    uint40 ticket;
    uint40 beganAt;
    uint40 answeredAt;
    uint40 retryFrom;
    bytes32 result;
}

/// @dev What the latest accepted measurement found.
/// @param size Multiples of the workload it computed.
/// @param elapsed Seconds it took.
/// @param measuredAt Second of its answer.
/// @param challengedAt Second of the latest challenge; zero if there was none, or it was upheld.
struct Score {
    uint32 size;
    uint32 elapsed;
    uint40 measuredAt;
    uint40 challengedAt;
}

/// @dev An open challenge of a score. Slot 1: who and how much; slot 2: when.
/// @param challenger Who doubts the score; zero when none is open.
/// @param bond CXT wei it risks.
/// @param openedAt Second it was opened.
/// @param stakeAtOpening CXT wei staked for the node then.
/// @param held CXT wei of it that are held until the challenge ends: all that was free.
struct Challenge {
    address challenger;
    uint96 bond;
    uint40 openedAt;
    uint96 stakeAtOpening;
    uint96 held;
}

/// @dev What an attestor signs (EIP-712) after it recomputed lanes of its own choice.
/// @param node Node that was measured.
/// @param nonce The measurement.
/// @param result Root that the node named.
/// @param valid Whether the lanes that were recomputed are in it.
struct Attestation {
    NodeId node;
    uint32 nonce;
    bytes32 result;
    bool valid;
}

/// @dev A signature of an attestation.
struct AttestorSignature {
    address attestor;
    bytes signature;
}

/// @title IBenchmarkRegistry
/// @notice Measures how fast nodes are: a seed from the chain, an integer workload that everybody can recompute, the time
/// between two transactions, and attestors that check the result.
/// @dev work = size x workload of the device class (multiply-accumulates of 32-bit integers);
/// dailyWorkUnits = work x 86,400 / elapsed / `macsPerWorkUnit`, rounded down. Early stage: attestors hold a role.
interface IBenchmarkRegistry {
    /// @notice Emitted when a measurement began. The seed is known with the entropy of `ticket`.
    event MeasurementBegun(
        NodeId indexed node,
        uint256 indexed nonce,
        DeviceClass device,
        uint256 size,
        uint256 ticket
    );

    /// @notice Emitted when a node named its result. `seed` is what its lanes are computed from.
    event MeasurementAnswered(
        NodeId indexed node,
        uint256 indexed nonce,
        bytes32 seed,
        uint256 size,
        bytes32 result,
        uint256 elapsed
    );

    /// @notice Emitted when a measurement was accepted.
    event BenchmarkAccepted(NodeId indexed node, uint256 indexed nonce, uint256 dailyWorkUnits, uint256 expiresAt);

    /// @notice Emitted when a measurement was discarded: wrong, or never answered or attested.
    event MeasurementDiscarded(NodeId indexed node, uint256 indexed nonce, bool wrong);

    /// @notice Emitted when somebody doubts the score of a node.
    event BenchmarkChallenged(NodeId indexed node, address indexed challenger, uint256 bond, uint256 beginBefore);

    /// @notice Emitted when a challenge ended.
    event ChallengeConcluded(NodeId indexed node, address indexed challenger, ChallengeOutcome outcome);

    /// @notice Emitted when an account took what it is owed.
    event BondWithdrawn(address indexed account, uint256 amount);

    /// @notice Emitted when the conversion to work units changed.
    event MacsPerWorkUnitUpdated(uint256 oldMacs, uint256 newMacs);

    /// @notice Thrown when the caller operates no node that can be measured.
    error BenchmarkRegistryNotMeasurable(NodeId node);

    /// @notice Thrown when a size lies outside its bounds.
    error BenchmarkRegistrySizeOutOfBounds(uint256 size, uint256 minimum, uint256 maximum);

    /// @notice Thrown when the measurement is not in the status that the call needs.
    error BenchmarkRegistryWrongStatus(NodeId node, MeasurementStatus status);

    /// @notice Thrown when a node begins too soon after an answer that was wrong.
    error BenchmarkRegistryTooSoon(NodeId node, uint256 possibleFrom, uint256 timestamp);

    /// @notice Thrown when the time to answer is over.
    error BenchmarkRegistryTooLate(NodeId node, uint256 deadline, uint256 timestamp);

    /// @notice Thrown when the seed is not known yet.
    error BenchmarkRegistrySeedPending(NodeId node, uint256 ticket);

    /// @notice Thrown when the seed can no longer be read: begin again.
    error BenchmarkRegistrySeedExpired(NodeId node, uint256 ticket);

    /// @notice Thrown when a result is empty.
    error BenchmarkRegistryEmptyResult(NodeId node);

    /// @notice Thrown when an attestation is about another measurement or result.
    error BenchmarkRegistryWrongAttestation(NodeId node, uint256 nonce, bytes32 result);

    /// @notice Thrown when a signer is no attestor, operates or challenged the node, does not come in ascending order, or the
    /// signature is not its own.
    error BenchmarkRegistryInvalidAttestor(address attestor);

    /// @notice Thrown when there are fewer signatures than needed.
    error BenchmarkRegistryTooFewAttestors(uint256 count, uint256 needed);

    /// @notice Thrown when a node cannot be challenged: not eligible, no score here, a challenge open, or challenged lately.
    /// `possibleFrom` is zero unless it was challenged since a challenge was last upheld.
    error BenchmarkRegistryNotChallengeable(NodeId node, uint256 possibleFrom);

    /// @notice Thrown when the time of a measurement or challenge is not over.
    error BenchmarkRegistryNotOver(NodeId node, uint256 deadline, uint256 timestamp);

    /// @notice Thrown when the conversion to work units lies outside its hard bounds.
    error BenchmarkRegistryTermOutOfBounds(bytes32 term, uint256 value, uint256 minimum, uint256 maximum);

    /// @notice Begins a measurement of the caller's node with `size` times the workload of its class. Replaces one that is
    /// not answered. Only for registered and active nodes, unless a challenge is open: then for a node of any status, within
    /// `BEGIN_WINDOW`, and `size` is at least that of the score.
    function begin(uint32 size) external returns (uint256 nonce);

    /// @notice Names the result of the caller's measurement: the Merkle root of its lanes. Stops the time. At most
    /// `MAX_DURATION` after the begin; of a challenge, at most twice the time of the old score for as much work, and `GRACE`.
    function answer(bytes32 result) external;

    /// @notice Concludes an answered measurement with the verdict of at least `ATTESTATIONS` attestors. Open to anyone.
    /// @dev Valid: the score counts; of a challenge, the node gets the bond if the score is at least `TOLERANCE_BPS` of the old one.
    /// Not valid: discarded, and the next begins a day later at the earliest; of a challenge, the node is punished. A valid measurement of a node that is no longer
    /// registered or active, or worth less than one work unit a day, ends its challenge but is discarded.
    /// @param signatures In ascending order of attestor.
    function conclude(Attestation calldata attestation, AttestorSignature[] calldata signatures) external;

    /// @notice Doubts the score of an eligible node, with a bond of `CHALLENGE_BOND` approved to this registry. The node must
    /// begin a measurement within `BEGIN_WINDOW` and answer in time; one that runs already is set aside. Open to anyone, at
    /// once after a challenge that was upheld, else once a day for each node.
    function challenge(NodeId node) external;

    /// @notice Ends what took too long. Open to anyone. A challenge that the node did not begin or answer in time: it is
    /// punished. An answer that nobody attested: discarded; of a challenge, the node loses its score too, and the challenger
    /// gets its bond back, as it does when the seed never came.
    function expire(NodeId node) external;

    /// @notice Pays the caller the bonds it is owed.
    function withdraw() external returns (uint256 amount);

    /// @notice Sets how many multiply-accumulates of the workload count as one proved work unit. Restricted.
    function setMacsPerWorkUnit(uint64 newMacs) external;

    /// @notice Multiply-accumulates of the workload that count as one proved work unit.
    function macsPerWorkUnit() external view returns (uint256);

    /// @notice Multiply-accumulates of one unit of size of a device class.
    function workloadOf(DeviceClass device) external pure returns (uint256 macs);

    /// @notice The seed of the running measurement; reverts while pending or once expired.
    function seedOf(NodeId node) external view returns (bytes32 seed);

    /// @notice The running measurement of `node`.
    function measurementOf(NodeId node) external view returns (Measurement memory);

    /// @notice What the latest accepted measurement of `node` found.
    function scoreOf(NodeId node) external view returns (Score memory);

    /// @notice The open challenge of `node`.
    function challengeOf(NodeId node) external view returns (Challenge memory);

    /// @notice CXT wei of bonds owed to `account`.
    function owedTo(address account) external view returns (uint256 amount);
}

/// @dev How a challenge ended.
/// - Upheld: the node showed its speed; the bond is the node's.
/// - Exposed: it did not; it is punished, and the challenger gets its bond back and a reward.
/// - Inconclusive: the challenger gets its bond back, nobody is punished. The node was slower than it should be, but in time: its
///   new score counts. Or nobody attested its answer: it loses its score, since a liar would show attestors nothing. Or its
///   seed did not come within a day.
enum ChallengeOutcome {
    Upheld,
    Exposed,
    Inconclusive
}
