// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {NodeId} from "../types/Ids.sol";
import {WorkKind} from "../types/WorkKind.sol";

/// @dev A verdict of one verifier.
/// - None: not revealed.
/// - Accept: the result is right. Of labels: it is as good as the score says.
/// - Reject: the result is wrong, or is not of the form that the specification asks for.
/// - Abstain: the verifier cannot tell, because something cannot be had. Never counted as a rejection.
enum Vote {
    None,
    Accept,
    Reject,
    Abstain
}

/// @dev Life of a case.
/// - None: unknown.
/// - Drawing: waits for the entropy of its draw.
/// - Committing: verifiers commit, until all did or the time is over.
/// - Revealing: verifiers reveal, until all who committed did or the time is over.
/// - Concluded: the outcome stands; the stake of its verifiers is held until the truth is final.
/// - Closed: over.
enum CasePhase {
    None,
    Drawing,
    Committing,
    Revealing,
    Concluded,
    Closed
}

/// @dev What a case came to; `CommitteeRules` has the rules of quorum, tie and silence.
enum CaseOutcome {
    None,
    Accepted,
    Rejected,
    Unverified
}

/// @dev What turned out to be true of the result of a case, when nobody can contest it any more.
/// - Unknown: it was never decided; nobody is punished for a verdict.
/// - Accepted, Rejected: the result is right, or wrong.
/// - Planted: the result was wrong on purpose.
enum Truth {
    Unknown,
    Accepted,
    Rejected,
    Planted
}

/// @dev A case as it is asked for. Everything in it is a snapshot: no later change of a parameter or of a task reaches it.
/// @param subject What is judged: the digest of the result.
/// @param executor Node that did the work. Neither it nor a node with its operator or payout address is drawn.
/// @param owner Owner of the task; no node with it as operator or payout address is drawn.
/// @param kind Kind of the work; only verifiers that enrolled for it are drawn.
/// @param size Verifiers to draw: an odd number from `MIN_SIZE` to `MAX_SIZE`.
/// @param acceptScore Of labels: lowest median score that is accepted, 1 to 100; zero for other kinds.
/// @param voteDuration Seconds to commit, and again to reveal.
struct CaseRequest {
    bytes32 subject;
    NodeId executor;
    address owner;
    WorkKind kind;
    uint8 size;
    uint8 acceptScore;
    uint32 voteDuration;
}

/// @dev A case.
/// @param client Contract that opened it, and alone may close it.
/// @param deadline Last second of the phase; of Drawing the last second at which a draw is tried.
/// @param ticket Entropy ticket of the draw.
/// @param score Of labels: lower median of the scores, once concluded. Of other kinds 100 when accepted.
struct Case {
    bytes32 subject;
    address owner;
    NodeId executor;
    WorkKind kind;
    CasePhase phase;
    CaseOutcome outcome;
    address client;
    uint40 openedAt;
    uint40 deadline;
    uint40 ticket;
    uint32 voteDuration;
    uint8 size;
    uint8 acceptScore;
    uint8 score;
    uint8 seats;
    uint8 committed;
    uint8 revealed;
}

/// @dev A seat of a case.
/// @param stake CXT wei behind the verifier when it was drawn: what penalties are a fraction of.
/// @param held CXT wei of it that are held until the case is closed.
struct Seat {
    NodeId verifier;
    Vote vote;
    uint8 score;
    uint96 stake;
    uint96 held;
    bytes32 commitment;
}

/// @dev What a verifier did so far.
struct VerifierRecord {
    uint32 seats;
    uint32 revealed;
    uint32 abstained;
    uint32 silent;
    uint32 coherent;
    uint32 incoherent;
    uint32 plantsCaught;
    uint32 plantsMissed;
}

/// @title IVerifierCommittee
/// @notice Stake-to-Validate: verifiers drawn by weight judge a result that no circuit proves. Sealed verdicts, quorum, penalties.
/// It holds no money: clients pay verifiers, the stake vault holds stake.
interface IVerifierCommittee {
    /// @notice Emitted when a node chose the kinds it verifies (bit k for kind k); zero when it left.
    event VerifierEnrolled(NodeId indexed node, uint256 oldKinds, uint256 newKinds);

    /// @notice Emitted when the weight of a verifier changed.
    event VerifierWeightUpdated(NodeId indexed node, uint256 oldWeight, uint256 newWeight);

    /// @notice Emitted when a case was opened.
    event CaseOpened(uint256 indexed caseId, address indexed client, CaseRequest request, uint256 ticket);

    /// @notice Emitted when the entropy could not be used and the draw was requested anew.
    event CaseRenewed(uint256 indexed caseId, uint256 ticket);

    /// @notice Emitted when the verifiers of a case were drawn.
    event VerifiersDrawn(uint256 indexed caseId, NodeId[] verifiers, uint256 commitUntil);

    /// @notice Emitted when a verifier committed its verdict.
    event VerdictCommitted(uint256 indexed caseId, NodeId indexed verifier, bytes32 commitment);

    /// @notice Emitted when verdicts can be revealed.
    event RevealOpened(uint256 indexed caseId, uint256 revealUntil);

    /// @notice Emitted when a verifier revealed its verdict.
    event VerdictRevealed(uint256 indexed caseId, NodeId indexed verifier, Vote vote, uint256 score);

    /// @notice Emitted when a case came to an outcome.
    event CaseConcluded(uint256 indexed caseId, CaseOutcome outcome, uint256 score, uint256 accepts, uint256 rejects);

    /// @notice Emitted when a case was closed with what turned out to be true.
    event CaseClosed(uint256 indexed caseId, Truth truth);

    /// @notice Thrown when a part of a request lies outside its hard bounds.
    error VerifierCommitteeOutOfBounds(bytes32 term, uint256 value, uint256 minimum, uint256 maximum);

    /// @notice Thrown when the case is not in the phase that the call needs.
    error VerifierCommitteeWrongPhase(uint256 caseId, CasePhase phase);

    /// @notice Thrown when the phase is over, or not yet.
    error VerifierCommitteeTooLate(uint256 caseId, uint256 deadline, uint256 timestamp);
    error VerifierCommitteeTooEarly(uint256 caseId, uint256 deadline, uint256 timestamp);

    /// @notice Thrown when the entropy of the draw is not known yet.
    error VerifierCommitteeEntropyPending(uint256 caseId, uint256 ticket);

    /// @notice Thrown when the caller's node has no seat in the case.
    error VerifierCommitteeNoSeat(uint256 caseId, NodeId node);

    /// @notice Thrown when the verifier has committed already, has not committed, or has revealed already.
    error VerifierCommitteeAlreadyCommitted(uint256 caseId, NodeId verifier);
    error VerifierCommitteeNotCommitted(uint256 caseId, NodeId verifier);
    error VerifierCommitteeAlreadyRevealed(uint256 caseId, NodeId verifier);

    /// @notice Thrown when a commitment is zero.
    error VerifierCommitteeEmptyCommitment(uint256 caseId);

    /// @notice Thrown when vote, score and salt are not what was committed.
    error VerifierCommitteeWrongReveal(uint256 caseId, bytes32 computed, bytes32 committed);

    /// @notice Thrown when a vote is None, or a score does not fit the kind and the vote.
    error VerifierCommitteeInvalidVote(Vote vote, uint256 score);

    /// @notice Thrown when another contract than the client of the case closes it.
    error VerifierCommitteeNotClient(uint256 caseId, address caller);

    /// @notice Thrown when the caller operates no node.
    error VerifierCommitteeNoNode(address caller);

    /// @notice Chooses the kinds that the caller's node verifies: bit k for kind k; zero to be drawn no more. Seats it has stay.
    /// @dev A node that cannot run the models of a kind should not enrol for it: who does not reveal is punished.
    function enrol(uint256 kinds) external;

    /// @notice Reads stake, tier, reputation and eligibility of `node` again and sets its weight. Open to anyone.
    function sync(NodeId node) external;

    /// @notice Opens a case. Restricted to the review.
    function open(CaseRequest calldata request) external returns (uint256 caseId);

    /// @notice Draws the verifiers once the entropy is known, or requests it anew when it can no longer be used. Open to anyone.
    /// @dev Fewer than `MIN_SIZE` verifiers after a bounded number of attempts: the case is concluded as Unverified.
    function draw(uint256 caseId) external returns (uint256 seats);

    /// @notice Seals the verdict of the caller's node: see `commitmentOf`. Once, while committing.
    function commit(uint256 caseId, bytes32 commitment) external;

    /// @notice Opens the verdict of the caller's node. `score` is 0 to 100 with Accept and Reject of labels, else zero.
    function reveal(uint256 caseId, Vote vote, uint8 score, bytes32 salt) external;

    /// @notice Ends a phase whose time is over, or whose verifiers are all done, and concludes the case after the last one: verifiers
    /// who did not commit are punished, the outcome stands. Open to anyone. Of a case that waits for its draw too long: Unverified.
    function conclude(uint256 caseId) external returns (CaseOutcome outcome);

    /// @notice Closes a concluded case: verifiers whose verdict differs from the truth, or who did not open it, are punished, all
    /// stake is let go. Restricted to the review, and to the client of the case. `reporter` proved a plant, and risked `reporterBond`
    /// CXT wei, once for all whom it proves wrong.
    function close(uint256 caseId, Truth truth, address reporter, uint256 reporterBond) external;

    /// @notice What a verifier commits: `keccak256(abi.encode(chainid, this contract, caseId, node, vote, score, salt))`.
    function commitmentOf(
        uint256 caseId,
        NodeId node,
        Vote vote,
        uint8 score,
        bytes32 salt
    ) external view returns (bytes32 commitment);

    /// @notice Everything stored about a case; all zero for an unknown one.
    function caseOf(uint256 caseId) external view returns (Case memory);

    /// @notice The seats of a case, at most `MAX_SIZE`; empty before its draw.
    function seatsOf(uint256 caseId) external view returns (Seat[] memory seats);

    /// @notice Verifiers of a case that revealed Accept or Reject, and those that revealed Abstain, in the order of their seats.
    function revealedOf(uint256 caseId) external view returns (NodeId[] memory judged, NodeId[] memory abstained);

    /// @notice Number of cases ever opened; ids run from 1 to this number.
    function caseCount() external view returns (uint256);

    /// @notice Kinds that `node` verifies, and its weight in draws now.
    function verifierOf(NodeId node) external view returns (uint256 kinds, uint256 weight);

    /// @notice Whether `node` may be drawn now: stake, tier, reputation, eligibility; whatever it enrolled for.
    function isQualified(NodeId node) external view returns (bool);

    /// @notice Sum of the weights of the verifiers of a kind as of now.
    function totalOf(WorkKind kind) external view returns (uint256 total);

    /// @notice What `node` did as a verifier so far.
    function recordOf(NodeId node) external view returns (VerifierRecord memory);
}
