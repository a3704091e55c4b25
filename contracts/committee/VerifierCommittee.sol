// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {EntropyStatus} from "../matching/IEntropySource.sol";
import {IScheduler} from "../matching/IScheduler.sol";
import {INodeRegistry, Node} from "../registry/INodeRegistry.sol";
import {IReputation} from "../reputation/IReputation.sol";
import {ISlasher, Verdict} from "../staking/ISlasher.sol";
import {IStakeVault} from "../staking/IStakeVault.sol";
import {NodeId} from "../types/Ids.sol";
import {Offence} from "../types/Offence.sol";
import {WorkKind} from "../types/WorkKind.sol";
import {CommitteeRules} from "./CommitteeRules.sol";
import {
    Case,
    CaseOutcome,
    CasePhase,
    CaseRequest,
    IVerifierCommittee,
    Seat,
    Truth,
    Vote
} from "./IVerifierCommittee.sol";
import {SeatRoll} from "./SeatRoll.sol";
import {VerifierPool} from "./VerifierPool.sol";

/// @title VerifierCommittee
/// @dev TIME
/// - Every deadline follows from the opening, not from who calls when: draw by `DRAW_WINDOW`, commit within `voteDuration` of the
///   draw, reveal within `voteDuration` of the last commitment or of the end of committing, whichever comes first.
/// - `reveal` opens the revealing itself when it is due, so no verifier depends on anybody else to be able to reveal.
/// @dev INVARIANTS
/// - INV-VER-1: the stake that the committee holds of a node is the sum of what its seats in open cases hold.
/// - INV-VER-2: every case is Concluded by calls that anyone can make, at the latest `DRAW_WINDOW` + 2 x `voteDuration` after its
///   opening, and Closed by its client.
/// - INV-VER-3: a seat is punished at most once, and for nothing but silence when the truth is unknown. A verdict that was sealed
///   and not opened is never cheaper than one that was opened.
/// - INV-VER-4: neither the executor nor a node with its operator or payout address, or the owner's, ever has a seat.
/// - INV-VER-5: see `VerifierPool`.
/// @dev TRUST
/// - The client says what turned out to be true. It can have verifiers punished within the table of offences, one offence a
///   seat; it cannot choose them, or learn a verdict before it is revealed.
/// - The payout address of the executor is that at the opening: one that it takes after the entropy is known excludes nobody.
/// - The source of entropy decides every draw. A draw that nobody makes before the entropy expires is made with another one.
/// - Accounts behind nodes are not known: who operates nodes under unrelated addresses can judge itself in proportion to its
///   weight; sealed verdicts, planted results and the court are against that.
/// @dev LIVENESS
/// - Silence never accepts: see `CommitteeRules`. Who did not commit is punished and let go when the case is concluded.
contract VerifierCommittee is VerifierPool, AccessManaged {
    using SeatRoll for uint256[2];

    /// @dev What changes while a case is open. One slot.
    struct Progress {
        CasePhase phase;
        CaseOutcome outcome;
        WorkKind kind;
        uint8 size;
        uint8 acceptScore;
        uint8 score;
        uint8 seats;
        uint8 committed;
        uint8 revealed;
        uint32 voteDuration;
        uint40 openedAt;
        uint40 deadline;
        uint40 ticket;
    }

    /// @dev A case as it is stored.
    /// @param payout Payout address of the executor when the case was opened.
    /// @param roll Verifiers by seat.
    struct Docket {
        Progress progress;
        bytes32 subject;
        address owner;
        NodeId executor;
        address client;
        address payout;
        uint256[2] roll;
        mapping(uint256 index => Seat seat) seats;
    }

    /// @notice Bounds of the number of verifiers; it is odd.
    uint256 public constant MIN_SIZE = CommitteeRules.MIN_SIZE;
    uint256 public constant MAX_SIZE = CommitteeRules.MAX_SIZE;

    /// @notice Bounds of the seconds to commit, and again to reveal.
    uint256 public constant MIN_VOTE_DURATION = CommitteeRules.MIN_VOTE_DURATION;
    uint256 public constant MAX_VOTE_DURATION = CommitteeRules.MAX_VOTE_DURATION;

    /// @notice Seconds after the opening in which a case must have its verifiers.
    uint256 public constant DRAW_WINDOW = CommitteeRules.DRAW_WINDOW;

    ISlasher private immutable _slasher;

    uint256 private _caseCount;

    mapping(uint256 caseId => Docket docket) private _dockets;

    constructor(
        address initialAuthority,
        INodeRegistry registry,
        IScheduler scheduler,
        IReputation reputation,
        IStakeVault vault,
        ISlasher slasher
    ) VerifierPool(registry, scheduler, reputation, vault) AccessManaged(initialAuthority) {
        _slasher = slasher;
    }

    /// @inheritdoc IVerifierCommittee
    function open(CaseRequest calldata request) external restricted returns (uint256 caseId) {
        // Check: within the hard bounds, and an executor that exists.
        _requireBounds(request);
        Node memory executor = _registry.get(request.executor);

        // Effect: the case waits for its entropy. Casts are safe: a second is below 2^40 for 34,000 years.
        caseId = ++_caseCount;
        uint40 ticket = _entropy.nextTicket();
        Docket storage docket = _dockets[caseId];
        docket.subject = request.subject;
        docket.owner = request.owner;
        docket.executor = request.executor;
        docket.client = msg.sender;
        docket.payout = executor.payout;
        docket.progress = Progress({
            phase: CasePhase.Drawing,
            outcome: CaseOutcome.None,
            kind: request.kind,
            size: request.size,
            acceptScore: request.acceptScore,
            score: 0,
            seats: 0,
            committed: 0,
            revealed: 0,
            voteDuration: request.voteDuration,
            openedAt: uint40(block.timestamp),
            deadline: uint40(block.timestamp + DRAW_WINDOW),
            ticket: ticket
        });

        emit CaseOpened(caseId, msg.sender, request, ticket);
    }

    /// @inheritdoc IVerifierCommittee
    function draw(uint256 caseId) external returns (uint256 seats) {
        // Check: it waits for its draw, in time, and the entropy is known.
        Docket storage docket = _dockets[caseId];
        Progress memory progress = docket.progress;
        _requirePhase(caseId, progress.phase, CasePhase.Drawing);
        _requireInTime(caseId, progress.deadline);
        (EntropyStatus status, bytes32 value) = _entropy.read(progress.ticket);
        require(status != EntropyStatus.Pending, VerifierCommitteeEntropyPending(caseId, progress.ticket));

        // Effect: entropy that can no longer be used is requested anew.
        if (status == EntropyStatus.Expired) {
            uint40 ticket = _entropy.nextTicket();
            docket.progress.ticket = ticket;
            emit CaseRenewed(caseId, ticket);
            return 0;
        }

        // Interaction: whether a seat can be held decides who has it. The vault is of this suite and calls nobody.
        bytes32 seed = keccak256(abi.encode(value, address(this), caseId));
        address[3] memory barred = [_registry.operatorOf(docket.executor), docket.payout, docket.owner];
        Sitting memory sitting = _sit(progress.kind, progress.size, barred, seed);

        // Effect: dead weight leaves the draws of later periods; too few verifiers verify nothing.
        for (uint256 i = 0; i < sitting.staleCount; ++i) _retire(sitting.stale[i]);
        if (sitting.count < MIN_SIZE) {
            for (uint256 i = 0; i < sitting.count; ++i) {
                _vault.unhold(sitting.verifiers[i], CommitteeRules.holdUp(sitting.stakes[i]));
            }
            _conclude(caseId, docket, progress);
            return 0;
        }
        _seat(caseId, docket, sitting);
        return sitting.count;
    }

    /// @inheritdoc IVerifierCommittee
    function commit(uint256 caseId, bytes32 commitment) external {
        // Check: while committing, something, by a verifier that did not yet.
        Docket storage docket = _dockets[caseId];
        Progress storage progress = docket.progress;
        _requirePhase(caseId, progress.phase, CasePhase.Committing);
        _requireInTime(caseId, progress.deadline);
        require(commitment != bytes32(0), VerifierCommitteeEmptyCommitment(caseId));
        (NodeId verifier, Seat storage seat) = _ownSeat(caseId, docket);
        require(seat.commitment == bytes32(0), VerifierCommitteeAlreadyCommitted(caseId, verifier));

        // Effect: sealed, once and for all.
        seat.commitment = commitment;
        ++progress.committed;

        emit VerdictCommitted(caseId, verifier, commitment);
    }

    /// @inheritdoc IVerifierCommittee
    function reveal(uint256 caseId, Vote vote, uint8 score, bytes32 salt) external {
        // Effect: committing ends here if it is over, whoever should have said so.
        Docket storage docket = _dockets[caseId];
        Progress memory progress = docket.progress;
        if (progress.phase == CasePhase.Committing) _openReveal(caseId, docket, progress);

        // Check: while revealing, by a verifier that committed exactly this and did not reveal it yet.
        _requirePhase(caseId, progress.phase, CasePhase.Revealing);
        _requireInTime(caseId, progress.deadline);
        require(
            CommitteeRules.isVote(progress.kind, progress.acceptScore, vote, score),
            VerifierCommitteeInvalidVote(vote, score)
        );
        (NodeId verifier, Seat storage seat) = _ownSeat(caseId, docket);
        bytes32 committed = seat.commitment;
        require(committed != bytes32(0), VerifierCommitteeNotCommitted(caseId, verifier));
        require(seat.vote == Vote.None, VerifierCommitteeAlreadyRevealed(caseId, verifier));
        bytes32 computed = _commitmentOf(caseId, verifier, vote, score, salt);
        require(computed == committed, VerifierCommitteeWrongReveal(caseId, computed, committed));

        // Effect: the verdict is known.
        seat.vote = vote;
        if (score != 0) seat.score = score;
        ++docket.progress.revealed;

        emit VerdictRevealed(caseId, verifier, vote, score);
    }

    /// @inheritdoc IVerifierCommittee
    function conclude(uint256 caseId) external returns (CaseOutcome outcome) {
        // Check: it waits for its draw too long.
        Docket storage docket = _dockets[caseId];
        Progress memory progress = docket.progress;
        if (progress.phase == CasePhase.Drawing) {
            _requireOver(caseId, progress.deadline);
            return _conclude(caseId, docket, progress);
        }

        // Check and effect: committing is over, and with it revealing if nobody committed or its time has passed as well.
        if (progress.phase == CasePhase.Committing) {
            _openReveal(caseId, docket, progress);
            if (progress.committed != 0 && block.timestamp <= progress.deadline) return CaseOutcome.None;
            return _conclude(caseId, docket, progress);
        }

        // Check: revealing is over.
        _requirePhase(caseId, progress.phase, CasePhase.Revealing);
        if (progress.revealed != progress.committed) _requireOver(caseId, progress.deadline);
        return _conclude(caseId, docket, progress);
    }

    /// @inheritdoc IVerifierCommittee
    function close(uint256 caseId, Truth truth, address reporter, uint256 reporterBond) external restricted {
        // Check: concluded, by its client.
        Docket storage docket = _dockets[caseId];
        _requirePhase(caseId, docket.progress.phase, CasePhase.Concluded);
        require(docket.client == msg.sender, VerifierCommitteeNotClient(caseId, msg.sender));

        // Effect: over.
        docket.progress.phase = CasePhase.Closed;

        emit CaseClosed(caseId, truth);

        // Effect and interaction, by seat: the silent were punished and let go before. Slasher and vault are of this suite.
        uint256 seats = docket.progress.seats;
        if (truth == Truth.Planted) reporterBond /= _approvals(docket, seats);
        for (uint256 i = 0; i < seats; ++i) {
            Seat storage seat = docket.seats[i];
            if (_isSilent(seat)) continue;
            Offence offence = _offenceOf(seat, truth);
            _count(seat.verifier, seat.vote, truth);
            if (offence == Offence.ApprovedPlant) _punish(seat, offence, reporter, reporterBond);
            else if (offence != Offence.None) _punish(seat, offence, address(0), 0);
            _vault.unhold(seat.verifier, seat.held);
        }
    }

    /// @inheritdoc IVerifierCommittee
    function commitmentOf(
        uint256 caseId,
        NodeId node,
        Vote vote,
        uint8 score,
        bytes32 salt
    ) external view returns (bytes32 commitment) {
        return _commitmentOf(caseId, node, vote, score, salt);
    }

    /// @inheritdoc IVerifierCommittee
    function caseOf(uint256 caseId) external view returns (Case memory data) {
        Docket storage docket = _dockets[caseId];
        Progress memory progress = docket.progress;
        (data.subject, data.owner, data.executor) = (docket.subject, docket.owner, docket.executor);
        (data.kind, data.phase, data.outcome) = (progress.kind, progress.phase, progress.outcome);
        (data.client, data.openedAt, data.deadline) = (docket.client, progress.openedAt, progress.deadline);
        (data.ticket, data.voteDuration, data.size) = (progress.ticket, progress.voteDuration, progress.size);
        (data.acceptScore, data.score, data.seats) = (progress.acceptScore, progress.score, progress.seats);
        (data.committed, data.revealed) = (progress.committed, progress.revealed);
    }

    /// @inheritdoc IVerifierCommittee
    /// @dev What a seat held is shown while it holds it: not of a closed case, nor of a silent verifier of a concluded one.
    function seatsOf(uint256 caseId) external view returns (Seat[] memory seats) {
        Docket storage docket = _dockets[caseId];
        CasePhase phase = docket.progress.phase;
        seats = new Seat[](docket.progress.seats);
        for (uint256 i = 0; i < seats.length; ++i) {
            seats[i] = docket.seats[i];
            bool silent = phase == CasePhase.Concluded && _isSilent(docket.seats[i]);
            if (silent || phase == CasePhase.Closed) seats[i].held = 0;
        }
    }

    /// @inheritdoc IVerifierCommittee
    function revealedOf(uint256 caseId) external view returns (NodeId[] memory judged, NodeId[] memory abstained) {
        Docket storage docket = _dockets[caseId];
        uint256 seats = docket.progress.seats;
        (uint256 judges, uint256 abstainers) = (0, 0);
        for (uint256 i = 0; i < seats; ++i) {
            Vote vote = docket.seats[i].vote;
            if (vote == Vote.Abstain) ++abstainers;
            else if (vote != Vote.None) ++judges;
        }
        (judged, abstained) = (new NodeId[](judges), new NodeId[](abstainers));
        for (uint256 i = seats; i != 0; --i) {
            Seat storage seat = docket.seats[i - 1];
            if (seat.vote == Vote.Abstain) abstained[--abstainers] = seat.verifier;
            else if (seat.vote != Vote.None) judged[--judges] = seat.verifier;
        }
    }

    /// @inheritdoc IVerifierCommittee
    function caseCount() external view returns (uint256) {
        return _caseCount;
    }

    /// @dev Gives the verifiers of `sitting` their seats; they commit from now on.
    function _seat(uint256 caseId, Docket storage docket, Sitting memory sitting) private {
        uint256 seats = sitting.count;
        NodeId[] memory verifiers = new NodeId[](seats);
        for (uint256 i = 0; i < seats; ++i) {
            // Casts are safe: a stake is below 2^88.
            Seat storage seat = docket.seats[i];
            uint256 stake = sitting.stakes[i];
            seat.verifier = sitting.verifiers[i];
            seat.stake = uint96(stake);
            seat.held = uint96(CommitteeRules.holdUp(stake));
            verifiers[i] = sitting.verifiers[i];
        }
        docket.roll.write(verifiers);
        // Casts are safe: at most `MAX_SIZE`, and a second is below 2^40 for 34,000 years.
        uint256 commitUntil = block.timestamp + docket.progress.voteDuration;
        docket.progress.phase = CasePhase.Committing;
        docket.progress.seats = uint8(seats);
        docket.progress.deadline = uint40(commitUntil);

        emit VerifiersDrawn(caseId, verifiers, commitUntil);
    }

    /// @dev Ends committing, in storage and in `progress`: once all committed, or the time is over. Reverts before.
    function _openReveal(uint256 caseId, Docket storage docket, Progress memory progress) private {
        // Check: committing is over.
        if (progress.committed != progress.seats) _requireOver(caseId, progress.deadline);

        // Effect: from whichever came first, as far as this call can know. Cast is safe: seconds fit for 34,000 years.
        uint256 from = block.timestamp < progress.deadline ? block.timestamp : progress.deadline;
        progress.phase = CasePhase.Revealing;
        progress.deadline = uint40(from + progress.voteDuration);
        docket.progress.phase = progress.phase;
        docket.progress.deadline = progress.deadline;

        emit RevealOpened(caseId, progress.deadline);
    }

    /// @dev Concludes a case, whatever its phase was; punishes verifiers who did not commit and lets them go.
    /// `progress` is what is stored of it, but for the outcome.
    function _conclude(
        uint256 caseId,
        Docket storage docket,
        Progress memory progress
    ) private returns (CaseOutcome outcome) {
        uint256 seats = progress.seats;
        uint256[] memory scores = new uint256[](seats);
        (uint256 judged, uint256 accepts, uint256 score) = (0, 0, 0);
        for (uint256 i = 0; i < seats; ++i) {
            Seat storage seat = docket.seats[i];
            Vote vote = seat.vote;
            if (vote != Vote.Accept && vote != Vote.Reject) continue;
            if (vote == Vote.Accept) ++accepts;
            scores[judged++] = seat.score;
        }

        // Effect: the outcome stands. Cast is safe: a score is at most 100.
        (outcome, score) = CommitteeRules.conclude(progress.kind, progress.acceptScore, seats, judged, accepts, scores);
        docket.progress.phase = CasePhase.Concluded;
        docket.progress.outcome = outcome;
        docket.progress.score = uint8(score);

        emit CaseConcluded(caseId, outcome, score, accepts, judged - accepts);

        // Effect and interaction: silence is punished whatever the outcome. Slasher and vault are of this suite.
        if (progress.committed == seats) return outcome;
        for (uint256 i = 0; i < seats; ++i) {
            Seat storage seat = docket.seats[i];
            if (!_isSilent(seat)) continue;
            _count(seat.verifier, Vote.None, Truth.Unknown);
            _punish(seat, Offence.UnrevealedVote, address(0), 0);
            _vault.unhold(seat.verifier, seat.held);
        }
    }

    /// @dev Has the verifier of a seat punished; never reverts for a cap.
    function _punish(Seat storage seat, Offence offence, address reporter, uint256 reporterBond) private {
        _slasher.punish(
            Verdict({
                node: seat.verifier,
                offence: offence,
                base: seat.stake,
                reporter: reporter,
                reporterBond: reporterBond
            })
        );
    }

    /// @dev The seat of the caller's node; reverts without one.
    function _ownSeat(uint256 caseId, Docket storage docket) private view returns (NodeId verifier, Seat storage seat) {
        verifier = _enrolledBy(msg.sender);
        uint256 index = docket.roll.indexOf(verifier);
        require(index != SeatRoll.CAPACITY, VerifierCommitteeNoSeat(caseId, verifier));
        seat = docket.seats[index];
    }

    /// @dev Verdicts of a case that cost what approving a plant costs; one when there is none.
    function _approvals(Docket storage docket, uint256 seats) private view returns (uint256 count) {
        for (uint256 i = 0; i < seats; ++i) {
            Seat storage seat = docket.seats[i];
            if (!_isSilent(seat) && _offenceOf(seat, Truth.Planted) == Offence.ApprovedPlant) ++count;
        }
        if (count == 0) count = 1;
    }

    /// @dev Whether a verifier did not even commit. Who revealed has committed.
    function _isSilent(Seat storage seat) private view returns (bool) {
        return seat.vote == Vote.None && seat.commitment == bytes32(0);
    }

    /// @dev What the verdict of a seat that is not silent is, now that `truth` is final.
    function _offenceOf(Seat storage seat, Truth truth) private view returns (Offence) {
        Vote vote = seat.vote;
        return vote == Vote.None ? CommitteeRules.offenceOfSealed(truth) : CommitteeRules.offenceOf(vote, truth);
    }

    function _commitmentOf(
        uint256 caseId,
        NodeId node,
        Vote vote,
        uint8 score,
        bytes32 salt
    ) private view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), caseId, node, vote, score, salt));
    }

    function _requireInTime(uint256 caseId, uint256 deadline) private view {
        require(block.timestamp <= deadline, VerifierCommitteeTooLate(caseId, deadline, block.timestamp));
    }

    function _requireOver(uint256 caseId, uint256 deadline) private view {
        require(block.timestamp > deadline, VerifierCommitteeTooEarly(caseId, deadline, block.timestamp));
    }

    function _requirePhase(uint256 caseId, CasePhase phase, CasePhase needed) private pure {
        require(phase == needed, VerifierCommitteeWrongPhase(caseId, phase));
    }

    /// @dev Reverts unless every part of a request lies within its hard bounds.
    function _requireBounds(CaseRequest calldata request) private pure {
        uint256 size = request.size;
        require(
            size >= MIN_SIZE && size <= MAX_SIZE && size % 2 == 1,
            VerifierCommitteeOutOfBounds("size", size, MIN_SIZE, MAX_SIZE)
        );
        uint256 duration = request.voteDuration;
        require(
            duration >= MIN_VOTE_DURATION && duration <= MAX_VOTE_DURATION,
            VerifierCommitteeOutOfBounds("voteDuration", duration, MIN_VOTE_DURATION, MAX_VOTE_DURATION)
        );
        bool scored = request.kind == WorkKind.Labelling;
        (uint256 lowest, uint256 highest) = scored ? (1, CommitteeRules.MAX_SCORE) : (0, 0);
        require(
            request.acceptScore >= lowest && request.acceptScore <= highest,
            VerifierCommitteeOutOfBounds("acceptScore", request.acceptScore, lowest, highest)
        );
    }
}
